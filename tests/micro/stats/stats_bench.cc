// What a verdict's arithmetic costs, up to ten million values (a window of 5000 calls a second has 10^5 after 20 s).
// Figures: docs/performance.md.
#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <vector>

#include <benchmark/benchmark.h>

#include "harness/base/rng.h"
#include "harness/stats/distributions.h"
#include "harness/stats/holm.h"
#include "harness/stats/mean_interval.h"
#include "harness/stats/quantile.h"
#include "harness/stats/resample.h"
#include "harness/stats/sequential.h"
#include "harness/stats/welch.h"

namespace tracetax {
namespace {

constexpr std::size_t most = 10'000'000;

// Latencies around 2 ms with a long tail. Made once: a benchmark's function is called several times.
std::span<const double> latencies(std::size_t count) {
  static std::vector<double> values;
  static Rng rng(1);
  while (values.size() < count) values.push_back(std::exp(14.5 + 0.5 * rng.normal()));
  return std::span(values).first(count);
}

std::span<const double> sorted_latencies(std::size_t count) {
  static std::map<std::size_t, std::vector<double>> sorted;
  std::vector<double>& values = sorted[count];
  if (values.empty()) {
    const auto unsorted = latencies(count);
    values.assign(unsorted.begin(), unsorted.end());
    std::ranges::sort(values);
  }
  return values;
}

std::size_t size_of(const benchmark::State& state) {
  return static_cast<std::size_t>(state.range(0));
}
void count(benchmark::State& state, std::size_t items) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(items));
}
constexpr auto sizes = [](auto* benchmark) { benchmark->RangeMultiplier(10)->Range(1000, most); };

// From a trial's latencies to the percentiles of a table: a copy, sorted, and five quantiles. Always other values: a
// thousand whose order it has seen before the processor sorts three times as fast, from the memory of its branches.
void sort_and_quantiles(benchmark::State& state) {
  const auto values = latencies(std::max<std::size_t>(size_of(state), 1'000'000));
  std::vector<double> copy;
  std::size_t first = 0;
  for (auto _ : state) {
    const auto part = values.subspan(first, size_of(state));
    copy.assign(part.begin(), part.end());
    first = first + 2 * part.size() > values.size() ? 0 : first + part.size();
    std::ranges::sort(copy);
    for (const double p : {0.5, 0.9, 0.95, 0.99, 0.999}) benchmark::DoNotOptimize(quantile_of_sorted(copy, p));
  }
  count(state, size_of(state));
}
BENCHMARK(sort_and_quantiles)->Apply(sizes)->Unit(benchmark::kMicrosecond);

void quantile(benchmark::State& state) {
  const auto sorted = sorted_latencies(size_of(state));
  double p = 0;
  for (auto _ : state) {
    p = p > 0.99 ? 0 : p + 0.000917;
    benchmark::DoNotOptimize(quantile_of_sorted(sorted, p));
  }
}
BENCHMARK(quantile)->Apply(sizes);

void order_statistic(benchmark::State& state) {
  const auto sorted = sorted_latencies(1'000'000);
  double p = 0;
  for (auto _ : state) {
    p = p > 0.99 ? 0 : p + 0.000917;
    benchmark::DoNotOptimize(order_statistic_of_sorted(sorted, p));
  }
}
BENCHMARK(order_statistic);

void trimmed_mean(benchmark::State& state) {
  const auto sorted = sorted_latencies(size_of(state));
  for (auto _ : state) benchmark::DoNotOptimize(trimmed_mean_of_sorted(sorted));
  count(state, sorted.size());
}
BENCHMARK(trimmed_mean)->Apply(sizes)->Unit(benchmark::kMicrosecond);

void student(benchmark::State& state) {
  const auto values = latencies(size_of(state));
  for (auto _ : state) benchmark::DoNotOptimize(student_interval(estimate_mean(values), 0.95));
  count(state, values.size());
}
BENCHMARK(student)->Arg(20)->Apply(sizes)->Unit(benchmark::kMicrosecond);

void student_quantile(benchmark::State& state) {
  double degrees = 1;
  for (auto _ : state) {
    degrees = degrees > 100 ? 1 : degrees + 1;
    benchmark::DoNotOptimize(student_t_quantile(0.975, degrees));
  }
}
BENCHMARK(student_quantile);

void welch_of_two(benchmark::State& state) {
  const MeanEstimate earlier = estimate_mean(latencies(20));
  const MeanEstimate later = estimate_mean(latencies(60).subspan(20));
  for (auto _ : state) benchmark::DoNotOptimize(welch_interval(welch(later, earlier), 0.95));
}
BENCHMARK(welch_of_two);

// Items: values drawn.
void bootstrap_t(benchmark::State& state) {
  const auto values = latencies(size_of(state));
  const auto resamples = static_cast<std::size_t>(state.range(1));
  Rng rng(1);
  for (auto _ : state) benchmark::DoNotOptimize(bootstrap_t_interval(values, 0.95, resamples, rng));
  count(state, values.size() * resamples);
}
BENCHMARK(bootstrap_t)
    ->ArgNames({"units", "resamples"})
    ->Args({20, 1999})
    ->ArgsProduct({benchmark::CreateRange(1000, most, 10), {10}})
    ->Unit(benchmark::kMicrosecond);

void bootstrap_of_launches(benchmark::State& state) {
  const auto values = latencies(size_of(state));
  const auto resamples = static_cast<std::size_t>(state.range(1));
  std::vector<std::uint32_t> launches(values.size());
  for (std::uint32_t i = 0; i < launches.size(); ++i) launches[i] = i / 4;
  Rng rng(1);
  for (auto _ : state) {
    benchmark::DoNotOptimize(hierarchical_percentile_interval(values, launches, 0.95, resamples, rng));
  }
  count(state, values.size() * resamples);
}
BENCHMARK(bootstrap_of_launches)
    ->ArgNames({"units", "resamples"})
    ->Args({20, 1999})
    ->Args({1000, 10})
    ->Unit(benchmark::kMicrosecond);

void holm(benchmark::State& state) {
  std::vector<double> p_values(size_of(state));
  Rng rng(1);
  for (double& p : p_values) p = 0.01 * rng.uniform();
  for (auto _ : state) benchmark::DoNotOptimize(holm_rejects(p_values, 0.05));
  count(state, p_values.size());
}
BENCHMARK(holm)->Arg(100);

// The boundaries of four looks, by numerical integration.
void levels_of_looks(benchmark::State& state) {
  const LookPlan plan{{0.25, 0.5, 0.75, 1}};
  for (auto _ : state) benchmark::DoNotOptimize(look_levels(0.025, plan));
}
BENCHMARK(levels_of_looks)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace tracetax
