#include "mock_servers/router/router.h"

namespace {

constexpr const char* description =
    R"(An MCP router: takes calls in over stdio, HTTP or WebSocket and carries them to a gateway
over a pool of connections.

A config (YAML) holds, all optional:
  listen: [stdio]
  admin: 127.0.0.1:9091
  gateway: { name: gateway, url: ws://127.0.0.1:8080/mcp, connections: 4, era: modern }
  token: SECRET                       # shown to the gateway as Authorization: Bearer SECRET
  timeout: 30s
  tracing: { sampler: always_on, exporter: { type: otlp_grpc, endpoint: http://127.0.0.1:4317 } }
Without a gateway every call is answered with error -31001 (backend unavailable).)";

}  // namespace

int main(int argc, char** argv) {
  using namespace tracetax;
  return service::service_main(
      "mcp-router", description, argc, argv, read_router_config,
      [](const RouterConfig& config, service::Host host) { return std::make_unique<router::Router>(config, host); });
}
