#include <gtest/gtest.h>

#include "world.h"

namespace tracetax {
namespace {

using test::World;
using namespace std::chrono_literals;

// Of 1,000 calls so many take 10 s, the others 2 ms.
World with_slow(std::size_t slow) {
  World world(1000);
  for (std::size_t i = 0; i < slow; ++i) world.seen.calls[i * 7 % 1000].sample.received = 10s;
  return world;
}

// 95 % of 1,000: ranks 936 and 964 (exact binomial).
TEST(LatencyBelow, IsDecidedByRanks) {
  EXPECT_EQ(with_slow(36).run(LatencyBelowCheck{.quantile = 0.95, .most = 5s}).verdict, Verdict::within);
  EXPECT_EQ(with_slow(37).run(LatencyBelowCheck{.quantile = 0.95, .most = 5s}).verdict, Verdict::inconclusive);
  EXPECT_EQ(with_slow(64).run(LatencyBelowCheck{.quantile = 0.95, .most = 5s}).verdict, Verdict::inconclusive);
  const CheckResult slow = with_slow(65).run(LatencyBelowCheck{.quantile = 0.95, .most = 5s});
  EXPECT_EQ(slow.verdict, Verdict::exceeded);
  EXPECT_DOUBLE_EQ(slow.observed, 1e10);
}

TEST(LatencyBelow, CountsCallsWithoutAnAnswerAsSlow) {
  World world(1000);
  for (std::size_t i = 0; i < 65; ++i) world.seen.calls[i].sample.outcome = Outcome::timed_out;
  const CheckResult result = world.run(LatencyBelowCheck{.quantile = 0.95, .most = 5s});
  EXPECT_EQ(result.verdict, Verdict::exceeded);
  EXPECT_NE(result.detail.find("65 without an answer"), std::string::npos);
}

// With 20 calls all below, the 95th percentile may still be anywhere above.
TEST(LatencyBelow, NeedsEnoughCalls) {
  World world(20);
  EXPECT_EQ(world.run(LatencyBelowCheck{.quantile = 0.95, .most = 5s}).verdict, Verdict::inconclusive);
  EXPECT_EQ(world.run(LatencyBelowCheck{.quantile = 0.5, .most = 5s}).verdict, Verdict::within);
}

TEST(SpansLost, PerSecondLooksAtTheWorstStep) {
  World world(1000);  // one second
  world.seen.steps.push_back(world.seen.steps.front());
  world.seen.steps[1].spans["tools"].received -= 11;
  const CheckResult result = world.run(SpansLostCheck{.most_per_s = 10});
  EXPECT_EQ(result.verdict, Verdict::exceeded);
  EXPECT_EQ(result.unit, "per_s");
  EXPECT_DOUBLE_EQ(result.observed, 11);
  EXPECT_EQ(world.run(SpansLostCheck{.most_per_s = 11}).verdict, Verdict::within);
  // Both limits hold, or it does not.
  EXPECT_EQ(world.run(SpansLostCheck{.most = 0.001, .most_per_s = 11}).verdict, Verdict::exceeded);
  EXPECT_EQ(world.run(SpansLostCheck{.most = 0.01, .most_per_s = 10}).verdict, Verdict::exceeded);
  EXPECT_EQ(world.run(SpansLostCheck{.most = 0.01, .most_per_s = 11}).verdict, Verdict::within);
}

TEST(Ratio, AtLeastIsALowerBound) {
  World world(4000);
  world.keep([](std::size_t i) { return i % 20 < 2; });  // 10 %
  const SamplingRatioCheck of_lookups{.arm = "on", .least = 0.05, .tool = "lookup"};
  const CheckResult result = world.run(of_lookups);
  EXPECT_EQ(result.verdict, Verdict::within);
  EXPECT_EQ(result.expects, "at least");
  EXPECT_DOUBLE_EQ(result.expected, 0.05);
  EXPECT_EQ(world.run(SamplingRatioCheck{.arm = "on", .least = 0.2, .tool = "lookup"}).verdict, Verdict::exceeded);
  EXPECT_EQ(world.run(SamplingRatioCheck{.arm = "on", .least = result.observed, .tool = "lookup"}).verdict,
            Verdict::inconclusive);
}

}  // namespace
}  // namespace tracetax
