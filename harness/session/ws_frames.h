#pragma once
// WebSocket frames (RFC 6455, section 5) as the client's end writes and reads them. Pure: no sockets, no clock.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tracetax {

enum class WsOpcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

// Appends one final frame, masked with `mask` as a client's must be (5.3).
void append_ws_frame(std::string& out, WsOpcode opcode, std::string_view payload, std::uint32_t mask);

class WsFrameReader {
 public:
  enum class Got : std::uint8_t {
    nothing,  // more bytes are needed
    text,     // a whole message
    ping,     // to be answered with a pong of the same payload
    close,
    broken,  // binary, masked, over the limit, or against the RFC: the connection cannot be used further
  };
  struct Message {
    Got got = Got::nothing;
    std::string_view payload{};  // readable json_padding bytes beyond its end; until the next push() or next()
  };

  explicit WsFrameReader(std::size_t limit) : limit_(limit) {}
  void push(std::string_view bytes);
  Message next();

 private:
  Message control(std::uint8_t opcode, std::string_view payload);

  std::size_t limit_;
  std::string in_{};
  std::size_t at_ = 0;   // the first byte of in_ that has not been read
  std::string parts_{};  // of a fragmented message
  bool in_parts_ = false;
};

}  // namespace tracetax
