// The lines of a run that goes on, and what the trials so far say.

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/cli/progress_words.h"
#include "harness/cli/running_cost.h"
#include "harness/scenario/load_scenario.h"
#include "reports/table.h"

namespace tracetax::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

RunSoFar some_run() {
  RunSoFar run;
  run.block = 3;
  run.blocks = 10;
  run.now = "ratio10";
  run.rate_per_s = 399.8;
  run.arms = {{"untraced", 2.38e6, 3.17e6}, {"ratio10", 2.42e6, 3.4e6}};
  run.costs = {"latency p50 of ratio10 +1.60 % (+1.26 to +1.94 %)"};
  run.decided = 2;
  run.judged = 5;
  run.left = std::chrono::seconds(40);
  return run;
}

TEST(LiveLine, SaysWhatThereIsRoomFor) {
  EXPECT_EQ(
      live_line(some_run(), 200),
      "block 3/10, ratio10 · about 40 s left · 2 of 5 decided · 399.8 calls/s · p50/p99 untraced 2.38 ms/3.17 ms, "
      "ratio10 2.42 ms/3.40 ms");
  EXPECT_EQ(live_line(some_run(), 99),
            "block 3/10, ratio10 · about 40 s left · 2 of 5 decided · p50 untraced 2.38 ms, ratio10 2.42 ms");
  EXPECT_THAT(live_line(some_run(), 60), testing::EndsWith("…"));
}

TEST(LiveLine, IsNeverWiderThanTheTerminal) {
  RunSoFar run = some_run();
  run.arms[0].name = std::string(300, 'x');
  run.arms[1].name = "日本語の名前";
  for (int i = 0; i < 50; ++i) run.arms.push_back({"arm" + std::to_string(i), 1e6, 2e6});
  for (std::size_t columns = 0; columns < 150; ++columns)
    EXPECT_LE(display_width(live_line(run, columns)), columns) << live_line(run, columns);
}

TEST(LiveLine, SaysOnlyWhatIsKnown) {
  RunSoFar run;
  run.block = 1;
  run.blocks = 6;
  run.now = "starting the services";
  run.arms = {{"untraced"}};
  EXPECT_EQ(live_line(run, 80), "block 1/6, starting the services");
  run.left = std::chrono::minutes(3);
  run.may_end_early = true;
  EXPECT_EQ(live_line(run, 80), "block 1/6, starting the services · at most 3 min left");
}

TEST(LiveLine, NamesCannotMoveTheCursor) {
  RunSoFar run = some_run();
  run.now = "a\x1b[2Jb\r\n";
  EXPECT_THAT(live_line(run, 200), Not(HasSubstr("\x1b")));
  EXPECT_THAT(live_line(run, 200), Not(HasSubstr("\n")));
  run.arms[0].name = "\x1b]0;x\x07";
  EXPECT_THAT(block_line(run), Not(HasSubstr("\x1b")));
}

TEST(BlockLine, HasEachArmAndWhatItCostsSoFar) {
  EXPECT_EQ(
      block_line(some_run()),
      "block 3/10 · p50 untraced 2.38 ms, ratio10 2.42 ms · latency p50 of ratio10 +1.60 % (+1.26 to +1.94 %) so far · "
      "2 of 5 decided");
  RunSoFar failed = some_run();
  failed.failure = "gateway died";
  EXPECT_THAT(block_line(failed), testing::EndsWith("failed: gateway died"));
  RunSoFar many = some_run();
  for (int i = 0; i < 50; ++i) many.arms.push_back({"arm" + std::to_string(i), 1e6, 2e6});
  EXPECT_THAT(block_line(many), HasSubstr(" and 46 more"));
}

TEST(RoughTime, HasTheUnitThatFits) {
  EXPECT_EQ(rough_time(std::chrono::seconds(-5)), "0 s");
  EXPECT_EQ(rough_time(std::chrono::seconds(40)), "40 s");
  EXPECT_EQ(rough_time(std::chrono::seconds(150)), "2 min");
  EXPECT_EQ(rough_time(std::chrono::hours(3)), "3 h");
}

// Running costs --------------------------------------------------------------------------------------------------

Scenario scenario(const std::string& budgets) {
  return load_scenario_text(
             "version: 1\nname: s\ntopology: { servers: [ { name: tools, listen: http } ] }\n"
             "tools: { lookup: { service_time: { distribution: constant, value: 1ms } } }\n"
             "load: { arrivals: { process: constant, rate: 100/s }, calls: [ { tool: lookup } ] }\n"
             "arms:\n  off: { role: control, tracing: { sampler: none } }\n  on: { tracing: { sampler: always_off } }\n"
             "plan: { blocks: 4, pairs_window: 2s, window: 2s }\n" +
                 budgets,
             "s.yaml")
      .scenario;
}

// A trial of so many calls that all took that long.
TrialRecord trial(const std::string& arm, std::uint32_t block, Phase phase, double latency_ms) {
  TrialRecord record;
  record.arm = arm;
  record.block = block;
  record.phase = phase;
  record.duration = std::chrono::seconds(1);
  for (std::uint32_t i = 0; i < 20; ++i) {
    Sample sample;
    sample.outcome = Outcome::ok;
    sample.received = Nanos(static_cast<std::int64_t>(latency_ms * 1e6));
    record.samples.push_back(sample);
  }
  record.calls = count_outcomes(record.samples);
  return record;
}

void add(RunningCosts& costs, const TrialRecord& record) {
  costs.add(record, times_of(record.samples));
}

TEST(RunningCosts, AreThoseOfTheFirstBudgetInItsPhase) {
  RunningCosts costs(scenario("budgets: [ { metric: latency.p50, max: 5% }, { metric: latency.p99, max: 5ms } ]\n"));
  add(costs, trial("off", 0, Phase::pairs, 2));
  EXPECT_TRUE(costs.costs().empty());
  add(costs, trial("on", 0, Phase::pairs, 2.2));
  add(costs, trial("on", 0, Phase::blocks, 9));  // another phase
  ASSERT_EQ(costs.costs().size(), 1U);
  EXPECT_EQ(describe(costs.costs()[0]), "latency p50 of on +10.0 %");
  add(costs, trial("off", 1, Phase::pairs, 4));
  add(costs, trial("on", 1, Phase::pairs, 4.4));
  add(costs, trial("on", 2, Phase::pairs, 99));  // its control is not there yet
  ASSERT_EQ(costs.costs().size(), 1U);
  EXPECT_EQ(costs.costs()[0].blocks, 2U);
  EXPECT_TRUE(costs.costs()[0].has_interval);
  EXPECT_NEAR(costs.costs()[0].change.estimate, 0.1, 1e-9);
}

TEST(RunningCosts, TheIntervalIsStudentsOverTheBlocks) {
  RunningCosts costs(scenario("budgets: [ { metric: latency.p99, max: 5ms } ]\n"));
  const double cost_ms[] = {1, 2, 3};
  for (std::uint32_t block = 0; block < 3; ++block) {
    add(costs, trial("off", block, Phase::blocks, 10));
    add(costs, trial("on", block, Phase::blocks, 10 + cost_ms[block]));
  }
  ASSERT_EQ(costs.costs().size(), 1U);
  const Estimate& change = costs.costs()[0].change;
  const double half = 4.302652729749464 * 1e6 / std::sqrt(3.0);  // t of 2 degrees of freedom, 97.5 %
  EXPECT_NEAR(change.estimate, 2e6, 1);
  EXPECT_NEAR(change.low, 2e6 - half, 10);
  EXPECT_NEAR(change.high, 2e6 + half, 10);
  EXPECT_EQ(describe(costs.costs()[0]), "latency p99 of on +2.00 ms (-0.48 to +4.48 ms)");
}

TEST(RunningCosts, LeaveOutWhatFailed) {
  RunningCosts costs(scenario(""));
  add(costs, trial("off", 0, Phase::pairs, 2));
  TrialRecord failed = trial("on", 0, Phase::pairs, 3);
  failed.failure = "gateway died";
  add(costs, failed);
  EXPECT_TRUE(costs.costs().empty());
}

}  // namespace
}  // namespace tracetax::cli
