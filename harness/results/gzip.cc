#include "harness/results/gzip.h"

#include <array>
#include <limits>
#include <new>
#include <stdexcept>

#include <zlib.h>

#include "harness/base/ensure.h"

namespace tracetax {
namespace {

constexpr int gzip_window = 15 + 16;  // zlib: 32 KiB window, gzip wrapper
constexpr std::size_t step = 64 * 1024;

Bytef* input_of(std::string_view bytes) {
  ensure(bytes.size() <= std::numeric_limits<uInt>::max(), "zlib takes less than 4 GiB at once");
  return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
}

}  // namespace

struct GzipWriter::State {
  z_stream stream{};
  std::string out{};
};

GzipWriter::GzipWriter(int level) : state_(std::make_unique<State>()) {
  if (deflateInit2(&state_->stream, level, Z_DEFLATED, gzip_window, 9, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
}

GzipWriter::~GzipWriter() {
  deflateEnd(&state_->stream);
}

void GzipWriter::push(std::string_view bytes) {
  state_->stream.next_in = input_of(bytes);
  state_->stream.avail_in = static_cast<uInt>(bytes.size());
  deflate_all(Z_NO_FLUSH);
}

std::string GzipWriter::finish() {
  deflate_all(Z_FINISH);
  return std::move(state_->out);
}

void GzipWriter::deflate_all(int flush) {
  z_stream& stream = state_->stream;
  std::array<char, step> buffer;
  do {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
    ensure(deflate(&stream, flush) != Z_STREAM_ERROR, "a gzip writer is pushed to before it is finished");
    state_->out.append(buffer.data(), buffer.size() - stream.avail_out);
  } while (stream.avail_out == 0);
}

std::string gunzip(std::string_view compressed) {
  z_stream stream{};
  stream.next_in = input_of(compressed);
  stream.avail_in = static_cast<uInt>(compressed.size());
  if (inflateInit2(&stream, gzip_window) != Z_OK) throw std::bad_alloc();
  const std::unique_ptr<z_stream, decltype(&inflateEnd)> owner(&stream, &inflateEnd);

  std::string out;
  std::array<char, step> buffer;
  for (;;) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
    const int status = inflate(&stream, Z_NO_FLUSH);
    if (status == Z_BUF_ERROR) throw std::runtime_error("gzip: the file is cut off");
    if (status != Z_OK && status != Z_STREAM_END) throw std::runtime_error("gzip: the data is damaged");
    out.append(buffer.data(), buffer.size() - stream.avail_out);
    if (status == Z_STREAM_END) break;
  }
  if (stream.avail_in > 0) throw std::runtime_error("gzip: there is more after the end");
  return out;
}

}  // namespace tracetax
