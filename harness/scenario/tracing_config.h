#pragma once
// How one arm's services trace: the same type in a scenario's arm and in a service's own config file.

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/base/time.h"
#include "harness/scenario/sampler_config.h"

namespace tracetax {

enum class ExporterType { otlp_grpc, otlp_http, console, none };

struct ExporterConfig {
  ExporterType type = ExporterType::otlp_grpc;
  std::string endpoint{};  // "http://host:port"; empty: the harness's sink, or OTEL_EXPORTER_OTLP_ENDPOINT, or the
                           // SDK's default
  Nanos timeout = std::chrono::seconds(10);
  bool gzip = false;
};

// Batch span processor. The defaults are the SDK's, written here so that a result always says what was in force.
struct BatchConfig {
  std::uint64_t queue = 2048;             // spans held before new ones are dropped
  std::uint64_t size = 512;               // spans an export carries at most, at most `queue`
  Nanos delay = std::chrono::seconds(5);  // longest time between two exports
  Nanos export_timeout = std::chrono::seconds(30);
};

// Which carriers a caller writes trace context to. A callee reads all of them: `_meta` is the parent and the HTTP
// context becomes a link when both are there and differ.
struct PropagationConfig {
  bool meta = true;     // params._meta of each MCP message
  bool headers = true;  // HTTP request headers, WebSocket handshake headers
};

enum class SpanNames {
  mcp_bridge,   // stdio.read, gateway.request, http.request, … as the MCP Bridge text documents them
  conventions,  // OpenTelemetry's conventions for MCP: "tools/call NAME"
};

struct TracingConfig {
  SamplerConfig sampler{};
  ExporterConfig exporter{};
  BatchConfig batch{};
  PropagationConfig propagation{};
  SpanNames span_names = SpanNames::mcp_bridge;
};

std::string_view to_string(ExporterType);

}  // namespace tracetax
