#pragma once
// Private to the session: the messages before the first call, one at a time, each waited for.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/mcp/client_rules.h"
#include "harness/session/event_loop.h"
#include "harness/session/link.h"
#include "harness/session/request_bytes.h"

namespace tracetax {

// What came over a stream besides messages of MCP.
struct Rubbish {
  std::uint64_t texts = 0;
  std::string first{};  // as it is to be shown
};

// What a session's setups share.
struct SetupState {
  Rubbish rubbish{};
  // Of the last request. Below the ids of calls, and none twice: what comes late is nobody else's answer.
  std::int64_t id = first_id;
};

// The response to a request of the peer's: `ping` gets a result, everything else is a method that this client does not
// have. Empty: the text is no request.
std::optional<std::string> reply_to_request(std::string_view text);
// Whether the text is JSON-RPC at all.
bool is_message(std::string_view text);

// Is its link's user while it lives.
class Setup final : public LinkUser {
 public:
  struct Answer {
    std::optional<mcp::Response> response{};
    Outcome outcome = Outcome::timed_out;  // without a response
    int status = 0;                        // of an http answer that was none
    std::string trouble{};                 // why there is no response
  };

  Setup(EventLoop& loop, Link& link, SetupState& state) : loop_(loop), link_(link), state_(state) {
    link_.set_user(*this);
  }

  void sent(CallNumber, Nanos) override {}
  bool message(CallNumber call, std::string_view text) override;
  void ended(CallNumber call, Outcome outcome, int status) override;
  void undelivered(CallNumber) override { over_ = true; }
  void room() override {}

  Answer ask(const RequestStyle& style, const std::string& method, mcp::Json params, Nanos limit);
  // The result. Throws std::runtime_error that says what came instead.
  mcp::Json request(const RequestStyle& style, const std::string& method, mcp::Json params);
  void notify(const RequestStyle& style, const std::string& method);
  // A `server/discover` was answered after it had been given up, as by a modern peer.
  bool late_modern() const { return late_modern_; }

 private:
  void run(const RequestStyle& style, const std::string& bytes, Nanos limit);
  std::string reason() const;

  EventLoop& loop_;
  Link& link_;
  SetupState& state_;
  bool over_ = false;
  bool late_modern_ = false;
  Outcome outcome_ = Outcome::timed_out;
  int status_ = 0;
  std::optional<mcp::Response> response_{};
  std::vector<std::string> replies_{};  // to be sent when nobody is being told of anything
};

inline constexpr Nanos setup_time = std::chrono::seconds(10);

}  // namespace tracetax
