// What one export request of 512 spans of 470 bytes costs the sink, the copy of the request included. Figures:
// docs/performance.md.
#include <memory>
#include <string>

#include <benchmark/benchmark.h>

#include "mock_servers/sink/http_answer.h"
#include "mock_servers/sink/payload.h"
#include "mock_servers/sink/store.h"
#include "tests/unit/sink/requests.h"

namespace tracetax::sink {
namespace {

// 512 spans, the SDKs' batch, of about 500 bytes each.
std::string batch() {
  std::vector<TestSpan> spans;
  for (int i = 0; i < 512; ++i) {
    const auto span = static_cast<std::uint8_t>(1 + i % 8), trace = static_cast<std::uint8_t>(i / 8);
    spans.push_back({"mcp-router", trace, span, static_cast<std::uint8_t>(span - 1), 0, std::string(430, 'x')});
  }
  return request_bytes(spans);
}

void count_bytes(benchmark::State& state, std::size_t size) {
  state.SetBytesProcessed(static_cast<std::int64_t>(size) * state.iterations());
}

// What the sink does while others are measured: gRPC's handler but for gRPC itself.
void BM_Take(benchmark::State& state) {
  const std::string body = batch();
  auto store = std::make_unique<Store>(1u << 30);
  for (auto _ : state) {
    Payload payload;
    payload.protobuf = body;
    payload.bytes = body.size();
    if (!store->take(std::move(payload))) {
      state.PauseTiming();
      store = std::make_unique<Store>(1u << 30);
      state.ResumeTiming();
    }
  }
  count_bytes(state, body.size());
}
BENCHMARK(BM_Take);

// The same over HTTP, where the outermost level is checked and gzip undone.
void BM_TakeHttp(benchmark::State& state, bool gzip) {
  const std::string body = gzip ? gzipped(batch()) : batch();
  auto store = std::make_unique<Store>(1u << 30);
  Faults faults;
  for (auto _ : state) {
    ExportRequest request{"POST", "/v1/traces", "application/x-protobuf", gzip ? "gzip" : "", body};
    if (answer_export(std::move(request), *store, faults).status != 200) {
      state.PauseTiming();
      store = std::make_unique<Store>(1u << 30);
      state.ResumeTiming();
    }
  }
  count_bytes(state, batch().size());
}
BENCHMARK_CAPTURE(BM_TakeHttp, plain, false);
BENCHMARK_CAPTURE(BM_TakeHttp, gzip, true);

// What is put off until POST /collect.
void BM_Decode(benchmark::State& state) {
  Payload payload;
  payload.protobuf = batch();
  payload.bytes = payload.protobuf.size();
  for (auto _ : state) benchmark::DoNotOptimize(decode(payload));
  count_bytes(state, payload.protobuf.size());
}
BENCHMARK(BM_Decode);

void BM_Assemble(benchmark::State& state) {
  Payload payload;
  payload.protobuf = batch();
  payload.bytes = payload.protobuf.size();
  const auto batches = decode(payload).value();
  for (auto _ : state) benchmark::DoNotOptimize(assemble(batches));
}
BENCHMARK(BM_Assemble);

}  // namespace
}  // namespace tracetax::sink
