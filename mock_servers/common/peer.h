#pragma once
// The client end that router and gateway share: calls one peer over a pool of channels, in the era it speaks, with the
// trace context of the caller's span in `_meta` and headers as the configuration says.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "harness/base/time.h"
#include "harness/mcp/call_text.h"
#include "harness/mcp/client_rules.h"
#include "harness/mcp/message.h"
#include "harness/scenario/service_config.h"
#include "harness/telemetry/tracing.h"
#include "harness/transport/client.h"
#include "mock_servers/common/mcp_service.h"
#include "mock_servers/common/service.h"

namespace tracetax::service {

struct PeerOptions {
  Backend backend{};    // http or ws
  std::string token{};  // bearer token shown with each http request or the ws handshake; empty: none
  mcp::ClientInfo client{};
  std::string connect_span{};  // name of the CLIENT span around a ws handshake, whose context the handshake carries
  std::uint64_t message_bytes = 4u << 20;
  Nanos connect_timeout = std::chrono::seconds(5);
  // ws. true: all channels are opened by start() and reopened, with growing pauses, when they die; a call waits for one
  // up to connect_timeout. false: channels are opened by calls that find the open ones busy; a call that cannot have
  // one fails as soon as opening it has failed, so that it can go elsewhere.
  bool keep_open = false;
};

struct PeerCall {
  std::string method;
  mcp::Json params = mcp::Json::object();
  std::optional<mcp::CallText> text{};                                    // the caller's request, in place of `params`
  telemetry::SpanContext context = telemetry::SpanContext::GetInvalid();  // of the CLIENT span; invalid: none
  Clock::time_point deadline = Clock::time_point::max();
  // The caller's request: what it wants to hear is asked of the peer and passed on, and when it gives up so does this,
  // which ends as `given_up`. Null: nobody wants anything.
  LiveCall* live = nullptr;
};

struct PeerReply {
  transport::CallStatus status = transport::CallStatus::never_sent;
  McpAnswer answer{};        // what to tell the caller, also for every failure of the hop
  int http_status = 0;       // of an http peer
  std::string error_type{};  // for failures of the hop: what error.type of the CLIENT span says
  std::string detail{};      // for failures of the hop: why, without the peer's name
  mcp::Json params{};        // given back when the call was never sent, for another try elsewhere

  bool answered() const { return status == transport::CallStatus::answered; }
  // Whether this counts against the peer: not reached, lost, too slow, 5xx. Its JSON-RPC errors do not.
  bool peer_failed() const;
};

// Lives on the io_context's one thread.
class Peer {
 public:
  // Throws std::invalid_argument for a URL that is neither http nor ws.
  Peer(Host host, PeerOptions options);
  ~Peer();
  Peer(Peer&&) noexcept;
  Peer& operator=(Peer&&) noexcept;

  void start();  // begins to open channels where the options say so
  asio::awaitable<PeerReply> call(PeerCall call);
  // Of the peer's ServerCapabilities what can be passed on, without what these say of changes: notifications that
  // belong to no call end at a hop. Believed for a second. Empty: it could not be asked until the deadline, or never
  // was.
  asio::awaitable<std::optional<mcp::Json>> capabilities(Clock::time_point deadline);
  asio::awaitable<void> close();

  struct Pool {
    std::uint32_t size = 0;       // most channels (ws) or connections (http)
    std::uint32_t open = 0;       // ws: channels that are open
    std::uint32_t in_flight = 0;  // calls
    std::uint64_t opened = 0;     // ws: handshakes that succeeded
    std::uint64_t failed = 0;     // ws: handshakes that failed
  };
  Pool pool() const;
  const transport::Url& url() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// How long a client that opens a conversation waits while a hop asks those behind it what they serve.
inline constexpr Nanos capabilities_patience = std::chrono::seconds(1);

// HTTP status that goes with an error of our own (503, 504, 429, 401); 0 for others: what the rules of MCP say.
int http_status_of(int error_code);

}  // namespace tracetax::service
