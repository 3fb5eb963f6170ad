#pragma once
// How one arm's services trace: the same type in a scenario's arm and in a service's own config file.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/time.h"
#include "harness/scenario/sampler_config.h"

namespace tracetax {

enum class ExporterType { otlp_grpc, otlp_http, console, none };

// Sent with every export. The value may have references to the environment, ${env:NAME}, which only the process that
// exports resolves: no secret is in a file that a run writes.
struct ExportHeader {
  std::string name;  // in lower case, as gRPC's metadata wants it
  std::string value;
};

// Paths of PEM files. Empty: what the OTEL_EXPORTER_OTLP_* variables say, else the system's authorities and no
// certificate of our own.
struct ExportTls {
  std::string ca{};    // whom we believe to be the receiver
  std::string cert{};  // mutual TLS: who we are
  std::string key{};   // of `cert`
  bool insecure_skip_verify = false;
  // In a scenario: the harness makes an authority and certificates for the run, its receivers listen with TLS and the
  // services believe them; mutual: and show a certificate of their own. A service's own configuration has the files.
  enum class Generated { none, server, mutual } generated = Generated::none;
};

// OTLP's retryable answers and lost connections. All attempts of an export together have the exporter's timeout.
struct ExportRetry {
  std::uint32_t attempts = 1;               // with the first; 1: none is repeated, as in the SDK that Debian builds
  Nanos initial = std::chrono::seconds(1);  // longest pause after the first attempt; the pause is drawn from 0 to it
  Nanos max = std::chrono::seconds(5);      // longest pause after any
  double multiplier = 1.5;                  // of the longest pause, from attempt to attempt
};

struct ExporterConfig {
  ExporterType type = ExporterType::otlp_grpc;
  std::string endpoint{};  // "http://host:port"; empty: the harness's sink, or OTEL_EXPORTER_OTLP_ENDPOINT, or the
                           // SDK's default
  Nanos timeout = std::chrono::seconds(10);
  bool gzip = false;
  std::vector<ExportHeader> headers{};
  ExportTls tls{};
  ExportRetry retry{};
};

// Batch span processor. The defaults are the SDK's, written here so that a result always says what was in force.
struct BatchConfig {
  std::uint64_t queue = 2048;             // spans held before new ones are dropped
  std::uint64_t size = 512;               // spans an export carries at most, at most `queue`
  Nanos delay = std::chrono::seconds(5);  // longest time between two exports
  Nanos export_timeout = std::chrono::seconds(30);
};

// What is masked before spans leave the process, and in log lines.
struct RedactConfig {
  std::vector<std::string> keys{};      // attributes whose value is masked whole: words, or globs with * and ?
  std::vector<std::string> patterns{};  // names (redact_patterns.h) or RE2 expressions, masked in every text
  std::string replace = "***";
  bool active() const { return !keys.empty() || !patterns.empty(); }
};

struct LogConfig {
  bool calls = false;  // a line of JSON for each tool call
  std::string file{};  // appended to; empty: stderr
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
  RedactConfig redact{};
  LogConfig log{};
  PropagationConfig propagation{};
  SpanNames span_names = SpanNames::mcp_bridge;
};

std::string_view to_string(ExporterType);

}  // namespace tracetax
