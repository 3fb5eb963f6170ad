#pragma once
// What each service's `--config FILE` says: YAML (so JSON too), read as strictly as a scenario. The harness writes
// these files for the mocks it starts; a person can write them by hand.

#include <filesystem>
#include <string>
#include <vector>

#include "harness/scenario/scenario.h"

namespace tracetax {

// A service that the router or gateway calls.
struct Backend {
  std::string name;               // service name for discovery; replicas share it
  std::string url;                // http://HOST:PORT/mcp or ws://HOST:PORT/mcp
  std::uint32_t connections = 4;  // pool size
  Era era = Era::modern;
};

struct ServiceCommon {
  std::string service_name;                    // OpenTelemetry's service.name; default: the executable's name
  std::vector<std::string> listen{};           // URLs; `--listen` on the command line replaces them
  std::string admin{};                         // HOST:PORT; empty: none
  TracingConfig tracing{};                     // sampler none unless the file says otherwise or OTEL_* variables do
  bool has_tracing = false;                    // the file has a `tracing` key: it wins over OTEL_* variables
  std::uint64_t max_message_bytes = 4u << 20;  // of one MCP message; larger ones get the protocol's error
  std::uint32_t record_arrivals = 0;           // of tools/call, most times kept for POST /arrivals; 0: none
  // Beside the names of this machine: web origins whose pages may call ("https://app.example"), and hosts by which a
  // service that listens on a loopback address may be called ("tools.example").
  std::vector<std::string> allowed_origins{};
  std::vector<std::string> allowed_hosts{};
};

struct ServerConfig : ServiceCommon {
  std::vector<ToolSpec> tools{};  // beside echo, sleep and spin, which are always there
  std::uint64_t seed = 1;         // for calls that bring no draw of their own
  Offer offer{};                  // prompts and resources
  std::uint32_t page_size = 0;    // most items of one answer to a …/list; 0: all of them
  bool logging = false;           // offers log messages (notifications/message) of calls that ask for them
};

struct GatewayConfig : ServiceCommon {
  std::vector<Backend> backends{};
  std::string token{};                       // bearer token that callers must show; empty: no authentication
  RateLimit rate_limit{};                    // per caller (token, or connection where there is none)
  CircuitBreaker breaker{};                  // per backend replica
  Nanos timeout = std::chrono::seconds(30);  // for a backend's answer
};

struct RouterConfig : ServiceCommon {
  Backend gateway{};    // where calls go
  std::string token{};  // bearer token shown to the gateway; empty: none
  Nanos timeout = std::chrono::seconds(30);
};

// Throw ScenarioError with all mistakes. An empty path gives the defaults.
ServerConfig read_server_config(const std::filesystem::path& file);
GatewayConfig read_gateway_config(const std::filesystem::path& file);
RouterConfig read_router_config(const std::filesystem::path& file);

// The same as JSON text, which the readers above accept: read(write(x)) == x.
std::string write_config(const ServerConfig&);
std::string write_config(const GatewayConfig&);
std::string write_config(const RouterConfig&);

}  // namespace tracetax
