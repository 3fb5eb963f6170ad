#include <gtest/gtest.h>

#include "harness/base/rng.h"
#include "harness/verdict/checks.h"
#include "world.h"

namespace tracetax {
namespace {

using test::World;
using namespace std::chrono_literals;

std::uint64_t kept_of(std::uint64_t offered, double ratio, std::uint64_t seed) {
  Rng rng(seed);
  std::uint64_t kept = 0;
  for (std::uint64_t i = 0; i < offered; ++i) kept += rng.uniform() < ratio ? 1 : 0;
  return kept;
}

Verdict judged(std::uint64_t kept, std::uint64_t offered) {
  CheckResult result{.expected = 0.1};
  judge_share(result, kept, offered, std::nullopt, 0.95);
  return result.verdict;
}

// 20,000 offered traces tell 9 % from 10 % with a chance of 92 % or more (4.7 standard errors against the 3.3 of an
// exact test at 0.1 %); 20,000 kept ones always do.
TEST(Ratio, NinePercentIsNotTen) {
  int found = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    found += judged(kept_of(20'000, 0.09, seed), 20'000) == Verdict::exceeded ? 1 : 0;
    EXPECT_EQ(judged(kept_of(222'000, 0.09, seed), 222'000), Verdict::exceeded) << seed;
  }
  EXPECT_GE(found, 90);
}

TEST(Ratio, ARightSamplerIsWithin) {
  int within = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    within += judged(kept_of(20'000, 0.1, 1000 + seed), 20'000) == Verdict::within ? 1 : 0;
  }
  EXPECT_GE(within, 99);
}

TEST(Ratio, AToleranceAllowsToDiffer) {
  CheckResult result{.expected = 0.1};
  judge_share(result, 1800, 20'000, 0.02, 0.95);
  EXPECT_EQ(result.verdict, Verdict::within);
  EXPECT_EQ(judged(9, 100), Verdict::inconclusive);  // too few to say
}

TEST(Ratio, OfOneToolCountsItsCallsAlone) {
  World world(4000);
  world.keep([](std::size_t i) { return i % 4 == 3; });  // every call of `other`, none of `lookup`
  EXPECT_EQ(world.run(SamplingRatioCheck{.arm = "on", .expect = 1, .tool = "other"}).verdict, Verdict::within);
  const CheckResult lookup = world.run(SamplingRatioCheck{.arm = "on", .expect = 0, .tool = "lookup"});
  EXPECT_EQ(lookup.observed, 0);
  EXPECT_EQ(lookup.verdict, Verdict::within);
}

TEST(Ratio, OfOneServiceNeedsItsSpans) {
  World world(1000);
  world.keep([](std::size_t) { return true; });
  for (std::size_t i = 0; i < 500; ++i) test::remove_service(world.seen.kept[i], "mcp-gateway");
  EXPECT_EQ(world.run(SamplingRatioCheck{.arm = "on", .expect = 1, .service = "tools"}).verdict, Verdict::within);
  const CheckResult gateway = world.run(SamplingRatioCheck{.arm = "on", .expect = 1, .service = "gateway"});
  EXPECT_DOUBLE_EQ(gateway.observed, 0.5);
  EXPECT_EQ(gateway.verdict, Verdict::exceeded);
}

TEST(ErrorsKept, CountsEveryFailedCall) {
  World world(1000);
  for (std::size_t i = 0; i < 1000; i += 20) world.seen.calls[i].sample.outcome = Outcome::tool_error;
  world.keep([](std::size_t i) { return i % 20 == 0 || i % 10 == 5; });
  EXPECT_EQ(world.run(KeptCheck{}).verdict, Verdict::within);
  world.seen.kept.erase(world.seen.kept.begin());  // the trace of one that failed
  const CheckResult one_missing = world.run(KeptCheck{});
  EXPECT_EQ(one_missing.verdict, Verdict::exceeded);
  EXPECT_EQ(one_missing.detail, "49 of 50 failed calls have their trace");
  EXPECT_EQ(world.run(KeptCheck{.least = 0.8}).verdict, Verdict::within);
}

TEST(ErrorsKept, SaysNothingWithoutErrors) {
  World world(10);
  EXPECT_EQ(world.run(KeptCheck{}).verdict, Verdict::inconclusive);
}

TEST(SlowKept, LeavesOutCallsNearTheThreshold) {
  World world(100);
  for (ObservedCall& call : world.seen.calls) call.sample.received = 500ms;
  for (std::size_t i = 0; i < 10; ++i) world.seen.calls[i].sample.received = 1500ms;
  for (std::size_t i = 10; i < 15; ++i) world.seen.calls[i].sample.received = 1050ms;
  world.keep([](std::size_t i) { return i < 10; });
  const CheckResult result = world.run(KeptCheck{.what = KeptCheck::What::slow, .over = 1s});
  EXPECT_EQ(result.verdict, Verdict::within);
  EXPECT_EQ(result.detail, "10 of 10 calls over 1.00 s have their trace; 5 within 10 % of the threshold left out");
}

// A batch of 512 spans on its way to the receiver is gone.
TEST(SpansLost, SeesABatchThatWentMissing) {
  World world(1000);
  EXPECT_EQ(world.run(SpansLostCheck{}).verdict, Verdict::within);
  world.seen.steps.push_back(world.seen.steps.front());
  world.seen.steps[1].spans["tools"].received -= 512;
  const CheckResult result = world.run(SpansLostCheck{});
  EXPECT_EQ(result.verdict, Verdict::exceeded);
  EXPECT_EQ(result.detail, "512 of 2,000 sampled spans did not arrive: 512 of tools; 512 in step 2");
  EXPECT_EQ(world.run(SpansLostCheck{.most = 0.3}).verdict, Verdict::within);
}

}  // namespace
}  // namespace tracetax
