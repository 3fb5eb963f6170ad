#include "mock_servers/gateway/token_bucket.h"

#include <chrono>
#include <vector>

#include <gtest/gtest.h>

namespace tracetax::gateway {
namespace {

using namespace std::chrono_literals;

struct Step {
  Nanos at;  // since the bucket was made
  bool allowed;
  double remaining;
  Nanos reset;
};

void walk(const RateLimit& limit, const std::vector<Step>& steps) {
  const Nanos made = 12345678901ns;  // any start: only differences count
  TokenBucket bucket{limit, made};
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto decision = bucket.take(made + steps[i].at);
    EXPECT_EQ(decision.allowed, steps[i].allowed) << "step " << i;
    EXPECT_DOUBLE_EQ(decision.remaining, steps[i].remaining) << "step " << i;
    EXPECT_EQ(decision.reset, steps[i].reset) << "step " << i;
  }
}

TEST(TokenBucket, LetsTheBurstThroughThenRefillsByElapsedTime) {
  walk({.rate_per_s = 10, .burst = 3}, {{0ms, true, 2, 0ms},
                                        {0ms, true, 1, 0ms},
                                        {0ms, true, 0, 100ms},
                                        {0ms, false, 0, 100ms},
                                        {99ms, false, 0, 1ms},
                                        {100ms, true, 0, 100ms},
                                        {100ms, false, 0, 100ms},
                                        {350ms, true, 1, 0ms},   // 2.5 tokens had come
                                        {350ms, true, 0, 50ms},  // half a token is left
                                        {400ms, true, 0, 100ms}});
}

TEST(TokenBucket, NeverHoldsMoreThanTheBurst) {
  walk({.rate_per_s = 100, .burst = 2},
       {{0ms, true, 1, 0ms}, {10s, true, 1, 0ms}, {10s, true, 0, 10ms}, {10s, false, 0, 10ms}});
}

TEST(TokenBucket, ManySmallRefillsAddUpExactly) {
  TokenBucket bucket{{.rate_per_s = 3, .burst = 1}, 0ns};
  int allowed = 0;
  for (int ms = 0; ms < 10'000; ++ms) allowed += bucket.take(std::chrono::milliseconds(ms)).allowed ? 1 : 0;
  // One at 0, then the first millisecond at or after each third of a second: 334 ms apart.
  EXPECT_EQ(allowed, 1 + 9'999 / 334);
}

TEST(TokenBucket, WithoutABurstHoldsOneSecondsWorth) {
  TokenBucket bucket{{.rate_per_s = 5, .burst = 0}, 0ns};
  EXPECT_DOUBLE_EQ(bucket.burst(), 5);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(bucket.take(0ns).allowed);
  EXPECT_FALSE(bucket.take(0ns).allowed);
}

TEST(TokenBucket, SlowRatesStillAllowOneCall) {
  TokenBucket bucket{{.rate_per_s = 0.5, .burst = 0}, 0ns};
  EXPECT_TRUE(bucket.take(0ns).allowed);
  const auto refused = bucket.take(500ms);
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.reset, 1500ms);
  EXPECT_TRUE(bucket.take(2s).allowed);
}

TEST(TokenBucket, ARateOfZeroNeverLimits) {
  TokenBucket bucket{{}, 0ns};
  EXPECT_TRUE(bucket.unlimited());
  for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(bucket.take(0ns).allowed);
}

}  // namespace
}  // namespace tracetax::gateway
