// The V2 encoding: a 40-byte header and ZigZag LEB128 counts, deflated, in Base64.
// Compressed form: int32 cookie, int32 length, zlib stream. All integers big-endian.

#include <algorithm>
#include <bit>
#include <limits>
#include <stdexcept>

#include <zlib.h>

#include "harness/results/base64.h"
#include "harness/results/histogram.h"

namespace tracetax {
namespace {

constexpr std::uint32_t cookie = 0x1c849313;
constexpr std::uint32_t compressed_cookie = 0x1c849314;
constexpr std::size_t header_size = 40;
constexpr std::size_t compressed_header_size = 8;
constexpr std::size_t max_word_bytes = 9;                          // of one count
constexpr std::size_t max_decoded_buckets = std::size_t{4} << 20;  // 32 MiB of counts

[[noreturn]] void refuse(const char* reason) {
  throw std::runtime_error(std::string("not an HdrHistogram: ") + reason);
}

template <class T>
void put(std::string& out, T value) {
  for (std::size_t i = sizeof(T); i-- > 0;) out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

template <class T>
T take(std::string_view bytes, std::size_t offset) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    value = static_cast<T>(value << 8 | static_cast<std::uint8_t>(bytes[offset + i]));
  return value;
}

// Unlike protobuf's varint the ninth byte holds eight bits, so that 64 bits need nine bytes and not ten.
void put_count(std::string& out, std::int64_t value) {
  std::uint64_t bits = static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
  for (std::size_t i = 0; i + 1 < max_word_bytes; ++i, bits >>= 7) {
    if (bits < 0x80) {
      out.push_back(static_cast<char>(bits));
      return;
    }
    out.push_back(static_cast<char>((bits & 0x7f) | 0x80));
  }
  out.push_back(static_cast<char>(bits));
}

std::int64_t take_count(std::string_view payload, std::size_t& position) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < max_word_bytes; ++i) {
    if (position == payload.size()) refuse("a count is cut off");
    const auto byte = static_cast<std::uint8_t>(payload[position++]);
    if (i + 1 == max_word_bytes) {
      bits |= static_cast<std::uint64_t>(byte) << 56;
      break;
    }
    bits |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
    if (byte < 0x80) break;
  }
  return static_cast<std::int64_t>(bits >> 1 ^ (0 - (bits & 1)));
}

// zlib's state costs more to set up than a small payload to compress, so the window and hash fit the payload: 21 µs
// instead of 55 µs for an interval of 1000 samples, the same bytes.
std::string deflated(std::string_view bytes) {
  const int window_bits = std::clamp(static_cast<int>(std::bit_width(bytes.size())), 9, 15);
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window_bits, std::min(window_bits - 6, 8),
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int status = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (status != Z_STREAM_END) throw std::runtime_error("histogram: zlib did not finish");
  return out;
}

class Inflater {
 public:
  explicit Inflater(std::string_view bytes) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    if (inflateInit(&stream_) != Z_OK) throw std::bad_alloc();
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream_); }

  // Grows with what is really there, because `length` is the input's claim.
  std::string exactly(std::size_t length) {
    constexpr std::size_t step = 64 * 1024;
    std::string out;
    while (out.size() < length) {
      const std::size_t before = out.size();
      out.resize(std::min(length, before + step));
      stream_.next_out = reinterpret_cast<Bytef*>(out.data() + before);
      stream_.avail_out = static_cast<uInt>(out.size() - before);
      const int status = inflate(&stream_, Z_NO_FLUSH);
      if (status != Z_OK && status != Z_STREAM_END) refuse("the compressed data is damaged");
      if (stream_.avail_out > 0) refuse("the compressed data ends too early");
    }
    return out;
  }

  // Also makes zlib verify its checksum.
  void expect_end() {
    Bytef beyond = 0;
    stream_.next_out = &beyond;
    stream_.avail_out = 1;
    const int status = inflate(&stream_, Z_FINISH);
    if (stream_.avail_out == 0) refuse("the compressed data is longer than declared");
    if (status != Z_STREAM_END) refuse("the compressed data is damaged");
    if (stream_.avail_in > 0) refuse("there is more after the compressed data");
  }

 private:
  z_stream stream_{};
};

}  // namespace

std::string Histogram::encode() const {
  std::string bytes;
  bytes.reserve(header_size + 2 * (end_ > first_ ? end_ - first_ : 0) + max_word_bytes);
  put<std::uint32_t>(bytes, cookie);
  put<std::uint32_t>(bytes, 0);  // payload length, below
  put<std::uint32_t>(bytes, 0);  // normalizing index offset: this array is never shifted
  put<std::uint32_t>(bytes, static_cast<std::uint32_t>(range_.digits));
  put<std::uint64_t>(bytes, static_cast<std::uint64_t>(range_.lowest));
  put<std::uint64_t>(bytes, static_cast<std::uint64_t>(range_.highest));
  put<std::uint64_t>(bytes, std::bit_cast<std::uint64_t>(1.0));

  // An empty histogram has one count, as in Java.
  const std::size_t length = std::max<std::size_t>(end_, 1);
  for (std::size_t i = 0; i < length;) {
    if (counts_[i] != 0) {
      put_count(bytes, counts_[i++]);
      continue;
    }
    const std::size_t run_start = i;
    while (i < length && counts_[i] == 0) ++i;
    const auto run = static_cast<std::int64_t>(i - run_start);
    put_count(bytes, run == 1 ? 0 : -run);
  }
  std::string payload_length;
  put<std::uint32_t>(payload_length, static_cast<std::uint32_t>(bytes.size() - header_size));
  bytes.replace(4, 4, payload_length);

  const std::string compressed = deflated(bytes);
  std::string out;
  out.reserve(compressed_header_size + compressed.size());
  put<std::uint32_t>(out, compressed_cookie);
  put<std::uint32_t>(out, static_cast<std::uint32_t>(compressed.size()));
  out += compressed;
  return base64_encode(out);
}

Histogram Histogram::decode(std::string_view base64) {
  const std::string outer = base64_decode(base64);
  if (outer.size() < compressed_header_size) refuse("too short");
  if (take<std::uint32_t>(outer, 0) != compressed_cookie) refuse("the cookie is not that of a compressed V2 histogram");
  const std::string_view compressed = std::string_view(outer).substr(compressed_header_size);
  if (take<std::uint32_t>(outer, 4) != compressed.size()) refuse("the length does not match");

  Inflater inflater(compressed);
  const std::string header = inflater.exactly(header_size);
  if (take<std::uint32_t>(header, 0) != cookie) refuse("the inner cookie is not V2's");
  // Bytes 8..11, the normalizing index offset, say how Java had shifted its array; the counts are written in the order
  // of their values all the same. HdrHistogramJS writes 1 there, and the integer 1 for the ratio.
  const auto ratio_bits = take<std::uint64_t>(header, 32);
  if (ratio_bits != std::bit_cast<std::uint64_t>(1.0) && ratio_bits != 1) {
    refuse("a conversion ratio other than 1 (of doubles) is not supported");
  }
  const std::uint32_t digits = take<std::uint32_t>(header, 12);
  const HistogramRange range{.lowest = static_cast<std::int64_t>(take<std::uint64_t>(header, 16)),
                             .highest = static_cast<std::int64_t>(take<std::uint64_t>(header, 24)),
                             .digits = digits <= 5 ? static_cast<int>(digits) : 0};
  std::size_t buckets = 0;
  try {
    buckets = layout_of(range).array_length();
  } catch (const std::invalid_argument&) {
    refuse("the range in the header is impossible");
  }
  if (buckets > max_decoded_buckets) refuse("the range in the header needs more buckets than the limit of 4 Mi");
  const std::size_t payload_length = take<std::uint32_t>(header, 4);
  if (payload_length > buckets * max_word_bytes) refuse("more counts than the range in the header has buckets");

  const std::string payload = inflater.exactly(payload_length);
  inflater.expect_end();
  Histogram histogram(range);
  histogram.set_counts(payload);
  return histogram;
}

void Histogram::set_counts(std::string_view payload) {
  std::size_t index = 0;
  for (std::size_t position = 0; position < payload.size();) {
    const std::int64_t word = take_count(payload, position);
    const std::size_t room = counts_.size() - index;
    const std::uint64_t zeros = word < 0 ? 0 - static_cast<std::uint64_t>(word) : 0;
    if (zeros > room || (word >= 0 && room == 0)) refuse("more counts than the range in the header has buckets");
    if (word < 0) {
      index += zeros;
      continue;
    }
    if (__builtin_add_overflow(total_, word, &total_)) refuse("the counts do not fit 64 bits");
    counts_[index] = word;
    if (word > 0) {
      first_ = std::min(first_, index);
      end_ = index + 1;
    }
    ++index;
  }
}

}  // namespace tracetax
