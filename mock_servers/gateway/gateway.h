#pragma once
// mcp-gateway: authenticates, limits the rate, finds the service that has the tool, balances over its replicas behind
// circuit breakers, forwards. docs/services.md shows the spans it writes.

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
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
  asio::awaitable<mcp::Json> capabilities() override;
  void connection_closed(transport::ConnectionId connection) override { buckets_.erase(connection); }
  std::string metrics() const override;
  asio::awaitable<void> stop() override;

 private:
  enum class Kind : std::uint8_t { tools, prompts, resources, templates };  // of lists
  using Find = std::function<std::optional<std::size_t>(const Catalog&)>;

  // One request towards a service; `parent` is the http.request span. Lives in the coroutine that answers the caller,
  // or refreshes the catalog; those below it refer to it.
  struct Forward {
    std::string method;
    mcp::Json params = mcp::Json::object();
    std::optional<mcp::CallText> text{};  // in place of `params`
    std::string tool{};
    std::string name{};                 // of prompts/get the prompt's, of resources/read the URI
    service::LiveCall* live = nullptr;  // null: a question of the gateway's own
    telemetry::SpanContext parent = telemetry::SpanContext::GetInvalid();
    Clock::time_point deadline = Clock::time_point::max();
  };

  // Set when the call must not pass.
  std::optional<mcp::ErrorObject> authenticate(const service::McpCall& call, const telemetry::SpanContext& parent);
  std::optional<mcp::ErrorObject> limit(const service::McpCall& call, const telemetry::SpanContext& parent);

  asio::awaitable<service::McpAnswer> serve(service::McpCall& call, Forward& what);
  asio::awaitable<service::McpAnswer> list(Kind kind, const Forward& what);
  asio::awaitable<service::McpAnswer> call_tool(Forward& what);
  asio::awaitable<service::McpAnswer> get_prompt(Forward& what);
  asio::awaitable<service::McpAnswer> read_resource(Forward& what);
  asio::awaitable<service::McpAnswer> complete(Forward& what);
  // To the service that `find` finds in the catalog of that kind, which is brought up to date as far as is needed; if
  // none has it, what `last` says, or a service that could never be asked.
  asio::awaitable<service::McpAnswer> forward_to_owner(Kind kind, Find find, Forward& what, service::McpAnswer last);
  asio::awaitable<std::optional<std::size_t>> find_owner(Kind kind, const Find& find, const Forward& what,
                                                         service::McpAnswer& last);
  // Asks a service for its list of that kind, page by page. Empty, or the error.
  asio::awaitable<std::optional<service::McpAnswer>> refresh(Kind kind, std::size_t service, const Forward& from);
  Catalog& catalog(Kind kind) { return catalogs_[static_cast<std::size_t>(kind)]; }
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
  std::array<Catalog, 4> catalogs_;                                     // by Kind
  std::unordered_map<transport::ConnectionId, TokenBucket> buckets_{};  // 0: all that show the token
  std::uint64_t calls_ = 0, unauthorized_ = 0, rate_limited_ = 0;
};

}  // namespace tracetax::gateway
