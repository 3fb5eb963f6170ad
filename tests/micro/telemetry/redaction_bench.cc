// What redaction costs the exporter's thread for each span. A call itself pays nothing. Figures: docs/performance.md.
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <opentelemetry/exporters/otlp/otlp_recordable.h>

#include "harness/telemetry/redacting_exporter.h"

namespace tracetax::telemetry {
namespace {

namespace sdk = opentelemetry::sdk;
using Recordables = std::vector<std::unique_ptr<sdk::trace::Recordable>>;

class KeepingExporter final : public sdk::trace::SpanExporter {
 public:
  std::unique_ptr<sdk::trace::Recordable> MakeRecordable() noexcept override {
    return std::make_unique<opentelemetry::exporter::otlp::OtlpRecordable>();
  }
  sdk::common::ExportResult Export(
      const opentelemetry::nostd::span<std::unique_ptr<sdk::trace::Recordable>>&) noexcept override {
    return sdk::common::ExportResult::kSuccess;
  }
  bool ForceFlush(std::chrono::microseconds) noexcept override { return true; }
  bool Shutdown(std::chrono::microseconds) noexcept override { return true; }
};

// A SERVER span of the services, without a secret: the usual case, and it stays as it is for the next round.
void fill(sdk::trace::Recordable& span) {
  span.SetName("tools/call lookup");
  span.SetAttribute("mcp.method.name", "tools/call");
  span.SetAttribute("gen_ai.tool.name", "lookup");
  span.SetAttribute("gen_ai.operation.name", "execute_tool");
  span.SetAttribute("jsonrpc.request.id", "12345");
  span.SetAttribute("network.transport", "tcp");
  span.SetAttribute("network.protocol.name", "http");
  span.SetAttribute("mcp.protocol.version", "2026-07-28");
  span.SetAttribute("client.address", "localhost");
  span.SetAttribute("client.port", std::int64_t{40312});
}

void BM_Redact(benchmark::State& state, std::vector<std::string> keys, std::vector<std::string> patterns) {
  constexpr std::size_t batch = 512;
  RedactConfig config;
  config.keys = std::move(keys);
  config.patterns = std::move(patterns);
  const auto exporter = redact_exports(std::make_unique<KeepingExporter>(), std::make_shared<const Redactor>(config));
  Recordables spans;
  for (std::size_t i = 0; i < batch; ++i) {
    spans.push_back(exporter->MakeRecordable());
    fill(*spans.back());
  }
  for (auto _ : state) {
    exporter->Export(opentelemetry::nostd::span<std::unique_ptr<sdk::trace::Recordable>>(spans.data(), spans.size()));
  }
  state.counters["per_span"] = benchmark::Counter(static_cast<double>(state.iterations()) * batch,
                                                  benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
const std::vector<std::string> some_keys{"password", "email", "authorization", "token", "secret", "api_key"};
const std::vector<std::string> all_patterns{"email", "credit_card", "bearer", "phone", "jwt", "ipv4"};
BENCHMARK_CAPTURE(BM_Redact, nothing, {}, {});
BENCHMARK_CAPTURE(BM_Redact, six_keys, some_keys, {});
BENCHMARK_CAPTURE(BM_Redact, six_patterns, {}, all_patterns);
BENCHMARK_CAPTURE(BM_Redact, both, some_keys, all_patterns);

}  // namespace
}  // namespace tracetax::telemetry
