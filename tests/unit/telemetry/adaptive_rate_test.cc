// The ratio that follows the load, and what is kept of simulated loads.

#include "harness/telemetry/adaptive_rate.h"

#include <array>
#include <cmath>
#include <cstring>
#include <functional>
#include <memory>

#include <gtest/gtest.h>
#include <opentelemetry/sdk/trace/samplers/trace_id_ratio_factory.h>
#include <opentelemetry/trace/span_context_kv_iterable_view.h>

#include "harness/base/rng.h"
#include "harness/telemetry/rate_limiter.h"
#include "harness/telemetry/trace_ratio.h"

namespace tracetax::telemetry {
namespace {

using namespace std::chrono_literals;
using opentelemetry::trace::TraceId;
constexpr Nanos start = 1'000'000s;

TraceId id_of(std::uint64_t first, std::uint64_t second = 1) {
  std::array<std::uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), &first, 8);
  std::memcpy(bytes.data() + 8, &second, 8);
  return TraceId(opentelemetry::nostd::span<const std::uint8_t, 16>(bytes.data(), bytes.size()));
}

bool sdk_keeps(double ratio, const TraceId& id) {
  const auto sampler = opentelemetry::sdk::trace::TraceIdRatioBasedSamplerFactory::Create(ratio);
  const opentelemetry::common::NoopKeyValueIterable no_attributes;
  const opentelemetry::trace::NullSpanContext no_links;
  return sampler->ShouldSample(opentelemetry::trace::SpanContext::GetInvalid(), id, "", {}, no_attributes, no_links)
      .IsSampled();
}

TEST(TraceRatio, KeepsTheIdsThatTheSdkKeeps) {
  Rng rng(1);
  int kept = 0, all = 0;
  for (const double ratio : {0.0, 1e-12, 0.001, 0.1, 0.3, 0.5, 1.0 / 3, 0.999999999, 1 - 0x1p-53, 1.0}) {
    std::vector<std::uint64_t> firsts{0, 1, ~0ull, ~0ull - 1, 1ull << 63, ratio_threshold(ratio)};
    for (int i = 0; i < 500; ++i) firsts.push_back(rng.bits());
    // Where a wrong rounding would show: close to the limit.
    for (int i = -300; i < 300; ++i)
      firsts.push_back(static_cast<std::uint64_t>(ratio * 0x1p63) * 2 + static_cast<std::uint64_t>(i * 1024));
    for (const std::uint64_t first : firsts) {
      const TraceId id = id_of(first);
      ASSERT_EQ(keeps(ratio_threshold(ratio), id), sdk_keeps(ratio, id)) << ratio << ' ' << first;
      kept += keeps(ratio_threshold(ratio), id) ? 1 : 0;
      ++all;
    }
  }
  EXPECT_GT(kept, all / 10);
  EXPECT_LT(kept, all * 9 / 10);
}

// `each` intervals of a second with evenly spaced traces.
void offer(AdaptiveRate& rate, Nanos& at, int per_second, int seconds) {
  for (int i = 0; i < per_second * seconds; ++i) {
    rate.offered(at + i * Nanos(1s) / per_second);
  }
  at += seconds * Nanos(1s);
}

TEST(AdaptiveRate, StandsAtTheBaseUntilAnIntervalIsOver) {
  AdaptiveRate rate({.target = 10, .base = 0.1}, start);
  EXPECT_EQ(rate.ratio(), 0.1);
  for (int i = 0; i < 200; ++i) rate.offered(start + 1s - 1ns);
  EXPECT_EQ(rate.ratio(), 0.1);
  EXPECT_EQ(rate.estimate(), -1);
  EXPECT_EQ(rate.offered(start + 1s),
            ratio_threshold(0.05));  // 200/s were offered: the trace itself is of the next one
  EXPECT_EQ(rate.ratio(), 0.05);
  EXPECT_EQ(rate.estimate(), 200);
}

TEST(AdaptiveRate, SmoothsByHalvesAndCountsEmptyIntervals) {
  AdaptiveRate rate({.target = 10, .delta = 0}, start);
  Nanos at = start;
  offer(rate, at, 100, 1);
  rate.offered(at);
  EXPECT_EQ(rate.estimate(), 100);
  for (int i = 1; i < 300; ++i) rate.offered(at);
  rate.offered(at + 1s);
  EXPECT_EQ(rate.estimate(), 200);  // (100 + 300) / 2
  EXPECT_EQ(rate.ratio(), 0.05);
  rate.offered(at + 5s);  // one trace in an interval, then three without any
  EXPECT_DOUBLE_EQ(rate.estimate(), (200 + 1) / 2.0 / 8);
  EXPECT_DOUBLE_EQ(rate.ratio(), 10 / rate.estimate());
}

TEST(AdaptiveRate, StaysWithinFloorAndMax) {
  AdaptiveRate rate({.target = 1, .cap = 10, .floor = 0.01, .base = 0.3, .max = 0.5}, start);
  Nanos at = start;
  offer(rate, at, 10'000, 3);
  EXPECT_EQ(rate.ratio(), 0.01);
  at += 1h;  // nothing at all
  rate.offered(at);
  EXPECT_EQ(rate.ratio(), 0.5);
}

TEST(AdaptiveRate, LeavesARatioThatIsNearlyRight) {
  AdaptiveRate rate({.target = 10, .base = 0.1, .delta = 0.1}, start);
  Nanos at = start;
  offer(rate, at, 92, 1);  // wants 0.1087
  offer(rate, at, 108, 1);
  rate.offered(at);
  EXPECT_EQ(rate.ratio(), 0.1);
  AdaptiveRate other({.target = 10, .base = 0.1, .delta = 0.1}, start);
  at = start;
  offer(other, at, 89, 1);  // 0.1124
  other.offered(at);
  EXPECT_DOUBLE_EQ(other.ratio(), 10.0 / 89);
}

struct Kept {
  std::vector<int> each_second{};
  std::vector<Nanos> at{};
};

// Poisson arrivals with random ids under ratio and cap, as the sampler has them.
Kept simulate(const AdaptiveConfig& config, std::uint64_t seed, int seconds,
              const std::function<double(int second)>& per_second) {
  Rng rng(seed);
  AdaptiveRate rate(config, start);
  WindowLimiter cap(config.cap);
  Kept kept{std::vector<int>(static_cast<std::size_t>(seconds)), {}};
  for (double t = 0; t < seconds;) {
    const double unit = static_cast<double>(rng.bits() >> 11) * 0x1p-53;
    t += -std::log1p(-unit) / per_second(static_cast<int>(t));
    if (t >= seconds) break;
    const Nanos now = start + from_seconds(t);
    if (!keeps(rate.offered(now), id_of(rng.bits())) || !cap.take(now)) continue;
    ++kept.each_second[static_cast<std::size_t>(t)];
    kept.at.push_back(now);
  }
  return kept;
}

double mean(const std::vector<double>& values, std::size_t first, std::size_t last) {
  double sum = 0;
  for (std::size_t i = first; i < last; ++i) sum += values[i];
  return sum / static_cast<double>(last - first);
}

// From half the target to 100 times that, and back. In the mean over seeds the chance of the single run is gone, and
// what is left is the algorithm.
TEST(AdaptiveRate, ConvergesAfterAStepOf100TimesAndNeverOvershootsTheCap) {
  const AdaptiveConfig config{.target = 10, .cap = 50};
  constexpr int runs = 100, step = 10, back = 30, seconds = 50;
  std::vector<double> kept_in(seconds);  // in the mean over the runs
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    const Kept kept =
        simulate(config, seed, seconds, [](int second) { return second < step || second >= back ? 5.0 : 500.0; });
    for (std::size_t i = 0; i < kept_in.size(); ++i) kept_in[i] += static_cast<double>(kept.each_second[i]) / runs;
    for (std::size_t i = 50; i < kept.at.size(); ++i) ASSERT_GE(kept.at[i] - kept.at[i - 50], 1s) << seed;
  }
  EXPECT_GE(mean(kept_in, 5, step), 4);  // all of the few
  EXPECT_GE(kept_in[step], 45);          // the step's own second: what the cap leaves after the second before
  EXPECT_LE(kept_in[step + 4], 12);      // four intervals later within 10 % and the smoothing's rest of the target
  EXPECT_NEAR(mean(kept_in, step + 6, back), 10, 1.1);
  EXPECT_GE(mean(kept_in, back + 10, seconds), 4);  // back to all of them
}

TEST(AdaptiveRate, TheCapHoldsHoweverTracesArrive) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    Rng rng(seed);
    AdaptiveConfig config{.target = 1 + static_cast<double>(rng.bits() % 20)};
    config.cap = config.target + static_cast<double>(rng.bits() % 40);
    config.base = 1;
    std::vector<double> rates(12);
    for (double& one : rates) one = std::pow(10.0, static_cast<double>(rng.bits() % 3500) / 1000);
    const Kept kept =
        simulate(config, seed, 12, [&](int second) { return rates[static_cast<std::size_t>(std::min(second, 11))]; });
    const auto n = static_cast<std::size_t>(config.cap);
    for (std::size_t i = n; i < kept.at.size(); ++i) ASSERT_GE(kept.at[i] - kept.at[i - n], 1s) << seed;
    EXPECT_FALSE(kept.at.empty());
  }
}

}  // namespace
}  // namespace tracetax::telemetry
