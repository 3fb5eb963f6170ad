#pragma once
// mcp-router: where callers come in. Carries their calls to the gateway over a pool of connections that it keeps open.

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>

#include "harness/scenario/service_config.h"
#include "mock_servers/common/peer.h"
#include "mock_servers/common/service.h"

namespace tracetax::router {

namespace asio = boost::asio;

class Router : public service::Application {
 public:
  // Throws std::invalid_argument for a gateway URL that cannot be called. An empty one is no error: every call is then
  // answered with backend_unavailable.
  Router(const RouterConfig& config, service::Host host);

  asio::awaitable<service::McpAnswer> answer(service::McpCall call) override;
  bool takes_text() const override { return true; }
  asio::awaitable<mcp::Json> capabilities() override;
  void connection_closed(transport::ConnectionId connection) override { callers_.erase(connection); }
  std::string metrics() const override;
  asio::awaitable<void> start() override;
  asio::awaitable<void> stop() override;

 private:
  asio::awaitable<service::McpAnswer> forward(service::McpCall& call, std::string tool, telemetry::SpanContext parent);

  RouterConfig config_;
  service::Host host_;
  bool bridge_names_;
  std::optional<service::Peer> gateway_{};
  std::unordered_set<transport::ConnectionId> callers_{};  // connections that have called
  std::uint64_t calls_ = 0, failures_ = 0;
};

}  // namespace tracetax::router
