#pragma once
// otlp-sink as a process, and tracing of the test's own that exports to it.

#include <string>
#include <vector>

#include "harness/scenario/tracing_config.h"
#include "harness/telemetry/tracing.h"
#include "tests/support/http.h"
#include "tests/support/process.h"

namespace tracetax::test {

inline constexpr Nanos flush_patience = std::chrono::seconds(30);

class SinkUnderTest {
 public:
  // `arguments` beside --admin.
  explicit SinkUnderTest(std::vector<std::string> arguments = {"--listen", "grpc://127.0.0.1:0", "--listen",
                                                               "http://127.0.0.1:0"})
      : process_(launch(std::move(arguments))) {
    process_.wait_ready();
  }

  // Of the first address (gRPC, as the exporters write it) and the second (HTTP).
  std::string endpoint(ExporterType type) {
    const std::string url = process_.url(type == ExporterType::otlp_grpc ? 0 : 1);
    return type == ExporterType::otlp_grpc ? "http" + url.substr(4) : url;
  }
  Json post(const std::string& path, const std::string& body = {}) {
    return Json::parse(http_request("POST", process_.admin() + path, body).body);
  }
  Json get(const std::string& path) { return Json::parse(text(path)); }
  std::string text(const std::string& path) { return http_request("GET", process_.admin() + path).body; }
  std::uint64_t received() { return post("/flush")["spans"].get<std::uint64_t>(); }
  Process& process() { return process_; }

 private:
  static Launch launch(std::vector<std::string> arguments) {
    Launch how;
    how.program = "otlp-sink";
    how.arguments = std::move(arguments);
    how.arguments.insert(how.arguments.end(), {"--admin", "127.0.0.1:0"});
    return how;
  }
  Process process_;
};

inline TracingConfig exporting(ExporterType type, const std::string& endpoint) {
  TracingConfig config;
  config.sampler.type = SamplerType::always_on;
  config.exporter.type = type;
  config.exporter.endpoint = endpoint;
  // Only flush() exports: what one export carries is what the test says.
  config.batch.delay = std::chrono::hours(1);
  return config;
}

inline constexpr std::uint64_t spans_each = 10;

// Ten spans in one export.
inline void export_once(telemetry::Tracing& tracing) {
  for (std::uint64_t i = 0; i < spans_each; ++i) tracing.span("work", {}).end();
  tracing.flush(flush_patience);
}

inline telemetry::SpanCounts export_once(const TracingConfig& config) {
  const auto tracing = telemetry::Tracing::start(config, {"test"});
  export_once(*tracing);
  return tracing->counts();
}

}  // namespace tracetax::test
