#pragma once
// One MCP conversation on its link, from the client's side: (legacy: initialize →) calls → close.

#include <cstdint>
#include <memory>
#include <string>

#include "harness/base/wire.h"
#include "harness/mcp/message.h"
#include "harness/session/event_loop.h"
#include "harness/session/link.h"
#include "harness/session/request_bytes.h"
#include "harness/transport/url.h"

namespace tracetax {

// Where a session connects: an http or ws URL, or the two ends of a child's stdio.
struct Target {
  transport::Url url{};  // kind stdio: the descriptors below, which the session then owns
  int read_fd = -1;
  int write_fd = -1;
  Era era = Era::modern;
  std::string token{};            // bearer token; empty: none
  std::uint32_t connections = 1;  // http only
};

class Session {
 public:
  // Connects (http: when the first call needs it) and initializes. Polls `loop` meanwhile, which no other thread may
  // use. Throws std::runtime_error that says what the peer did wrong. Calls are told to `user`.
  static std::unique_ptr<Session> open(EventLoop& loop, const Target& target, LinkUser& user);

  const RequestStyle& style() const { return style_; }
  Link& link() { return *link_; }
  const Link& link() const { return *link_; }

 private:
  Session() = default;
  void initialize(EventLoop& loop);

  std::unique_ptr<Link> link_{};
  RequestStyle style_{};
};

}  // namespace tracetax
