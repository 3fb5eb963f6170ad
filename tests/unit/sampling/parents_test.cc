#include <gtest/gtest.h>

#include "harness/base/rng.h"
#include "world.h"

namespace tracetax {
namespace {

using test::World;

TEST(OneDecision, IsWithinWhereAllServicesAgree) {
  World world(1000);
  world.keep([](std::size_t i) { return i % 10 == 0; });
  EXPECT_EQ(world.run(OneDecisionCheck{}).verdict, Verdict::within);
  EXPECT_EQ(world.run(ParentRespectedCheck{}).verdict, Verdict::within);
}

// The server has a ratio sampler of its own where it should follow its caller.
TEST(OneDecision, FindsAServiceThatIgnoresItsParent) {
  World world(1000);
  world.keep([](std::size_t i) { return i % 10 == 0; });
  Rng rng(1);
  for (otlp::Trace& trace : world.seen.kept) {
    if (rng.uniform() > 0.1) test::remove_service(trace, "tools");
  }
  const CheckResult decision = world.run(OneDecisionCheck{});
  EXPECT_EQ(decision.verdict, Verdict::exceeded);
  EXPECT_NE(decision.detail.find("without spans of tools"), std::string::npos) << decision.detail;
  const CheckResult parent = world.run(ParentRespectedCheck{});
  EXPECT_EQ(parent.verdict, Verdict::exceeded);
  EXPECT_NE(parent.detail.find("called by mcp-gateway dropped"), std::string::npos) << parent.detail;
}

TEST(ParentRespected, FindsAServiceThatKeepsWhatItsCallerDropped) {
  World world(1000);
  world.keep([](std::size_t i) { return i % 10 == 0; });
  for (std::size_t i = 1; i < 1000; i += 10) {
    otlp::Trace trace = world.trace_of(i);
    test::remove_service(trace, "mcp-router");
    test::remove_service(trace, "mcp-gateway");
    world.seen.kept.push_back(trace);
  }
  const CheckResult parent = world.run(ParentRespectedCheck{});
  EXPECT_EQ(parent.verdict, Verdict::exceeded);
  EXPECT_NE(parent.detail.find("tools kept what its caller dropped"), std::string::npos) << parent.detail;
  EXPECT_EQ(world.run(OneDecisionCheck{}).verdict, Verdict::exceeded);
}

// A lost span breaks a trace as a wrong decision does: while spans are missing nobody is accused.
TEST(OneDecision, IsUndecidedWhileSpansAreLost) {
  World world(1000);
  world.keep([](std::size_t) { return true; });
  for (std::size_t i = 0; i < 5; ++i) test::remove_service(world.seen.kept[i], "tools");
  world.seen.steps[0].spans["tools"].received -= 5;
  EXPECT_EQ(world.run(OneDecisionCheck{}).verdict, Verdict::inconclusive);
}

TEST(OneDecision, ExcusesCallsThatNeverGotThere) {
  World world(100);
  world.keep([](std::size_t) { return true; });
  test::remove_service(world.seen.kept[7], "tools");
  world.seen.calls[7].sample.outcome = Outcome::protocol_error;
  EXPECT_EQ(world.run(OneDecisionCheck{}).verdict, Verdict::within);
}

TEST(OneDecision, SeesACallWithTwoTraces) {
  World world(100);
  world.keep([](std::size_t) { return true; });
  otlp::Trace twin = world.trace_of(5);
  twin.id[0] ^= 1;
  world.seen.kept.push_back(twin);
  const CheckResult result = world.run(OneDecisionCheck{});
  EXPECT_EQ(result.verdict, Verdict::exceeded);
  EXPECT_NE(result.detail.find("1 calls have more than one trace"), std::string::npos) << result.detail;
}

}  // namespace
}  // namespace tracetax
