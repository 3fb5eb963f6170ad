// Both limiters over times that are given: known answers, and the promise held over random arrivals.

#include "harness/telemetry/rate_limiter.h"

#include <algorithm>
#include <cmath>
#include <thread>

#include <gtest/gtest.h>

#include "harness/base/rng.h"

namespace tracetax::telemetry {
namespace {

using namespace std::chrono_literals;
constexpr Nanos start = 1'000'000s;  // machines are up for weeks

template <class Limiter>
int taken(Limiter& limiter, Nanos at, int tries) {
  int count = 0;
  for (int i = 0; i < tries; ++i) count += limiter.take(at) ? 1 : 0;
  return count;
}

TEST(RateLimiter, IsFullAtTheStartAndFillsWithTheRate) {
  RateLimiter limiter(100, start);
  EXPECT_EQ(taken(limiter, start, 1000), 100);  // max(1, limit), not one more
  EXPECT_EQ(taken(limiter, start + 10ms - 1ns, 10), 0);
  EXPECT_EQ(taken(limiter, start + 10ms, 10), 1);
  EXPECT_EQ(taken(limiter, start + 1s, 1000), 99);   // one of the second's hundred is gone
  EXPECT_EQ(taken(limiter, start + 1h, 1000), 100);  // it holds no more than a second's worth
}

TEST(RateLimiter, HoldsATokenWhereLessThanOneASecondIsWanted) {
  RateLimiter limiter(0.25, start);
  EXPECT_EQ(taken(limiter, start, 10), 1);
  EXPECT_EQ(taken(limiter, start + 4s - 1ns, 10), 0);
  EXPECT_EQ(taken(limiter, start + 4s, 10), 1);
  EXPECT_EQ(taken(limiter, start + 1h, 10), 1);
}

TEST(RateLimiter, FractionsAddUp) {
  RateLimiter limiter(2.5, start);
  EXPECT_EQ(taken(limiter, start, 10), 2);  // half a token is left
  EXPECT_EQ(taken(limiter, start + 200ms - 1ns, 10), 0);
  EXPECT_EQ(taken(limiter, start + 200ms, 10), 1);
  int sum = 0;
  for (Nanos at = start + 200ms; at < start + 1000s + 200ms; at += 1ms) sum += limiter.take(at) ? 1 : 0;
  EXPECT_EQ(sum, 2499);  // 1000 s of 2.5/s, the last of which is due at the end
}

// A rate whose token is no whole number of nanoseconds: rounding must not let more through.
TEST(RateLimiter, NeverExceedsTheRateForLong) {
  for (const double rate : {3.0, 7.0, 300.0, 700'000.0}) {
    RateLimiter limiter(rate, start);
    taken(limiter, start, static_cast<int>(rate) + 1);
    const Nanos step = from_seconds(0.3 / rate);
    int count = 0;
    Nanos at = start;
    for (int i = 0; i < 100'000; ++i) count += limiter.take(at += step) ? 1 : 0;
    const double most = to_seconds(at - start) * rate;
    EXPECT_LE(count, most + 1e-6) << rate;
    EXPECT_GE(count, most * 0.999 - 1) << rate;
  }
}

TEST(RateLimiter, ThreadsTakeNoTokenTwice) {
  RateLimiter limiter(10'000, start);
  std::atomic<int> count{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { count += taken(limiter, start, 10'000); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(count, 10'000);
}

TEST(WindowLimiter, LetsExactlyTheLimitThroughInASecond) {
  WindowLimiter limiter(100);
  EXPECT_EQ(taken(limiter, start, 1000), 100);
  EXPECT_EQ(taken(limiter, start + 1s - 1ns, 1000), 0);
  EXPECT_EQ(taken(limiter, start + 1s, 1000), 100);  // the window (start, start + 1 s] has these hundred only
}

TEST(WindowLimiter, BelowOneASecondIsOneInSoManySeconds) {
  WindowLimiter limiter(0.5);
  EXPECT_EQ(taken(limiter, start, 5), 1);
  EXPECT_EQ(taken(limiter, start + 2s - 1ns, 5), 0);
  EXPECT_EQ(taken(limiter, start + 2s, 5), 1);
}

TEST(WindowLimiter, AFractionIsCutOff) {
  WindowLimiter limiter(2.9);
  EXPECT_EQ(taken(limiter, start, 5), 2);
  EXPECT_EQ(taken(limiter, start + 1s, 5), 2);
}

TEST(WindowLimiter, AThreadMayComeLaterThanItReadTheClock) {
  WindowLimiter limiter(1);
  EXPECT_TRUE(limiter.take(start + 5ns));
  EXPECT_FALSE(limiter.take(start));
  EXPECT_FALSE(limiter.take(start + 1s));
  EXPECT_TRUE(limiter.take(start + 1s + 5ns));
}

// The promise itself: no window of one second, wherever it begins, holds more than the limit. Arrivals are Poisson with
// a rate that jumps over three orders of magnitude, with pauses and with bursts at one instant.
TEST(WindowLimiter, NoSecondHoldsMoreHoweverTracesArrive) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Rng rng(seed);
    const int limit = 1 + static_cast<int>(rng.bits() % 60);
    WindowLimiter limiter(limit);
    std::vector<Nanos> kept;
    Nanos at = start;
    double rate = 1;
    std::uint64_t offered = 0;
    for (int i = 0; i < 3000; ++i) {
      if (i % 100 == 0) rate = std::pow(10.0, static_cast<double>(rng.bits() % 4000) / 1000);
      const double unit = static_cast<double>(rng.bits() >> 11) * 0x1p-53;
      if (rng.bits() % 10 != 0) at += from_seconds(-std::log1p(-unit) / rate);
      ++offered;
      if (limiter.take(at)) kept.push_back(at);
    }
    const auto n = static_cast<std::size_t>(limit);
    for (std::size_t i = n; i < kept.size(); ++i) ASSERT_GE(kept[i] - kept[i - n], 1s) << "seed " << seed;
    EXPECT_GT(kept.size(), n) << seed;
    EXPECT_LT(kept.size(), offered) << seed;
  }
}

}  // namespace
}  // namespace tracetax::telemetry
