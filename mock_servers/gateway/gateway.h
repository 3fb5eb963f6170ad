#pragma once
// mcp-gateway: authenticates, limits the rate, finds the service that has the tool, balances over its replicas behind
// circuit breakers, forwards. docs/services.md shows the spans it writes.

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "harness/scenario/service_config.h"
#include "mock_servers/common/peer.h"
#include "mock_servers/common/service.h"
#include "mock_servers/gateway/auth.h"
#include "mock_servers/gateway/balancer.h"
#include "mock_servers/gateway/breaker.h"
#include "mock_servers/gateway/catalog.h"
#include "mock_servers/gateway/token_bucket.h"

namespace tracetax::gateway {

namespace asio = boost::asio;

struct Replica {
  service::Peer peer;
  Breaker breaker;
  std::string url;
  std::uint32_t in_flight = 0;
  std::uint64_t calls = 0;
  std::uint64_t failures = 0;
};

// Replicas that share a name.
struct Service {
  std::string name;
  std::vector<Replica> replicas{};
  Balancer balancer{};
};

class Gateway : public service::Application {
 public:
  // Throws std::invalid_argument for a backend URL that cannot be called.
  Gateway(const GatewayConfig& config, service::Host host);

  asio::awaitable<service::McpAnswer> answer(service::McpCall call) override;
  bool takes_text() const override { return true; }
  void connection_closed(transport::ConnectionId connection) override { buckets_.erase(connection); }
  std::string metrics() const override;
  asio::awaitable<void> stop() override;

 private:
  // One request towards a service; `parent` is the http.request span. Lives in the coroutine that answers the caller,
  // or refreshes the catalog; those below it refer to it.
  struct Forward {
    std::string method;
    mcp::Json params = mcp::Json::object();
    std::optional<mcp::CallText> text{};  // in place of `params`
    std::string tool{};
    telemetry::SpanContext parent = telemetry::SpanContext::GetInvalid();
    Clock::time_point deadline = Clock::time_point::max();
  };

  // Set when the call must not pass.
  std::optional<mcp::ErrorObject> authenticate(const service::McpCall& call, const telemetry::SpanContext& parent);
  std::optional<mcp::ErrorObject> limit(const service::McpCall& call, const telemetry::SpanContext& parent);

  asio::awaitable<service::McpAnswer> serve(service::McpCall& call, Forward& what);
  asio::awaitable<service::McpAnswer> list(const Forward& what);
  asio::awaitable<service::McpAnswer> call_tool(Forward& what);
  // Asks a service for its tools, page by page. Empty, or the error.
  asio::awaitable<std::optional<service::McpAnswer>> refresh(std::size_t service, const Forward& from);
  asio::awaitable<service::McpAnswer> forward(std::size_t service, Forward& what);
  asio::awaitable<service::PeerReply> attempt(Service& service, Replica& replica, Breaker::Ticket ticket,
                                              Forward& what);
  // Nothing could be tried: the span that says so, and the answer.
  service::McpAnswer unavailable(const Forward& what, const std::string& service, const std::string& error_type,
                                 const std::string& why);
  telemetry::Span forward_span(const Forward& what, const std::string& service);

  GatewayConfig config_;
  service::Host host_;
  bool bridge_names_;
  std::vector<Service> services_{};
  Catalog catalog_;
  std::unordered_map<transport::ConnectionId, TokenBucket> buckets_{};  // 0: all that show the token
  std::uint64_t calls_ = 0, unauthorized_ = 0, rate_limited_ = 0;
};

}  // namespace tracetax::gateway
