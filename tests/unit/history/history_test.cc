#include "harness/verdict/history.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/verdict/compare_results.h"
#include "tests/support/made_history.h"
#include "tests/support/made_result.h"

namespace tracetax {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t day = 86'400;

double steady(std::size_t) {
  return 0.01;
}
std::function<double(std::size_t)> rise_at(std::size_t at) {
  return [at](std::size_t i) { return i < at ? 0.01 : 0.03; };
}

TEST(History, NamesTheTwoResultsBetweenWhichTheTaxRoseAndByHowMuch) {
  const HistoryReport report = make_history(made::days(24, rise_at(14)), {});
  ASSERT_EQ(report.series.size(), 1U);
  const HistorySeries& s = report.series[0];
  EXPECT_EQ(report.verdict, Trend::risen);
  EXPECT_EQ(exit_code(report), 1);
  EXPECT_EQ(s.trend, Trend::risen);
  EXPECT_TRUE(s.judged);
  EXPECT_EQ(s.limit, 0.05);
  EXPECT_LT(s.p_value, 0.001);
  ASSERT_EQ(s.changes.size(), 1U);
  EXPECT_EQ(s.changes[0].after, 14U);
  EXPECT_TRUE(s.changes[0].rise);
  EXPECT_NEAR(s.changes[0].growth.estimate, 1.03 / 1.01 - 1, 0.001);
  EXPECT_LT(s.changes[0].growth.low, 1.03 / 1.01 - 1);
  EXPECT_GT(s.changes[0].growth.high, 1.03 / 1.01 - 1);
  EXPECT_THAT(s.changes[0].different, ElementsAre("git commit: 000000ec0ffee → 000000fc0ffee"));
  ASSERT_EQ(s.segments.size(), 2U);
  EXPECT_EQ(s.segments[0].last, 13U);
  EXPECT_EQ(s.segments[1].first, 14U);
  EXPECT_NEAR(s.segments[1].level.estimate, 0.03, 0.001);
}

TEST(History, IsSteadyWhereNothingChanged) {
  const HistoryReport report = make_history(made::days(24, steady), {});
  EXPECT_EQ(exit_code(report), 0);
  EXPECT_EQ(report.series[0].trend, Trend::steady);
  EXPECT_TRUE(report.series[0].changes.empty());
  ASSERT_EQ(report.series[0].segments.size(), 1U);
  EXPECT_NEAR(report.series[0].segments[0].level.estimate, 0.01, 0.0006);
  // Luck of 0.05 % twice over in a day, of which each result knows one part.
  EXPECT_NEAR(report.series[0].between, 0.0005, 0.0004);
}

TEST(History, AFallIsGoodNews) {
  const HistoryReport report = make_history(made::days(24, [](std::size_t i) { return i < 12 ? 0.03 : 0.01; }), {});
  EXPECT_EQ(report.series[0].trend, Trend::fallen);
  EXPECT_EQ(exit_code(report), 0);
}

TEST(History, ARiseThatWasTakenBackIsNone) {
  const HistoryReport report =
      make_history(made::days(36, [](std::size_t i) { return i / 12 == 1 ? 0.03 : 0.01; }), {});
  ASSERT_EQ(report.series[0].changes.size(), 2U);
  EXPECT_TRUE(report.series[0].changes[0].rise);
  EXPECT_TRUE(report.series[0].changes[1].fall);
  EXPECT_EQ(exit_code(report), 0);
}

TEST(History, TooFewResultsAreNoAllClear) {
  const HistoryReport report = make_history(made::days(7, rise_at(4)), {});
  EXPECT_EQ(report.series[0].trend, Trend::too_few);
  EXPECT_EQ(report.series[0].needed, 8U);
  EXPECT_EQ(exit_code(report), 3);
  EXPECT_EQ(exit_code(make_history(made::days(8, rise_at(4)), {})), 1);
  EXPECT_EQ(exit_code(make_history({}, {})), 3);
}

TEST(History, MoreOverheadsNeedMoreResults) {
  std::vector<DatedResult> results = made::days(8, rise_at(4));
  made::add_cpu(results, steady);
  const HistoryReport report = make_history(results, {});
  ASSERT_EQ(report.series.size(), 2U);
  EXPECT_EQ(report.series[0].needed, 10U);  // 2.5 % each: 2 ÷ C(8, 4) = 2.9 %, 2 ÷ C(10, 5) = 0.8 %
  EXPECT_EQ(exit_code(report), 3);
}

TEST(History, EachOverheadIsASeriesOfItsOwn) {
  std::vector<DatedResult> results = made::days(24, steady);
  made::add_cpu(results, rise_at(10));
  const HistoryReport report = make_history(results, {});
  ASSERT_EQ(report.series.size(), 2U);
  EXPECT_EQ(report.series[0].trend, Trend::steady);
  EXPECT_EQ(report.series[1].trend, Trend::risen);
  EXPECT_EQ(report.series[1].service, "gateway");
  HistoryTerms terms;
  terms.metrics = {"latency.p50"};
  EXPECT_EQ(exit_code(make_history(results, terms)), 0);
  terms.metrics = {"cpu_per_call"};
  EXPECT_EQ(exit_code(make_history(results, terms)), 1);
  terms.arms = {"another"};
  EXPECT_THAT(make_history(results, terms).series, IsEmpty());
}

TEST(History, AMetricWithoutABudgetHasNoVerdict) {
  std::vector<DatedResult> results = made::days(24, rise_at(14));
  for (DatedResult& one : results) one.result.budgets.clear();
  EXPECT_THAT(make_history(results, {}).series, IsEmpty());
  HistoryTerms terms;
  terms.metrics = {"latency.p50"};
  for (DatedResult& one : results) one.result.comparisons[0].phase = Phase::pairs;  // which carries that metric
  const HistoryReport report = make_history(results, terms);
  ASSERT_EQ(report.series.size(), 1U);
  EXPECT_EQ(report.series[0].trend, Trend::risen);
  EXPECT_FALSE(report.series[0].judged);
  EXPECT_TRUE(report.series[0].relative);
  EXPECT_EQ(exit_code(report), 3);
}

TEST(History, ADropOfThroughputIsARise) {
  std::vector<DatedResult> results = made::days(24, [](std::size_t i) { return i < 12 ? -0.01 : -0.04; });
  for (DatedResult& one : results) {
    one.result.comparisons[0].metric = one.result.budgets[0].metric = "throughput";
  }
  const HistoryReport report = make_history(results, {});
  EXPECT_EQ(report.series[0].trend, Trend::risen);
  EXPECT_NEAR(report.series[0].segments[1].level.estimate, 0.04, 0.001);
  EXPECT_NEAR(report.series[0].points[0].overhead.estimate, 0.01, 0.002);
  EXPECT_LT(report.series[0].points[0].overhead.low, report.series[0].points[0].overhead.high);
}

TEST(History, AnAbsoluteBudgetIsInTheUnitOfItsMetric) {
  std::vector<DatedResult> results = made::days(24, rise_at(14));
  for (DatedResult& one : results) one.result.budgets = {made::budget("latency.p50", 1e5, false)};
  const HistorySeries s = make_history(results, {}).series.at(0);
  EXPECT_FALSE(s.relative);
  ASSERT_EQ(s.changes.size(), 1U);
  EXPECT_NEAR(s.changes[0].growth.estimate, 0.02 * 2e6, 2e3);
}

TEST(History, GrowthIsWhatCompareCallsGrowth) {
  const std::vector<DatedResult> results = made::days(24, rise_at(12));
  const HistorySeries s = make_history(results, {}).series.at(0);
  const GrowthReport two = compare_results(results[11].result, results[12].result, {});
  EXPECT_NEAR(s.changes.at(0).growth.estimate, two.budgets.at(0).estimate, 0.003);
}

TEST(History, AnotherScenarioMethodOrMachineIsAnotherSeries) {
  std::vector<DatedResult> results =
      made::days(40, [](std::size_t i) { return 0.01 + 0.01 * static_cast<double>(i / 10); });
  for (std::size_t i = 10; i < 20; ++i) results[i].result.fingerprint = "fedcba9876543210";
  for (std::size_t i = 20; i < 30; ++i) results[i].result.method = 2;
  for (std::size_t i = 30; i < 40; ++i) results[i].result.environment.cores = 64;
  const HistoryReport report = make_history(results, {});
  ASSERT_EQ(report.families.size(), 4U);
  EXPECT_EQ(report.families[0].cores, 64U);  // the newest first
  for (const HistorySeries& s : report.series) EXPECT_TRUE(s.changes.empty());
  // Ten newer results stand elsewhere: what was measured before on two cores is no longer judged.
  EXPECT_TRUE(report.families[0].current);
  EXPECT_TRUE(report.families[1].current);
  EXPECT_FALSE(report.families[2].current);
  EXPECT_FALSE(report.families[3].current);
  EXPECT_EQ(std::ranges::count_if(report.series, &HistorySeries::judged), 2);
}

TEST(History, AStrayResultEndsNoSeries) {
  std::vector<DatedResult> results = made::days(31, rise_at(14));
  const auto stray = [&](std::size_t n) {
    std::vector<DatedResult> some(results.begin(), results.begin() + 24 + static_cast<std::ptrdiff_t>(n));
    for (std::size_t i = 24; i < some.size(); ++i) some[i].result.fingerprint = "fedcba9876543210";
    return make_history(some, {});
  };
  for (const std::size_t n : {1U, 7U}) {
    EXPECT_EQ(exit_code(stray(n)), 1) << n;
    EXPECT_TRUE(stray(n).families[1].current);
  }
  results.push_back(made::days(32, steady).back());
  EXPECT_FALSE(stray(8).families[1].current);
  EXPECT_EQ(exit_code(stray(8)), 0);
}

TEST(History, AShortSeriesLeavesTheWordToTheOthers) {
  std::vector<DatedResult> results = made::days(24, steady);
  made::add_cpu(results, steady);
  for (std::size_t i = 0; i < 20; ++i) results[i].result.comparisons.pop_back();
  const HistoryReport report = make_history(results, {});
  EXPECT_EQ(report.series.at(1).trend, Trend::too_few);
  EXPECT_EQ(report.series.at(0).needed, 8U);  // what cannot be tested costs the others nothing
  EXPECT_EQ(exit_code(report), 0);
}

TEST(History, MachinesAreMixedWhenToldSo) {
  std::vector<DatedResult> results = made::days(24, rise_at(12));
  for (std::size_t i = 12; i < 24; ++i) results[i].result.environment.cores = 64;
  EXPECT_EQ(exit_code(make_history(results, {})), 0);
  HistoryTerms terms;
  terms.any_machine = true;
  const HistoryReport report = make_history(results, terms);
  ASSERT_EQ(report.series.size(), 1U);
  EXPECT_EQ(exit_code(report), 1);
  EXPECT_THAT(report.series[0].changes.at(0).different, Contains("cores: 2 → 64"));
}

TEST(History, LeavesOutWhatSaysNothingAndSaysWhy) {
  std::vector<DatedResult> results = made::days(12, steady);
  results[1].result.valid = false;
  results[1].result.failures = {"the gateway died"};
  results[2].result.finished = false;
  results[3].result.fingerprint.clear();
  results.push_back(results[5]);
  results.back().source = "copy";
  HistoryTerms terms;
  terms.since_unix_s = results[0].result.started_at_unix_s + day / 2;
  const HistoryReport report = make_history(results, terms);
  EXPECT_EQ(report.families.at(0).runs.size(), 8U);
  const auto skipped = [&](const std::string& source, const std::string& why) {
    EXPECT_THAT(report.skipped,
                Contains(AllOf(Field(&HistorySkipped::source, source), Field(&HistorySkipped::why, HasSubstr(why)))));
  };
  EXPECT_EQ(report.older, 1U);
  skipped("results/02", "the gateway died");
  skipped("results/03", "cut short");
  skipped("results/04", "no fingerprint");
  skipped("copy", "the same run as results/06");
}

TEST(History, TheOrderOfTheFilesIsNoMatter) {
  std::vector<DatedResult> results = made::days(24, rise_at(14));
  const HistoryReport before = make_history(results, {});
  std::ranges::reverse(results);
  EXPECT_EQ(write_history_json(make_history(results, {})), write_history_json(before));
}

TEST(History, WhatWasNotMeasuredIsNoPoint) {
  std::vector<DatedResult> results = made::days(24, rise_at(14));
  results[3].result.comparisons.clear();
  results[4].result.comparisons[0].log_ratio.reset();
  results[5].result.comparisons[0].units = 1;
  results[6].result.comparisons[0].log_ratio->mean = std::nan("");
  const HistorySeries s = make_history(results, {}).series.at(0);
  EXPECT_EQ(s.points.size(), 20U);
  EXPECT_EQ(s.points[3].run, 7U);
  EXPECT_EQ(s.changes.at(0).after, 10U);
}

}  // namespace
}  // namespace tracetax
