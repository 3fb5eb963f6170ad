// What tracing costs a call's own path. Figures: docs/performance.md.
#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <opentelemetry/exporters/otlp/otlp_recordable.h>
#include <opentelemetry/sdk/trace/exporter.h>
#include <opentelemetry/sdk/trace/sampler.h>
#include <opentelemetry/trace/provider.h>

#include "harness/base/rng.h"
#include "harness/telemetry/propagation.h"
#include "harness/telemetry/samplers.h"
#include "harness/telemetry/sdk_parts.h"
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

std::unique_ptr<Tracing> tracing_of(const SamplerConfig& sampler) {
  install_log_handler();
  TracingConfig config;
  config.sampler = sampler;
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
  const auto tracing = tracing_of({type, ratio});
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

// Start and end alone, of roots, whose trace ids are new each time: a ratio takes its share.
void start_end(benchmark::State& state, SamplerType type, double ratio) {
  const auto tracing = tracing_of({type, ratio});
  for (auto _ : state) tracing->span("tools/call", {}).end();
  state.counters["sampled"] =
      static_cast<double>(tracing->counts().sampled) / static_cast<double>(tracing->counts().started);
}
BENCHMARK_CAPTURE(start_end, none, SamplerType::none, 1.0);
BENCHMARK_CAPTURE(start_end, always_off, SamplerType::always_off, 1.0);
BENCHMARK_CAPTURE(start_end, ratio10, SamplerType::traceidratio, 0.1);
BENCHMARK_CAPTURE(start_end, parentbased_ratio10, SamplerType::parentbased_traceidratio, 0.1);
BENCHMARK_CAPTURE(start_end, always_on, SamplerType::always_on, 1.0);

// A local trace of a root and a child that nobody keeps: dropped at its start, or recorded and dropped at its end.
void local_trace(benchmark::State& state, bool keep_errors) {
  SamplerConfig sampler{SamplerType::always_off};
  sampler.keep_errors = keep_errors;
  const auto tracing = tracing_of(sampler);
  for (auto _ : state) {
    Span root = tracing->span("http.request", {});
    tracing->span("backend.forward", {.parent = root.context()}).end();
  }
}
BENCHMARK_CAPTURE(local_trace, always_off, false);
BENCHMARK_CAPTURE(local_trace, keep_errors, true);

// A sampler's decision over trace ids of which a ratio takes its share; a parent, if there is one, is remote and
// sampled.
void decide_with(benchmark::State& state, const SamplerConfig& config, bool has_parent) {
  const auto sampler = make_sampler(config);
  const SpanContext parent = extract(has_parent ? "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" : "", "");
  constexpr std::size_t some = 1024;
  std::vector<opentelemetry::trace::TraceId> ids;
  Rng rng(1);
  while (ids.size() < some) {
    std::array<std::uint8_t, 16> bytes{};
    const std::array<std::uint64_t, 2> bits{rng.bits(), rng.bits()};
    std::memcpy(bytes.data(), bits.data(), bytes.size());
    ids.emplace_back(opentelemetry::nostd::span<const std::uint8_t, 16>(bytes.data(), bytes.size()));
  }
  const opentelemetry::common::NoopKeyValueIterable no_attributes;
  const opentelemetry::trace::NullSpanContext no_links;
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        sampler->ShouldSample(parent, ids[i++ % some], "tools/call", SpanKind::kServer, no_attributes, no_links)
            .decision);
  }
}
void decide(benchmark::State& state, SamplerType type, bool has_parent) {
  decide_with(state, {type, 0.1}, has_parent);
}
BENCHMARK_CAPTURE(decide, always_off, SamplerType::always_off, true);
BENCHMARK_CAPTURE(decide, always_on, SamplerType::always_on, true);
BENCHMARK_CAPTURE(decide, ratio10, SamplerType::traceidratio, true);
BENCHMARK_CAPTURE(decide, parentbased_always_on_root, SamplerType::parentbased_always_on, false);
BENCHMARK_CAPTURE(decide, parentbased_always_on_child, SamplerType::parentbased_always_on, true);
BENCHMARK_CAPTURE(decide, parentbased_always_off_root, SamplerType::parentbased_always_off, false);
BENCHMARK_CAPTURE(decide, parentbased_always_off_child, SamplerType::parentbased_always_off, true);
BENCHMARK_CAPTURE(decide, parentbased_ratio10_root, SamplerType::parentbased_traceidratio, false);
BENCHMARK_CAPTURE(decide, parentbased_ratio10_child, SamplerType::parentbased_traceidratio, true);

BENCHMARK_CAPTURE(decide, rate_limiting_root, SamplerType::rate_limiting, false);
BENCHMARK_CAPTURE(decide, rate_limiting_child, SamplerType::rate_limiting, true);
BENCHMARK_CAPTURE(decide, adaptive_root, SamplerType::adaptive, false);

// The rules before the one that matches ask for another span's name; each further one costs the same.
void decide_rules(benchmark::State& state) {
  SamplerConfig config{SamplerType::rules};
  config.otherwise = {SamplerType::always_on};
  for (int i = 1; i < state.range(0); ++i)
    config.rules.push_back({.operation = "service." + std::to_string(i) + ".*", .sampler = {SamplerType::always_off}});
  config.rules.push_back({.operation = "tools/*", .sampler = {SamplerType::always_on}});
  decide_with(state, config, false);
}
BENCHMARK(decide_rules)->Arg(1)->Arg(10)->Arg(100);

// The span of BM_Span with the API alone, to see what our wrapper adds.
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
