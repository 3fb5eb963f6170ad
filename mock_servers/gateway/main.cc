#include "mock_servers/gateway/gateway.h"

namespace {

constexpr const char* description =
    R"(An MCP gateway: authenticates, limits the rate, finds the backend that has a tool,
balances over its replicas behind circuit breakers, forwards.

A config (YAML) holds, all optional:
  listen: [http://127.0.0.1:8080/mcp]
  admin: 127.0.0.1:9090
  backends:
    - { name: tools, url: http://127.0.0.1:8081/mcp, connections: 16, era: modern }   # same name: replicas
  token: SECRET                       # callers show it as Authorization: Bearer SECRET; stdio needs none
  rate_limit: { rate: 100/s, burst: 20 }
  breaker: { failures: 5, open_for: 1s }
  timeout: 30s
  tracing: { sampler: always_on, exporter: { type: otlp_grpc, endpoint: http://127.0.0.1:4317 } }
Without backends every call is answered with error -31001 (backend unavailable).)";

}  // namespace

int main(int argc, char** argv) {
  using namespace tracetax;
  return service::service_main(
      "mcp-gateway", description, argc, argv, read_gateway_config,
      [](const GatewayConfig& config, service::Host host) { return std::make_unique<gateway::Gateway>(config, host); });
}
