#pragma once
// One MCP conversation on its link, from the client's side: (which era? →) (legacy: initialize →) calls → close.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/wire.h"
#include "harness/mcp/message.h"
#include "harness/mcp/offers.h"
#include "harness/mcp/tools.h"
#include "harness/session/event_loop.h"
#include "harness/session/link.h"
#include "harness/session/request_bytes.h"
#include "harness/session/setup.h"
#include "harness/transport/url.h"

namespace tracetax {

// Where a session connects: an http or ws URL, or the two ends of a child's stdio.
struct Target {
  transport::Url url{};  // kind stdio: the descriptors below, which the session then owns
  int read_fd = -1;
  int write_fd = -1;
  std::optional<Era> era = Era::modern;  // empty: found out when the session is opened
  std::string token{};                   // bearer token; empty: none
  std::uint32_t connections = 1;         // http only
  mcp::HeaderFields headers{};           // http: with every request; ws: with the handshake
  bool tls = false;                      // not over stdio
  std::string ca{};                      // PEM file; empty: the system's authorities
};

// How long a stream may be silent after `server/discover` before it counts as legacy.
inline constexpr Nanos probe_time = std::chrono::seconds(5);

class Session {
 public:
  // Connects (http: when the first call needs it), finds the era where it is not given (2026-07-28, "Backward
  // Compatibility": `server/discover`, and what its answer says) and initializes. Polls `loop` meanwhile, which no
  // other thread may use. Throws std::runtime_error that says what the peer did wrong. Calls are told to `user`.
  static std::unique_ptr<Session> open(EventLoop& loop, const Target& target, LinkUser& user);

  // All pages of `tools/list`, as open() waits. Calls are told to `user` again when it returns or throws.
  std::vector<mcp::Tool> list_tools(EventLoop& loop, LinkUser& user);
  // Likewise of `prompts/list`, and of `resources/list` and `resources/templates/list`.
  std::vector<mcp::Prompt> list_prompts(EventLoop& loop, LinkUser& user);
  mcp::ResourceList list_resources(EventLoop& loop, LinkUser& user);

  const RequestStyle& style() const { return style_; }
  // The version that is spoken: "2026-07-28".
  std::string version() const;
  Link& link() { return *link_; }
  const Link& link() const { return *link_; }
  const Rubbish& rubbish() const { return setup_.rubbish; }

 private:
  Session() = default;
  void connect(EventLoop& loop, const Target& target, LinkUser& user);
  void find_era(EventLoop& loop, const Target& target, LinkUser& user);
  // Every page of a list; `take` reads one and gives the cursor of the next, or nothing where it is none.
  void read_pages(EventLoop& loop, LinkUser& user, const std::string& method,
                  const std::function<std::optional<std::string>(const mcp::Json&)>& take);
  void initialize(Setup& setup, const std::string& version);

  std::unique_ptr<Link> link_{};
  RequestStyle style_{};
  SetupState setup_{};
};

}  // namespace tracetax
