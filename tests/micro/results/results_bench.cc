// What recording and writing costs. CPU time per operation, medians of 7, Release (-O3), g++ 12.2, two virtual cores of
// an AMD EPYC at 2.6 GHz with a load of 9 from other builds, 21 November 2026:
//
//                                         here      HdrHistogram_c 0.11.10 (other day, same kind of machine)
//   record                                1.8 ns    5.1 ns
//   percentile 50 / 99 / 99.9            0.99 / 0.66 / 0.52 µs    5.9 µs
//   mean                                  7.5 µs
//   encode, 1000 samples                   21 µs    72 µs (with the rest of its line)
//   encode, a million samples              86 µs    493 µs
//   decode, 1000 / a million             7.2 / 39 µs
//   merge                                 2.2 µs
//   memory                                221 KB    221 KB
//   append a Sample                       1.5 ns
//   trial CSV, write / read              0.73 / 0.16 µs a call, 17.2 bytes a call
//
// The samples are not the same as those of the other column, so that the sizes of encodings (904 B, 8.2 KB) and the
// times of percentiles, which depend on how many buckets are filled, compare roughly only. Elapsed time was twice the
// CPU time here: the machine was busy.
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
