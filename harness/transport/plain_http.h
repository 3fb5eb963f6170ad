#pragma once
// Private to the transport: HTTP/1.1 messages in the form in which nearly all of ours come, whole and with a
// Content-Length, read without copying a field. What is not accepted here may still be good: the parser of Boost.Beast
// has the word then, and the same bytes.

#include <cstddef>
#include <optional>
#include <string_view>

#include "harness/transport/headers.h"

namespace tracetax::transport {

// Views into the bytes that were read.
struct PlainMessage {
  std::string_view start_line{};  // without its end
  std::string_view fields{};      // lines, each with its end, all of them well-formed
  std::string_view body{};
  std::size_t size = 0;  // of the whole message

  std::string_view target() const;  // of a request
  std::string_view content_type() const;
  Headers headers() const;
};

// The message at the beginning of `bytes` if it is whole and plain: a POST or a 200, HTTP/1.1, one Content-Length of at
// most `body_limit`, neither Transfer-Encoding nor Expect nor Upgrade, no Connection but keep-alive, printable ASCII.
std::optional<PlainMessage> read_plain_request(std::string_view bytes, std::size_t body_limit);
std::optional<PlainMessage> read_plain_response(std::string_view bytes, std::size_t body_limit);

}  // namespace tracetax::transport
