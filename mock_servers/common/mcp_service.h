#pragma once
// The MCP server end that router, gateway and tool server share: between a transport's texts and an application that
// answers tools/list and tools/call. The rules themselves are pure and live in harness/mcp; this is their shell.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "harness/base/time.h"
#include "harness/base/wire.h"
#include "harness/mcp/call_text.h"
#include "harness/mcp/message.h"
#include "harness/mcp/server_rules.h"
#include "harness/transport/server.h"
#include "mock_servers/common/call_observer.h"
#include "mock_servers/common/live_call.h"

namespace tracetax::service {

namespace asio = boost::asio;

// One request that the rules of MCP have let through, for the application to answer.
struct McpCall {
  std::string method;                      // of tools or of what capabilities() says; its parameters have their types
  mcp::Json params = mcp::Json::object();  // as received, `_meta` included
  // The whole request instead of `params`, for an application that takes texts: tools/call only, and only most of them.
  std::optional<mcp::CallText> text{};
  mcp::Id id{};
  Era era = Era::modern;
  std::string protocol_version{};
  std::string session_id{};  // legacy http only
  transport::ConnectionId connection = 0;
  TransportKind transport = TransportKind::stdio;
  std::string peer{};
  std::shared_ptr<const transport::Headers> headers{};  // of the request (http) or the handshake (ws); never null
  Nanos received{};                                     // monotonic_now() when the text was whole
  // Where the application says which SERVER span the call has; null: nobody asks.
  opentelemetry::trace::SpanContext* span = nullptr;
  // What the caller wants to hear meanwhile, and whether it has given up; null: nobody knows.
  LiveCall* live = nullptr;
};

// A result without the fields that depend on the era: `resultType`, `_meta.serverInfo`, `ttlMs`, `cacheScope` are added
// (modern) or removed (legacy) on the way out. http_status 0: what the rules say for the outcome.
struct McpAnswer {
  std::variant<mcp::Json, mcp::ErrorObject> outcome{mcp::Json::object()};
  int http_status = 0;
  std::optional<mcp::ResultText> text{};  // a tool's result in place of `outcome`
};

class McpApplication {
 public:
  virtual ~McpApplication() = default;
  virtual asio::awaitable<McpAnswer> answer(McpCall call) = 0;
  virtual bool takes_text() const { return false; }  // McpCall::text
  // MCP's ServerCapabilities. Asked for when a client wants to know, and when it calls what is not offered yet.
  virtual asio::awaitable<mcp::Json> capabilities() { co_return mcp::Json{{"tools", mcp::Json::object()}}; }
  virtual void connection_closed(transport::ConnectionId) {}
};

struct ServerInfo {
  std::string name;
  std::string version;
};

// Requests answered since the start, by outcome. protocol_error: a JSON-RPC error, of the rules or of the application.
struct RequestCounts {
  std::uint64_t ok = 0;
  std::uint64_t tool_error = 0;
  std::uint64_t protocol_error = 0;
  std::uint64_t cancelled = 0;  // given up by their callers, and not answered
  std::uint64_t in_flight = 0;  // with the application now
  std::uint64_t total() const { return ok + tool_error + protocol_error; }
};

// When calls of tools had been read, for whoever checks a generator. Kept as far as there is room, which is made when
// the service starts: recording never allocates.
struct ArrivalLog {
  explicit ArrivalLog(std::size_t most) { times.reserve(most); }
  void add(Nanos when) {
    if (times.size() < times.capacity()) {
      times.push_back(when);
    } else {
      ++missed;
    }
  }
  std::vector<Nanos> times{};
  std::uint64_t missed = 0;
};

// A transport::Handler that applies the rules of both eras and hands what is left to `application`. `counts` outlives
// it, and so does `arrivals`; null: none are kept. `observer` outlives it too; null: nobody is told of calls.
std::unique_ptr<transport::Handler> make_mcp_handler(const ServerInfo& info, McpApplication& application,
                                                     RequestCounts* counts = nullptr, ArrivalLog* arrivals = nullptr,
                                                     CallObserver* observer = nullptr, mcp::Access access = {});

}  // namespace tracetax::service
