#include "harness/telemetry/gzip.h"

#include <zlib.h>

#include "harness/base/ensure.h"

namespace tracetax::telemetry {

std::string gzip(std::string_view text) {
  z_stream stream{};
  // 15: the largest window; 16: gzip's header and trailer; 8: zlib's default use of memory.
  const int ready = deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  ensure(ready == Z_OK, "zlib has memory for compressing");
  std::string packed(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int done = deflate(&stream, Z_FINISH);
  ensure(done == Z_STREAM_END, "deflateBound() is enough for one pass");
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

}  // namespace tracetax::telemetry
