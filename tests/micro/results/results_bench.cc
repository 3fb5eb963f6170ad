// What recording and writing costs. Figures: docs/performance.md.
#include <cmath>
#include <vector>

#include <benchmark/benchmark.h>

#include "harness/base/rng.h"
#include "harness/results/gzip.h"
#include "harness/results/histogram.h"
#include "harness/results/trial_csv.h"

namespace tracetax {
namespace {

// Latencies around 2 ms with a long tail, a power of two of them.
std::vector<std::int64_t> latencies(std::size_t count) {
  Rng rng(1);
  std::vector<std::int64_t> values(count);
  for (std::int64_t& value : values) value = static_cast<std::int64_t>(std::exp(14.5 + 0.5 * rng.normal()));
  return values;
}

Histogram recorded(std::size_t count) {
  Histogram histogram;
  for (const std::int64_t value : latencies(count)) histogram.record(value);
  return histogram;
}

void record(benchmark::State& state) {
  const std::vector<std::int64_t> values = latencies(1 << 12);
  Histogram histogram;
  std::size_t i = 0;
  for (auto _ : state) {
    histogram.record(values[i++ & (values.size() - 1)]);
    benchmark::ClobberMemory();
  }
}
BENCHMARK(record);

void percentile(benchmark::State& state) {
  const Histogram histogram = recorded(1'000'000);
  const double level = static_cast<double>(state.range(0)) / 10;
  for (auto _ : state) benchmark::DoNotOptimize(histogram.percentile(level));
}
BENCHMARK(percentile)->Arg(500)->Arg(990)->Arg(999);

void mean(benchmark::State& state) {
  const Histogram histogram = recorded(1'000'000);
  for (auto _ : state) benchmark::DoNotOptimize(histogram.mean());
}
BENCHMARK(mean);

void encode(benchmark::State& state) {
  const Histogram histogram = recorded(static_cast<std::size_t>(state.range(0)));
  std::size_t bytes = 0;
  for (auto _ : state) {
    const std::string text = histogram.encode();
    bytes = text.size();
    benchmark::DoNotOptimize(text.data());
  }
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(encode)->Arg(1000)->Arg(1'000'000)->Unit(benchmark::kMicrosecond);

void decode(benchmark::State& state) {
  const std::string text = recorded(static_cast<std::size_t>(state.range(0))).encode();
  for (auto _ : state) benchmark::DoNotOptimize(Histogram::decode(text).count());
}
BENCHMARK(decode)->Arg(1000)->Arg(1'000'000)->Unit(benchmark::kMicrosecond);

void merge(benchmark::State& state) {
  const Histogram part = recorded(1'000'000);
  Histogram sum;
  for (auto _ : state) sum.merge(part);
}
BENCHMARK(merge)->Unit(benchmark::kMicrosecond);

// The hot path of a trial: one record behind the other in memory that was reserved before.
void sample_append(benchmark::State& state) {
  constexpr std::size_t room = 1 << 16;
  std::vector<Sample> samples;
  samples.reserve(room);
  std::uint32_t call = 0;
  for (auto _ : state) {
    if (samples.size() == room) samples.clear();
    samples.push_back({.intended = Nanos(call),
                       .sent = Nanos(call + 1),
                       .received = Nanos(call + 2),
                       .call = call,
                       .outcome = Outcome::ok});
    ++call;
    benchmark::ClobberMemory();
  }
}
BENCHMARK(sample_append);

std::vector<Sample> a_trial() {
  std::vector<Sample> samples;
  const std::vector<std::int64_t> values = latencies(100'000);
  for (std::uint32_t i = 0; i < values.size(); ++i) {
    const Nanos intended(std::int64_t{i} * 50'000 + values[i] % 49'999);
    samples.push_back({.intended = intended,
                       .sent = intended + Nanos(values[i] % 700),
                       .received = intended + Nanos(values[i]),
                       .call = i,
                       .session = static_cast<std::uint16_t>(i % 8),
                       .outcome = Outcome::ok});
  }
  return samples;
}

void write_csv(benchmark::State& state) {
  const std::vector<Sample> samples = a_trial();
  std::size_t bytes = 0;
  for (auto _ : state) bytes = write_samples_csv_gz(samples, {"lookup"}).size();
  state.counters["bytes_per_call"] = static_cast<double>(bytes) / static_cast<double>(samples.size());
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(samples.size()));
}
BENCHMARK(write_csv)->Unit(benchmark::kMillisecond);

void read_csv(benchmark::State& state) {
  const std::vector<Sample> samples = a_trial();
  const std::string compressed = write_samples_csv_gz(samples, {"lookup"});
  for (auto _ : state) benchmark::DoNotOptimize(read_samples_csv(gunzip(compressed), {"lookup"}).size());
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(samples.size()));
}
BENCHMARK(read_csv)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tracetax
