#include "harness/verdict/budgets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/verdict/evaluate.h"
#include "synthetic.h"

namespace tracetax {
namespace {

using namespace std::chrono_literals;
using synthetic::planted_shift;
using testing::HasSubstr;

TEST(Judge, TheEndsOfTheIntervalDecide) {
  EXPECT_EQ(judge({4, 5}, 5), Verdict::within);
  EXPECT_EQ(judge({5, 6}, 5), Verdict::inconclusive);
  EXPECT_EQ(judge({5.1, 6}, 5), Verdict::exceeded);
  EXPECT_EQ(judge({-9, -8}, 0), Verdict::within);
}

TEST(Budgets, AShareOfNothingIsInconclusive) {
  Scenario s = synthetic::scenario();
  s.budgets = {{.metric = "error_rate", .relative = true, .limit = 0.05}};
  const Result r = evaluate(s, synthetic::trials(s, planted_shift(0us)), {});
  EXPECT_EQ(r.budgets.at(0).verdict, Verdict::inconclusive);
  EXPECT_THAT(r.budgets.at(0).detail, HasSubstr("absolute limit"));
}

TEST(Budgets, NoFailureAmongFewCallsIsNotNoFailureAtAll) {
  Scenario s = synthetic::scenario();
  s.budgets = {{.metric = "error_rate", .limit = 0.001},
               {.metric = "error_rate", .limit = 0.01},
               {.metric = "error_rate", .limit = 0}};
  const Result r = evaluate(s, synthetic::trials(s, planted_shift(0us)), {});
  // 0 of 1200 leaves up to 0.307 % possible (Clopper-Pearson, 2.5 %).
  EXPECT_NEAR(r.budgets.at(0).high, 0.00307, 0.00001);
  EXPECT_EQ(r.budgets.at(0).verdict, Verdict::inconclusive);
  EXPECT_EQ(r.budgets.at(0).blocks_needed, 19U);  // 0.307 % × 6 ÷ 0.1 %
  EXPECT_EQ(r.budgets.at(1).verdict, Verdict::within);
  EXPECT_EQ(r.budgets.at(2).verdict, Verdict::within) << "a limit of 0 asks whether it happened";
}

TEST(Budgets, ADropOfThroughputCounts) {
  Scenario s = synthetic::scenario();
  s.budgets = {{.metric = "throughput", .relative = true, .limit = 0.05},
               {.metric = "throughput", .relative = true, .limit = 0.2}};
  auto trials = synthetic::trials(s, planted_shift(0us));
  for (TrialRecord& trial : trials) {
    if (trial.arm == "on") trial.duration = std::chrono::milliseconds(1110 + trial.block);
  }
  const Result r = evaluate(s, trials, {});
  EXPECT_EQ(r.budgets.at(0).verdict, Verdict::exceeded);
  EXPECT_NEAR(r.budgets.at(0).estimate, 0.101, 0.001);
  EXPECT_EQ(r.budgets.at(1).verdict, Verdict::within);
}

TEST(Budgets, WithoutAnArmAreForEveryTreatment) {
  Scenario s = synthetic::scenario();
  s.arms.push_back({.name = "more"});
  s.budgets = {{.metric = "latency.p50", .limit = 200e3}, {.metric = "latency.p50", .limit = 200e3, .arm = "more"}};
  const Result r = evaluate(s, synthetic::trials(s, planted_shift(0us)), {});
  ASSERT_EQ(r.budgets.size(), 3U);
  EXPECT_EQ(r.budgets[0].arm, "on");
  EXPECT_EQ(r.budgets[1].arm, "more");
  EXPECT_EQ(r.budgets[2].arm, "more");
}

TEST(Budgets, OfAServiceUseItsOwnNumbers) {
  Scenario s = synthetic::scenario();
  s.budgets = {{.metric = "cpu_per_call", .limit = 9e3, .service = "gateway"},
               {.metric = "cpu_per_call", .relative = true, .limit = 0.11, .service = "gateway"},
               {.metric = "cpu_per_call", .limit = 9e3, .service = "nobody"}};
  const Result r = evaluate(s, synthetic::trials(s, planted_shift(0us)), {});
  EXPECT_EQ(r.budgets.at(0).verdict, Verdict::exceeded);
  EXPECT_EQ(r.budgets.at(1).verdict, Verdict::within);
  EXPECT_EQ(r.budgets.at(2).verdict, Verdict::inconclusive);
}

// One budget whose interval just leaves out its limit is not enough among ten.
TEST(Budgets, ManyAreCorrectedByHolm) {
  Scenario s = synthetic::scenario();
  // Differences of the six blocks in µs: -1, 2, 0, -2, 1, -1 around the shift; the standard error is 0.601 µs and
  // t(0.975, 5) = 2.571, so a limit 1.7 µs below the mean is just left out.
  const Budget just_over{.metric = "latency.p50", .limit = 100e3 - 1e3 / 6 - 1700};
  s.budgets = {just_over};
  const auto trials = synthetic::trials(s, planted_shift(100us));
  EXPECT_EQ(evaluate(s, trials, {}).budgets.at(0).verdict, Verdict::exceeded);
  for (int i = 0; i < 9; ++i) s.budgets.push_back({.metric = "latency.p50", .limit = 500e3});
  const Result many = evaluate(s, trials, {});
  EXPECT_EQ(many.budgets.at(0).verdict, Verdict::inconclusive);
  EXPECT_THAT(many.budgets.at(0).detail, HasSubstr("Holm"));
  EXPECT_GT(many.budgets.at(0).low, just_over.limit) << "the interval shown stays the scenario's";
  EXPECT_EQ(many.budgets.at(1).verdict, Verdict::within);
}

}  // namespace
}  // namespace tracetax
