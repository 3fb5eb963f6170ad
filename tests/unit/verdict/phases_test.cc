// Both phases of an experiment: which one carries a budget, and what they may not say against each other.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/verdict/evaluate.h"
#include "synthetic.h"

namespace tracetax {
namespace {

using namespace std::chrono_literals;
using synthetic::planted_shift;
using testing::HasSubstr;

Scenario both_phases() {
  Scenario s = synthetic::scenario();
  s.plan.run_pairs = true;
  return s;
}

std::vector<TrialRecord> trials_of(const Scenario& s, Nanos in_blocks, Nanos in_pairs) {
  auto all = synthetic::trials(s, planted_shift(in_blocks));
  for (TrialRecord& trial : synthetic::trials(s, planted_shift(in_pairs), Phase::pairs)) {
    trial.number = static_cast<std::uint32_t>(all.size());
    all.push_back(std::move(trial));
  }
  return all;
}

const Comparison& comparison(const Result& r, const std::string& metric, Phase phase) {
  return *std::ranges::find_if(
      r.comparisons, [&](const Comparison& c) { return c.metric == metric && c.service.empty() && c.phase == phase; });
}

TEST(Phases, AreComparedApart) {
  const Scenario s = both_phases();
  const Result r = evaluate(s, trials_of(s, 40us, 20us), {});
  EXPECT_NEAR(comparison(r, "latency.p50", Phase::blocks).absolute.estimate, 40e3, 1e3);
  EXPECT_NEAR(comparison(r, "latency.p50", Phase::pairs).absolute.estimate, 20e3, 1e3);
  EXPECT_EQ(r.blocks_done, 6U);
}

TEST(Phases, PairsCarryNothingThatTheyWouldUnderstate) {
  const Scenario s = both_phases();
  const Result r = evaluate(s, trials_of(s, 0us, 0us), {});
  for (const Comparison& c : r.comparisons) {
    if (c.phase == Phase::blocks) continue;
    EXPECT_TRUE(c.service.empty());
    EXPECT_THAT(c.metric, testing::AnyOf(testing::EndsWith(".p50"), testing::EndsWith("mean"))) << c.metric;
  }
}

TEST(Phases, ABudgetIsJudgedByThePhaseOfItsMetricOrItsOwn) {
  Scenario s = both_phases();
  s.budgets = {{.metric = "latency.p50", .limit = 30e3},
               {.metric = "latency.p50", .limit = 45e3, .phase = Phase::blocks},
               {.metric = "latency.p99", .limit = 45e3}};
  const Result r = evaluate(s, trials_of(s, 28us, 20us), {});
  EXPECT_EQ(r.budgets.at(0).phase, Phase::pairs);
  EXPECT_NEAR(r.budgets.at(0).estimate, 20e3, 1e3);
  EXPECT_EQ(r.budgets.at(0).verdict, Verdict::within);
  EXPECT_EQ(r.budgets.at(1).phase, Phase::blocks);
  EXPECT_NEAR(r.budgets.at(1).estimate, 28e3, 1e3);
  EXPECT_EQ(r.budgets.at(2).phase, Phase::blocks);
}

// The exporter's work disturbs both arms of a pair alike, so pairs do not see it.
TEST(Phases, WithinByPairsAloneIsNotWithinWhenBlocksAreAboveTheLimit) {
  Scenario s = both_phases();
  s.budgets = {{.metric = "latency.p50", .limit = 30e3}};
  const Result r = evaluate(s, trials_of(s, 60us, 20us), {});
  EXPECT_EQ(r.budgets.at(0).verdict, Verdict::inconclusive);
  EXPECT_THAT(r.budgets.at(0).detail, HasSubstr("background"));
}

TEST(Phases, ABlockWithoutItsPairsIsNotComplete) {
  const Scenario s = both_phases();
  auto trials = trials_of(s, 0us, 0us);
  trials.pop_back();
  EXPECT_EQ(evaluate(s, trials, {}).blocks_done, 5U);
}

TEST(Phases, CallsOfBothCountAndTimesAreThoseOfBlocks) {
  const Scenario s = both_phases();
  const Result r = evaluate(s, trials_of(s, 100us, 0us), {});
  const ArmSummary& on = r.arms.at(1);
  EXPECT_EQ(on.calls.planned, 2400U);
  EXPECT_EQ(on.latency.count, 1200U);
  EXPECT_NEAR(static_cast<double>(on.latency.p50_ns - r.arms.at(0).latency.p50_ns), 100e3, 10e3);
}

TEST(Phases, ExportsThatCameAfterTheWindowsAreADoubt) {
  const Scenario s = synthetic::scenario();
  auto trials = synthetic::trials(s, planted_shift(0us));
  EXPECT_TRUE(evaluate(s, trials, {}).doubts.empty());
  for (TrialRecord& trial : trials) trial.bytes_in_window = 0;
  const Result r = evaluate(s, trials, {});
  ASSERT_EQ(r.doubts.size(), 1U);
  EXPECT_THAT(r.doubts.front(), HasSubstr("only 0 % of what it exported"));
}

TEST(Strict, NothingIsWithinWhileTheNumbersAreInDoubt) {
  Scenario s = synthetic::scenario();
  s.budgets = {{.metric = "latency.p50", .relative = true, .limit = 0.05}};
  auto trials = synthetic::trials(s, planted_shift(0us));
  RunInfo strict;
  strict.strict = true;
  EXPECT_EQ(evaluate(s, trials, strict).verdict, Verdict::within);
  for (TrialRecord& trial : trials) trial.steal_share = 0.1;
  EXPECT_EQ(evaluate(s, trials, {}).verdict, Verdict::within);
  const Result r = evaluate(s, trials, strict);
  EXPECT_EQ(r.verdict, Verdict::inconclusive);
  EXPECT_EQ(exit_code(r), 3);
  EXPECT_THAT(r.warnings.front(), HasSubstr("strict"));
}

RunInfo looked_at(std::vector<std::uint32_t> blocks, std::uint32_t planned, Stopped stopped) {
  RunInfo info;
  info.looks = {std::move(blocks), planned, stopped};
  return info;
}

double half_width(const Scenario& s, const RunInfo& info) {
  const Result r = evaluate(s, synthetic::trials(s, planted_shift(0us)), info);
  const Estimate& e = comparison(r, "latency.p50", Phase::blocks).absolute;
  return (e.high - e.low) / 2;
}

TEST(Looking, AnEarlyLookHasWiderIntervalsAndALastOneTheWholeRest) {
  const Scenario s = synthetic::scenario();
  const double fixed = half_width(s, {});
  EXPECT_DOUBLE_EQ(half_width(s, looked_at({6}, 6, Stopped::at_plans_end)), fixed);
  EXPECT_GT(half_width(s, looked_at({6}, 24, Stopped::decided)), 1.5 * fixed);
  EXPECT_DOUBLE_EQ(half_width(s, looked_at({6}, 24, Stopped::out_of_time)), fixed)
      << "the clock does not know the data: nothing was looked at before, so all may be spent";
  EXPECT_GT(half_width(s, looked_at({6}, 24, Stopped::interrupted)), 1.5 * fixed)
      << "who interrupts may have seen the numbers";
  const double last_of_two = half_width(s, looked_at({3, 6}, 6, Stopped::at_plans_end));
  EXPECT_GT(last_of_two, fixed);
  EXPECT_LT(last_of_two, 1.2 * fixed);
}

TEST(Looking, AllDecidedNeedsSomethingToDecide) {
  Scenario s = synthetic::scenario();
  const auto trials = synthetic::trials(s, planted_shift(0us));
  EXPECT_FALSE(all_decided(evaluate(s, trials, {})));
  s.budgets = {{.metric = "latency.p50", .relative = true, .limit = 0.05}};
  const Result r = evaluate(s, trials, {});
  EXPECT_TRUE(all_decided(r));
  ASSERT_EQ(r.looks.size(), 1U);
  EXPECT_EQ(r.looks.front().undecided, 0U);
  EXPECT_DOUBLE_EQ(r.looks.front().level, (1 - s.plan.confidence) / 2);
  s.budgets.push_back({.metric = "latency.p50", .limit = 1});
  EXPECT_FALSE(all_decided(evaluate(s, trials, {})));
}

}  // namespace
}  // namespace tracetax
