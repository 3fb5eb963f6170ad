#include "harness/sampling/rates.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "harness/base/rng.h"
#include "world.h"

namespace tracetax {
namespace {

using test::World;
using namespace std::chrono_literals;

// A bucket that is full at the start, asked by calls `gap` apart.
std::vector<bool> token_bucket(std::size_t calls, double gap_s, double per_s, double burst) {
  std::vector<bool> kept(calls);
  double tokens = burst;
  for (std::size_t i = 0; i < calls; ++i) {
    if (i > 0) tokens = std::min(burst, tokens + gap_s * per_s);
    kept[i] = tokens >= 1;
    if (kept[i]) tokens -= 1;
  }
  return kept;
}

TEST(BucketExcess, IsOneForWhatABucketLetsThrough) {
  Rng rng(3);
  for (int run = 0; run < 200; ++run) {
    const double per_s = 1 + 200 * rng.uniform();
    const double burst = 1 + std::floor(50 * rng.uniform());
    std::vector<std::int64_t> times;
    double tokens = burst;
    std::int64_t last = 0;
    std::int64_t now = 0;
    for (int i = 0; i < 3000; ++i) {
      now += static_cast<std::int64_t>(1e7 * rng.uniform() * (rng.uniform() < 0.01 ? 100 : 1));
      tokens = std::min(burst, tokens + static_cast<double>(now - last) * 1e-9 * per_s);
      last = now;
      if (tokens < 1) continue;
      tokens -= 1;
      times.push_back(now);
    }
    // The last token is taken in the stretch itself: the excess never reaches 1 above the burst.
    EXPECT_LE(bucket_excess(times, per_s, burst), 1e-6) << run;
  }
}

TEST(BucketExcess, OfKnownSeries) {
  const std::vector<std::int64_t> three_at_once{0, 0, 0};
  EXPECT_DOUBLE_EQ(bucket_excess(three_at_once, 1, 0), 3);
  EXPECT_DOUBLE_EQ(bucket_excess(three_at_once, 1, 3), 0);
  const std::vector<std::int64_t> steady{0, 1'000'000'000, 2'000'000'000};
  EXPECT_DOUBLE_EQ(bucket_excess(steady, 1, 0), 1);
  EXPECT_DOUBLE_EQ(bucket_excess({}, 1, 0), 0);
}

TEST(MostInASecond, IsOfAHalfOpenSecond) {
  EXPECT_EQ(most_in_a_second(std::vector<std::int64_t>{0, 999'999'999, 1'000'000'000}), 2u);
  EXPECT_EQ(most_in_a_second({}), 0u);
}

CheckResult limited(double sampler_per_s, double burst, RateLimitCheck check) {
  World world(20'000, 1ms);  // 1,000/s for 20 s
  const std::vector<bool> kept = token_bucket(20'000, 1e-3, sampler_per_s, burst);
  world.keep([&](std::size_t i) { return kept[i]; });
  return world.run(check);
}

TEST(RateLimit, HoldsOfAJaegerStyleSampler) {
  EXPECT_EQ(limited(100, 100, {.per_s = 100, .burst = 100}).verdict, Verdict::within);
  EXPECT_EQ(limited(100, 1, {.per_s = 100, .burst = 1}).verdict, Verdict::within);
}

// One trace a second too many, over 20 s. (With room for one token alone calls that are 1 ms apart would waste the
// rest.)
TEST(RateLimit, FindsALimitThatIsOffByOne) {
  const CheckResult result = limited(101, 2, {.per_s = 100, .burst = 2});
  EXPECT_EQ(result.verdict, Verdict::exceeded);
  EXPECT_NE(result.detail.find("more than 100/s and a burst of 2 let through"), std::string::npos) << result.detail;
}

TEST(RateLimit, FindsASamplerThatKeepsTooLittle) {
  EXPECT_EQ(limited(80, 1, {.per_s = 100, .burst = 1}).verdict, Verdict::exceeded);
  EXPECT_EQ(limited(80, 1, {.per_s = 100, .burst = 1, .least = 0.7}).verdict, Verdict::within);
}

TEST(RateLimit, NeedsMoreLoadThanTheLimit) {
  EXPECT_EQ(limited(100, 1, {.per_s = 5000}).verdict, Verdict::inconclusive);
}

// Three steps: 5/s, 100/s, 1,000/s, ten seconds each. The sampler knows the rate after `delay` seconds.
CheckResult adaptive(double delay_s, double kept_per_s, AdaptiveCheck check) {
  World world(0);
  world.seen.steps.clear();
  std::size_t step_number = 0;
  std::int64_t start = 1'700'000'000'000'000'000;
  std::vector<double> ratio;
  double before = 1;
  for (const double rate : {5.0, 100.0, 1000.0}) {
    const auto calls = static_cast<std::size_t>(rate * 10);
    world.seen.steps.push_back({rate, start, 10s, calls});
    const double right = std::min(1.0, kept_per_s / rate);
    for (std::size_t i = 0; i < calls; ++i) {
      const double at = static_cast<double>(i) / rate;
      ObservedCall call;
      call.id = 1'000'000'000 + static_cast<std::int64_t>(world.seen.calls.size());
      call.step = static_cast<std::uint32_t>(step_number);
      call.due_unix_ns = start + static_cast<std::int64_t>(at * 1e9);
      call.sample.outcome = Outcome::ok;
      world.seen.calls.push_back(call);
      ratio.push_back(at < delay_s ? before : right);
    }
    before = right;
    start += 10'000'000'000;
    ++step_number;
  }
  Rng rng(9);
  world.keep([&](std::size_t i) { return rng.uniform() < ratio[i]; });
  return world.run(check);
}

TEST(Adaptive, ComesToItsTargetAfterEachStep) {
  const CheckResult result = adaptive(1, 20, {.target_per_s = 20, .tolerance = 0.5, .within = 2s});
  EXPECT_EQ(result.verdict, Verdict::within) << result.detail;
}

TEST(Adaptive, IsFoundTooLate) {
  const CheckResult result = adaptive(8, 20, {.target_per_s = 20, .tolerance = 0.5, .within = 2s});
  EXPECT_EQ(result.verdict, Verdict::exceeded) << result.detail;
}

TEST(Adaptive, IsFoundOverItsCap) {
  const CheckResult result = adaptive(1, 20, {.target_per_s = 20, .cap_per_s = 100, .tolerance = 0.5, .within = 2s});
  EXPECT_EQ(result.verdict, Verdict::exceeded);
  EXPECT_NE(result.detail.find("over the cap of 100/s"), std::string::npos) << result.detail;
}

}  // namespace
}  // namespace tracetax
