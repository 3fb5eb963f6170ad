#include "harness/verdict/evaluate.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "synthetic.h"

namespace tracetax {
namespace {

using namespace std::chrono_literals;
using synthetic::planted_shift;
using testing::Contains;
using testing::HasSubstr;

const Comparison* comparison(const Result& r, const std::string& metric, const std::string& service = {}) {
  const auto found = std::ranges::find_if(
      r.comparisons, [&](const Comparison& c) { return c.metric == metric && c.service == service; });
  return found == r.comparisons.end() ? nullptr : &*found;
}

Result judged(Scenario scenario, std::vector<Budget> budgets, Nanos planted) {
  scenario.budgets = std::move(budgets);
  return evaluate(scenario, synthetic::trials(scenario, planted_shift(planted)), {});
}

TEST(Evaluate, FindsAPlantedShift) {
  const Result r = judged(synthetic::scenario(), {{.metric = "latency.p50", .limit = 200e3}}, 100us);
  const Comparison* p50 = comparison(r, "latency.p50");
  ASSERT_NE(p50, nullptr);
  EXPECT_EQ(p50->control, "off");
  EXPECT_EQ(p50->treatment, "on");
  EXPECT_EQ(p50->blocks, 6U);
  // The blocks' own shifts are -1, -2·…: (block·3+1) mod 5 - 2 µs = -1, 2, 0, -2, 1, -1; their mean is -1/6 µs.
  EXPECT_NEAR(p50->absolute.estimate, 100e3 - 1e3 / 6, 1);
  EXPECT_LT(p50->absolute.low, 100e3);
  EXPECT_GT(p50->absolute.high, 100e3);
  EXPECT_LT(p50->absolute.high - p50->absolute.low, 4e3);
  EXPECT_NEAR(p50->treatment_value - p50->control_value, p50->absolute.estimate, 1e-6);
  ASSERT_TRUE(p50->relative);
  EXPECT_NEAR(p50->relative->estimate, 0.0477, 0.0005);
  EXPECT_EQ(r.verdict, Verdict::within);
  EXPECT_EQ(exit_code(r), 0);
}

TEST(Evaluate, WhatRunsElsewhereHasALineAndNoSumIsComparedWithOneThatHasMore) {
  Scenario s = synthetic::scenario();
  const auto without_tools = [](std::vector<TrialRecord> trials, const std::string& arm) {
    for (TrialRecord& trial : trials) {
      if (arm.empty() || trial.arm == arm)
        std::erase_if(trial.services, [](const ServiceUsage& usage) { return usage.name == "tools"; });
    }
    return trials;
  };
  const auto trials = synthetic::trials(s, planted_shift(0us));
  const auto line = [](const ArmSummary& arm) {
    return *std::ranges::find(arm.services, std::string("tools"), &ServiceSummary::name);
  };
  Hop away = s.topology.servers.front();
  away.url = "http://127.0.0.1:1/mcp";
  for (Arm& arm : s.arms) {
    if (arm.name == "on") arm.hops["tools"] = away;
  }
  const Result one = evaluate(s, without_tools(trials, "on"), {});
  EXPECT_EQ(line(one.arms[0]).measured, "");
  EXPECT_GT(line(one.arms[0]).cpu_ns, 0);
  EXPECT_EQ(line(one.arms[1]).measured, "outside");
  EXPECT_TRUE(std::ranges::is_sorted(one.arms[1].services, {}, &ServiceSummary::name));
  EXPECT_EQ(comparison(one, "cpu_per_call"), nullptr);
  EXPECT_EQ(comparison(one, "memory"), nullptr);
  EXPECT_EQ(comparison(one, "cpu_per_call", "tools"), nullptr);
  EXPECT_NE(comparison(one, "cpu_per_call", "gateway"), nullptr);
  EXPECT_NE(comparison(one, "latency.p50"), nullptr);

  for (Arm& arm : s.arms) arm.hops["tools"] = away;
  EXPECT_NE(comparison(evaluate(s, without_tools(trials, ""), {}), "cpu_per_call"), nullptr);
}

TEST(Evaluate, JudgesByTheInterval) {
  EXPECT_EQ(judged(synthetic::scenario(), {{.metric = "latency.p50", .limit = 50e3}}, 100us).verdict,
            Verdict::exceeded);
  const Result close = judged(synthetic::scenario(), {{.metric = "latency.p50", .limit = 100e3}}, 100us);
  EXPECT_EQ(close.verdict, Verdict::inconclusive);
  EXPECT_TRUE(close.budgets.at(0).resolvable);
  EXPECT_GT(close.budgets.at(0).blocks_needed, 6U);
  EXPECT_EQ(exit_code(close), 3);
  const Result narrow = judged(synthetic::scenario(), {{.metric = "latency.p50", .limit = 100}}, 0us);
  EXPECT_EQ(narrow.verdict, Verdict::inconclusive);
  EXPECT_FALSE(narrow.budgets.at(0).resolvable);
  EXPECT_EQ(exit_code(judged(synthetic::scenario(), {{.metric = "latency.p50", .limit = 50e3}}, 100us)), 1);
}

TEST(Evaluate, RelativeLimitsAreSharesOfTheControl) {
  const Budget five{.metric = "latency.p50", .relative = true, .limit = 0.05};
  const Budget four{.metric = "latency.p50", .relative = true, .limit = 0.04};
  const Result r = judged(synthetic::scenario(), {five, four}, 100us);
  EXPECT_EQ(r.budgets.at(0).verdict, Verdict::within);
  EXPECT_EQ(r.budgets.at(1).verdict, Verdict::exceeded);
  EXPECT_NEAR(r.budgets.at(0).estimate, 0.0477, 0.0005);
}

TEST(Evaluate, SameAgainstSameIsNotExceeded) {
  Scenario s = synthetic::scenario();
  s.budgets = {{.metric = "latency.p50", .limit = 10e3}, {.metric = "latency.p99", .limit = 10e3}};
  const Result r = evaluate(s, synthetic::trials(s, planted_shift(0us)), {});
  EXPECT_EQ(r.verdict, Verdict::within);
  const Comparison* p50 = comparison(r, "latency.p50");
  EXPECT_LE(p50->absolute.low, 0);
  EXPECT_GE(p50->absolute.high, 0);
}

TEST(Evaluate, ChargesServicesAndNeverTheSink) {
  const Result r = judged(synthetic::scenario(), {}, 0us);
  EXPECT_NEAR(comparison(r, "cpu_per_call")->absolute.estimate, 30e3, 1e-6);
  EXPECT_NEAR(comparison(r, "cpu_per_call")->control_value, 300e3, 1e-6);
  EXPECT_NEAR(comparison(r, "cpu_per_call", "gateway")->absolute.estimate, 10e3, 1e-6);
  EXPECT_NEAR(comparison(r, "cpu_per_call", "sink")->control_value, 1e6, 1e-6);
  EXPECT_NEAR(comparison(r, "memory")->absolute.estimate, 6e6, 1e-6);
  EXPECT_NEAR(comparison(r, "network_per_call")->control_value, 3000, 1e-6);
  // The control exports nothing: a span's bytes are the treatment's own.
  EXPECT_NEAR(comparison(r, "network_per_span")->absolute.estimate, 400, 1e-6);
  EXPECT_FALSE(comparison(r, "network_per_span")->relative);
}

TEST(Evaluate, SumsUpTheArms) {
  const Scenario s = synthetic::scenario();
  const Result r = evaluate(s, synthetic::trials(s, planted_shift(100us)), {});
  ASSERT_EQ(r.arms.size(), 2U);
  EXPECT_EQ(r.arms[0].role, "control");
  EXPECT_EQ(r.arms[1].calls.planned, 1200U);
  EXPECT_EQ(r.arms[1].latency.count, 1200U);
  EXPECT_EQ(r.arms[1].spans.received, 7U * 1200U);
  EXPECT_DOUBLE_EQ(r.arms[1].throughput_per_s, 200);
  EXPECT_EQ(r.arms[1].services.size(), 4U);
  EXPECT_EQ(r.blocks_done, 6U);
  EXPECT_EQ(r.launches, 6U);
}

TEST(Evaluate, LeavesOutBlocksWithoutBothArms) {
  Scenario s = synthetic::scenario();
  s.budgets = {{.metric = "latency.p50", .limit = 200e3}};
  auto trials = synthetic::trials(s, planted_shift(100us));
  synthetic::find(trials, "on", 2).failure = "gateway was ended by signal 9";
  std::erase_if(trials, [](const TrialRecord& t) { return t.arm == "off" && t.block == 4; });
  const Result r = evaluate(s, trials, {});
  EXPECT_EQ(comparison(r, "latency.p50")->blocks, 4U);
  EXPECT_EQ(r.blocks_done, 5U);
  EXPECT_EQ(r.arms[1].calls.planned, 1200U) << "calls of a trial that is not valid still add up";
  EXPECT_EQ(r.arms[1].latency.count, 1000U);
  EXPECT_THAT(r.warnings, Contains(HasSubstr("1 of 11 trials are not valid")));
}

TEST(Evaluate, AKilledArmIsNeverWithin) {
  Scenario s = synthetic::scenario();
  s.budgets = {{.metric = "latency.p50", .limit = 200e3}};
  auto trials = synthetic::trials(s, planted_shift(100us));
  std::erase_if(trials, [](const TrialRecord& t) { return t.arm == "on"; });
  RunInfo info;
  info.finished = false;
  info.failures = {"arm on: gateway was ended by signal 9"};
  const Result r = evaluate(s, trials, info);
  EXPECT_TRUE(r.comparisons.empty());
  EXPECT_EQ(r.budgets.at(0).verdict, Verdict::inconclusive);
  EXPECT_THAT(r.budgets.at(0).detail, HasSubstr("not measured"));
  EXPECT_FALSE(r.valid);
  EXPECT_EQ(exit_code(r), 4);
}

TEST(Evaluate, NothingMeasuredIsNeverWithin) {
  Scenario s = synthetic::scenario();
  EXPECT_EQ(evaluate(s, Digest{}, {}).verdict, Verdict::inconclusive);
  EXPECT_THAT(evaluate(s, Digest{}, {}).warnings, Contains(HasSubstr("no budget and no check")));
  s.budgets = {{.metric = "latency.p50", .limit = 200e3}};
  EXPECT_EQ(evaluate(s, Digest{}, {}).verdict, Verdict::inconclusive);
}

TEST(Evaluate, BlocksOfOneLaunchAreOneUnit) {
  Scenario s = synthetic::scenario();
  auto trials = synthetic::trials(s, planted_shift(100us));
  const Result apart = evaluate(s, trials, {});
  for (TrialRecord& trial : trials) trial.launch = trial.block / 2;
  const Result shared = evaluate(s, trials, {});
  EXPECT_EQ(shared.launches, 3U);
  EXPECT_NEAR(comparison(shared, "latency.p50")->absolute.estimate, comparison(apart, "latency.p50")->absolute.estimate,
              1e-6);
  EXPECT_NE(comparison(shared, "latency.p50")->absolute.low, comparison(apart, "latency.p50")->absolute.low);
  EXPECT_THAT(shared.warnings, Contains(HasSubstr("rest on 3 starts")));
}

}  // namespace
}  // namespace tracetax
