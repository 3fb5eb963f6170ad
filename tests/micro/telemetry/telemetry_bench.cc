// What tracing costs a call's own path: one span with kind, remote parent, five attributes, end. CPU time, medians of
// 5, RelWithDebInfo (-O2), g++ 12.2, opentelemetry-cpp 1.19, two virtual cores at 2.6 GHz with a load of 7 from other
// builds, 21 November 2026 (elapsed time was five times that: the machine was busy):
//
//   none (the API's no-op tracer)              38 ns    the API alone, without our wrapper: 54 ns
//   always_off                                256 ns
//   parentbased_traceidratio, unsampled       251 ns
//   parentbased_traceidratio, sampled        2150 ns    recorded as for OTLP, queued, dropped by the exporter
//   always_on                                2000 ns
//   inject / extract                        26 / 80 ns
//
// Our wrapper makes a no-op cheaper than calling the API for each attribute: a span that does not record is not asked.
#include <memory>
#include <string>

#include <benchmark/benchmark.h>
#include <opentelemetry/exporters/otlp/otlp_recordable.h>
#include <opentelemetry/sdk/trace/exporter.h>
#include <opentelemetry/trace/provider.h>

#include "harness/telemetry/propagation.h"
#include "harness/telemetry/tracing.h"

namespace tracetax::telemetry {
namespace {

namespace sdk = opentelemetry::sdk;

// Records as the OTLP exporters do, and drops what it is given.
class DroppingExporter final : public sdk::trace::SpanExporter {
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

std::unique_ptr<Tracing> tracing_of(SamplerType type, double ratio = 1.0) {
  install_log_handler();
  TracingConfig config;
  config.sampler = {type, ratio};
  config.batch = {.queue = 65536, .size = 512, .delay = std::chrono::milliseconds(100)};
  return Tracing::start(config, {"bench"}, std::make_unique<DroppingExporter>());
}

// What a SERVER span of the services costs: kind, parent, five attributes, end.
void make_span(Tracing& tracing, const SpanContext& parent) {
  Span span = tracing.span("tools/call", {.kind = SpanKind::kServer, .parent = parent});
  span.set("mcp.method.name", "tools/call");
  span.set("gen_ai.tool.name", "lookup");
  span.set("jsonrpc.request.id", "12345");
  span.set("network.transport", "tcp");
  span.set("client.port", std::int64_t{40312});
}

void BM_Span(benchmark::State& state, SamplerType type, double ratio, bool parent_sampled) {
  const auto tracing = tracing_of(type, ratio);
  const SpanContext parent = extract(parent_sampled ? "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
                                                    : "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
                                     "");
  for (auto _ : state) make_span(*tracing, parent);
  state.counters["sampled"] =
      static_cast<double>(tracing->counts().sampled) / static_cast<double>(tracing->counts().started);
}
BENCHMARK_CAPTURE(BM_Span, none, SamplerType::none, 1.0, true);
BENCHMARK_CAPTURE(BM_Span, always_off, SamplerType::always_off, 1.0, true);
BENCHMARK_CAPTURE(BM_Span, ratio10_unsampled, SamplerType::parentbased_traceidratio, 0.1, false);
BENCHMARK_CAPTURE(BM_Span, ratio10_sampled, SamplerType::parentbased_traceidratio, 0.1, true);
BENCHMARK_CAPTURE(BM_Span, always_on, SamplerType::always_on, 1.0, true);

// The same span with the API alone, to see what our wrapper adds.
void BM_ApiNoop(benchmark::State& state) {
  const auto tracer = opentelemetry::trace::Provider::GetTracerProvider()->GetTracer("bench");
  const SpanContext parent = extract("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "");
  for (auto _ : state) {
    opentelemetry::trace::StartSpanOptions options;
    options.kind = SpanKind::kServer;
    options.parent = parent;
    auto span = tracer->StartSpan("tools/call", options);
    span->SetAttribute("mcp.method.name", "tools/call");
    span->SetAttribute("gen_ai.tool.name", "lookup");
    span->SetAttribute("jsonrpc.request.id", "12345");
    span->SetAttribute("network.transport", "tcp");
    span->SetAttribute("client.port", std::int64_t{40312});
    span->End();
  }
}
BENCHMARK(BM_ApiNoop);

void BM_Inject(benchmark::State& state) {
  const SpanContext context = extract("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "");
  for (auto _ : state) benchmark::DoNotOptimize(inject(context));
}
BENCHMARK(BM_Inject);

void BM_Extract(benchmark::State& state) {
  const std::string text = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  for (auto _ : state) benchmark::DoNotOptimize(extract(text, ""));
}
BENCHMARK(BM_Extract);

}  // namespace
}  // namespace tracetax::telemetry
