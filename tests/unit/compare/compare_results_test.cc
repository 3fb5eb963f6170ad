#include "harness/verdict/compare_results.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "harness/stats/distributions.h"
#include "tests/support/made_result.h"

namespace tracetax {
namespace {

using made::budget;
using made::comparison;
using testing::HasSubstr;

// Both results have these costs and the later one this budget.
GrowthReport compared(const made::Cost& before, const made::Cost& now, const BudgetResult& limit,
                      const CompareTerms& terms = {}) {
  Result baseline = made::result();
  baseline.comparisons = {comparison(before)};
  Result later = made::result();
  later.comparisons = {comparison(now)};
  later.budgets = {limit};
  return compare_results(baseline, later, terms);
}

constexpr double ms = 1e6;

TEST(Compare, TheGrowthIsTheDifferenceOfTheOverheads) {
  const GrowthReport report = compared({"latency.p50", 2 * ms, 0.02, 0.002}, {"latency.p50", 2 * ms, 0.04, 0.001},
                                       budget("latency.p50", 0.05, true));
  ASSERT_EQ(report.growths.size(), 1U);
  const Growth& growth = report.growths.front();
  EXPECT_NEAR(growth.absolute.estimate, 40'000, 1e-6);
  ASSERT_TRUE(growth.relative);
  EXPECT_NEAR(growth.relative->estimate, 1.04 / 1.02 - 1, 1e-12);
  // Welch: 0.002² + 0.001² over (0.002⁴ + 0.001⁴) ÷ 8.
  const double error = std::hypot(0.002, 0.001);
  const double degrees = std::pow(error, 4) / ((std::pow(0.002, 4) + std::pow(0.001, 4)) / 8);
  const double half = student_t_quantile(0.975, degrees) * error;
  EXPECT_NEAR(growth.absolute.high - growth.absolute.estimate, 2 * ms * half, 1e-6);
  EXPECT_NEAR(growth.relative->high, 1.04 / 1.02 * std::exp(half) - 1, 1e-12);
  EXPECT_NEAR(growth.relative->low, 1.04 / 1.02 * std::exp(-half) - 1, 1e-12);

  const GrowthBudget& judged = report.budgets.at(0);
  EXPECT_NEAR(judged.before, 0.02, 1e-12);
  EXPECT_NEAR(judged.now, 0.04, 1e-12);
  EXPECT_NEAR(judged.estimate, 1.04 / 1.02 - 1, 1e-12);
  EXPECT_NEAR(judged.allowed, 0.025, 1e-12);
}

TEST(Compare, AMachineThatIsSlowerInBothArmsIsNoGrowth) {
  const GrowthReport report = compared({"latency.p50", 2 * ms, 0.03, 0.001}, {"latency.p50", 4 * ms, 0.03, 0.001},
                                       budget("latency.p50", 0.05, true));
  EXPECT_NEAR(report.growths.at(0).relative->estimate, 0, 1e-12);
  EXPECT_EQ(report.verdict, Verdict::within);
  // In nanoseconds it is one: twice the time for the same work.
  EXPECT_NEAR(report.growths.at(0).absolute.estimate, 0.03 * 2 * ms, 1e-6);
}

TEST(Compare, TheEndsOfTheIntervalDecide) {
  const made::Cost before{"latency.p50", 2 * ms, 0.01, 0.001};
  const auto verdict = [&](double now, double error) {
    return compared(before, {"latency.p50", 2 * ms, now, error}, budget("latency.p50", 0.05, true)).verdict;
  };
  EXPECT_EQ(verdict(0.01, 0.001), Verdict::within);
  EXPECT_EQ(verdict(0.001, 0.001), Verdict::within);
  EXPECT_EQ(verdict(0.06, 0.001), Verdict::exceeded);
  EXPECT_EQ(verdict(0.0355, 0.001), Verdict::inconclusive);
  EXPECT_EQ(verdict(0.01, 0.05), Verdict::inconclusive);
}

TEST(Compare, WhatMayGrowIsAShareOfTheBudget) {
  const made::Cost before{"latency.p99", 4 * ms, 0, 0.0001};
  const made::Cost now{"latency.p99", 4 * ms, 0.1, 0.0001};  // 400 µs more
  const BudgetResult limit = budget("latency.p99", 1e6, false);
  EXPECT_EQ(compared(before, now, limit).verdict, Verdict::within);
  EXPECT_EQ(compared(before, now, limit, {.allow = 0.3}).verdict, Verdict::exceeded);
  EXPECT_DOUBLE_EQ(compared(before, now, limit, {.allow = 0.3}).budgets.at(0).allowed, 3e5);
  EXPECT_EQ(compared(before, now, budget("latency.p99", 0, false)).verdict, Verdict::exceeded);
}

TEST(Compare, ForThroughputTheWorseIsADrop) {
  const made::Cost before{"throughput", 400, -0.01, 0.001};
  const BudgetResult limit = budget("throughput", 0.05, true);
  const GrowthReport worse = compared(before, {"throughput", 400, -0.06, 0.001}, limit);
  EXPECT_EQ(worse.verdict, Verdict::exceeded);
  EXPECT_NEAR(worse.budgets.at(0).before, 0.01, 1e-12);
  EXPECT_NEAR(worse.budgets.at(0).now, 0.06, 1e-12);
  EXPECT_NEAR(worse.budgets.at(0).estimate, 1 - 0.94 / 0.99, 1e-12);
  EXPECT_LT(worse.growths.at(0).absolute.estimate, 0);
  EXPECT_EQ(compared(before, {"throughput", 400, 0.05, 0.001}, limit).verdict, Verdict::within);
  EXPECT_EQ(compared(before, {"throughput", 400, -0.06, 0.001}, budget("throughput", 10, false)).verdict,
            Verdict::exceeded);
}

TEST(Compare, ManyBudgetsDoNotFailAnInnocentChangeMoreOften) {
  const auto report_of = [](std::size_t budgets) {
    Result baseline = made::result();
    Result later = made::result();
    for (std::size_t i = 0; i < budgets; ++i) {
      const std::string service = "s" + std::to_string(i);
      baseline.comparisons.push_back(comparison({"cpu_per_call", 1e5, 0, 0.01, service}));
      // (ln 1.0577 - ln 1.025) ÷ 0.0141 = 2.2 standard errors, 16 degrees: p = 0.021, between 2.5 % ÷ 2 and 2.5 %.
      later.comparisons.push_back(comparison({"cpu_per_call", 1e5, 0.0577, 0.01, service}));
      later.budgets.push_back(budget("cpu_per_call", 0.05, true, service));
    }
    return compare_results(baseline, later, {});
  };
  EXPECT_EQ(report_of(1).verdict, Verdict::exceeded);
  const GrowthReport two = report_of(2);
  EXPECT_EQ(two.verdict, Verdict::inconclusive);
  EXPECT_THAT(two.budgets.at(0).detail, HasSubstr("Holm"));
}

// A share of counted things that differed in no block: what is known is a bound.
made::Cost none_lost() {
  return {.metric = "spans_lost", .control_value = 0, .share = 0, .standard_error = 0};
}
Comparison bounded(double bound) {
  Comparison c = comparison(none_lost());
  c.absolute = {0, -bound, bound};
  c.log_ratio.reset();
  c.relative.reset();
  return c;
}

TEST(Compare, CountsThatNeverDifferedKeepTheirBound) {
  Result baseline = made::result();
  baseline.comparisons = {bounded(0.003)};
  Result later = made::result();
  later.comparisons = {bounded(0.002)};
  later.budgets = {budget("spans_lost", 0.02, false), budget("spans_lost", 0.004, false)};
  const GrowthReport report = compare_results(baseline, later, {});
  EXPECT_NEAR(report.growths.at(0).absolute.high, 0.003, 1e-12);
  EXPECT_EQ(report.budgets.at(0).verdict, Verdict::within);
  EXPECT_EQ(report.budgets.at(1).verdict, Verdict::inconclusive);
  // The baseline's own bound of 0.3 % is above what is allowed, 0.2 %: half as many blocks again in both.
  EXPECT_EQ(report.budgets.at(1).blocks_needed, 0U);
  EXPECT_EQ(report.budgets.at(1).blocks_needed_each, 14U);
  std::swap(baseline.comparisons, later.comparisons);
  EXPECT_EQ(compare_results(baseline, later, {}).budgets.at(1).blocks_needed, 14U);
}

TEST(Compare, ABudgetOfNoneAtAllThatIsKeptHasNotGrown) {
  Result baseline = made::result();
  baseline.comparisons = {bounded(0.003)};
  Result later = baseline;
  later.budgets = {budget("spans_lost", 0, false)};
  EXPECT_EQ(compare_results(baseline, later, {}).verdict, Verdict::inconclusive);
  later.budgets.at(0).verdict = Verdict::within;
  EXPECT_EQ(compare_results(baseline, later, {}).verdict, Verdict::within);
}

TEST(Compare, WhatPairsCallWithinIsHeldAgainstBlocks) {
  Result baseline = made::result();
  baseline.comparisons = {comparison({"latency.p50", 2 * ms, 0.01, 0.001, "", Phase::pairs}),
                          comparison({"latency.p50", 2 * ms, 0.01, 0.001})};
  Result later = made::result();
  later.comparisons = {comparison({"latency.p50", 2 * ms, 0.01, 0.001, "", Phase::pairs}),
                       comparison({"latency.p50", 2 * ms, 0.06, 0.001})};
  later.budgets = {budget("latency.p50", 0.05, true, "", Phase::pairs)};
  const GrowthReport report = compare_results(baseline, later, {});
  EXPECT_EQ(report.verdict, Verdict::inconclusive);
  EXPECT_THAT(report.budgets.at(0).detail, HasSubstr("pairs"));
}

TEST(Compare, AnInconclusiveGrowthSaysHowManyBlocksWouldDecide) {
  const BudgetResult limit = budget("latency.p50", 0.05, true);
  // A sure baseline: more blocks of the new result are enough.
  const GrowthReport unsure =
      compared({"latency.p50", 2 * ms, 0.01, 0.001}, {"latency.p50", 2 * ms, 0.01, 0.015}, limit);
  EXPECT_EQ(unsure.verdict, Verdict::inconclusive);
  EXPECT_GT(unsure.budgets.at(0).blocks_needed, 9U);
  EXPECT_LT(unsure.budgets.at(0).blocks_needed, 40U);
  // An unsure one: no number of them is.
  const GrowthReport both = compared({"latency.p50", 2 * ms, 0.01, 0.015}, {"latency.p50", 2 * ms, 0.01, 0.015}, limit);
  EXPECT_EQ(both.budgets.at(0).blocks_needed, 0U);
  EXPECT_GT(both.budgets.at(0).blocks_needed_each, 9U);
  EXPECT_LT(both.budgets.at(0).blocks_needed_each, 60U);
  // At the limit itself nothing can be said.
  const GrowthReport at = compared({"latency.p99", 2 * ms, 0, 0.01}, {"latency.p99", 2 * ms, 0.01, 0.01},
                                   budget("latency.p99", 40'000, false));
  EXPECT_EQ(at.budgets.at(0).blocks_needed, 0U);
  EXPECT_EQ(at.budgets.at(0).blocks_needed_each, 0U);
}

TEST(Compare, WhatOnlyOneResultHasIsNotJudged) {
  Result baseline = made::result();
  Result later = made::result();
  later.comparisons = {comparison({"memory", 1e7, 0.01, 0.001})};
  later.budgets = {budget("memory", 0.05, true), budget("throughput", 0.05, true)};
  const GrowthReport report = compare_results(baseline, later, {});
  EXPECT_EQ(report.verdict, Verdict::inconclusive);
  EXPECT_FALSE(report.budgets.at(0).measured);
  EXPECT_THAT(report.budgets.at(0).detail, HasSubstr("the baseline"));
  EXPECT_THAT(report.budgets.at(1).detail, HasSubstr("the later result"));
  EXPECT_TRUE(report.growths.empty());
}

TEST(Compare, WithoutABudgetThereIsNoVerdict) {
  Result one = made::result();
  one.comparisons = {comparison({"memory", 1e7, 0.01, 0.001})};
  const GrowthReport report = compare_results(one, one, {});
  EXPECT_EQ(report.verdict, Verdict::inconclusive);
  EXPECT_EQ(report.growths.size(), 1U);
  EXPECT_EQ(exit_code(report), 3);
}

TEST(Compare, ExitCodesAreThoseOfARun) {
  GrowthReport report;
  report.verdict = Verdict::within;
  EXPECT_EQ(exit_code(report), 0);
  report.verdict = Verdict::exceeded;
  EXPECT_EQ(exit_code(report), 1);
  report.valid = false;
  EXPECT_EQ(exit_code(report), 4);
}

TEST(Compare, StrictNeedsNumbersThatAreNotInDoubt) {
  Result baseline = made::result();
  baseline.comparisons = {comparison({"latency.p50", 2 * ms, 0.01, 0.001})};
  baseline.doubts = {"spans were lost"};
  Result later = baseline;
  later.doubts.clear();
  later.budgets = {budget("latency.p50", 0.05, true)};
  EXPECT_EQ(compare_results(baseline, later, {}).verdict, Verdict::within);
  later.strict = true;
  EXPECT_EQ(compare_results(baseline, later, {}).verdict, Verdict::inconclusive);
}

TEST(Compare, TheJsonHasTheKeysThatOthersRelyOn) {
  const GrowthReport report = compared({"latency.p50", 2 * ms, 0.02, 0.001}, {"latency.p50", 2 * ms, 0.06, 0.001},
                                       budget("latency.p50", 0.05, true));
  const auto json = nlohmann::json::parse(write_growth_json(report));
  EXPECT_EQ(json.at("schema"), "tracetax.compare/1");
  EXPECT_EQ(json.at("verdict"), "exceeded");
  EXPECT_EQ(json.at("budgets").at(0).at("allowed"), 0.025);
  EXPECT_EQ(json.at("budgets").at(0).at("verdict"), "exceeded");
  EXPECT_NEAR(json.at("growths").at(0).at("relative").at("estimate").get<double>(), 1.06 / 1.02 - 1, 1e-12);
  EXPECT_EQ(json.at("growths").at(0).at("before").at("absolute").at("estimate"), 40'000);
  EXPECT_EQ(json.at("baseline").at("environment").at("cores"), 2);
  EXPECT_EQ(json.at("result").at("started_at"), "2026-01-02T10:15:00Z");
}

}  // namespace
}  // namespace tracetax
