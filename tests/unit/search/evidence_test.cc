#include "harness/search/evidence.h"

#include <cmath>

#include <gtest/gtest.h>

#include "tests/support/made_result.h"

namespace tracetax {
namespace {

Result with(const made::Cost& cost) {
  Result result = made::result();
  result.comparisons.push_back(made::comparison(cost));
  return result;
}

TEST(Evidence, OfARelativeBudgetIsTheRatioWithItsError) {
  const Result result = with({.metric = "latency.p50", .control_value = 2e6, .share = 0.08, .standard_error = 0.01});
  BudgetResult budget = made::budget("latency.p50", 0.05, true);
  budget.verdict = Verdict::exceeded;
  const BudgetEvidence evidence = evidence_of(result, budget);
  const UnitMean& log = *result.comparisons[0].log_ratio;
  EXPECT_NEAR(evidence.overhead, std::exp(log.mean) - 1, 1e-12);
  EXPECT_NEAR(evidence.overhead, 0.08, 1e-9);
  EXPECT_NEAR(evidence.standard_error, std::exp(log.mean) * log.standard_error, 1e-12);
  EXPECT_EQ(evidence.units, 9u);
  EXPECT_EQ(evidence.verdict, Verdict::exceeded);
}

TEST(Evidence, OfAnAbsoluteBudgetIsTheDifference) {
  const Result result = with({.metric = "latency.p99", .control_value = 4e6, .share = 0.1, .standard_error = 0.02});
  const BudgetEvidence evidence = evidence_of(result, made::budget("latency.p99", 1e6, false));
  EXPECT_NEAR(evidence.overhead, result.comparisons[0].difference.mean, 1e-6);
  EXPECT_NEAR(evidence.standard_error, result.comparisons[0].difference.standard_error, 1e-6);
}

TEST(Evidence, ADropOfThroughputIsAnIncreaseForTheWorse) {
  const Result result = with({.metric = "throughput", .control_value = 400, .share = -0.1, .standard_error = 0.01});
  EXPECT_NEAR(evidence_of(result, made::budget("throughput", 0.05, true)).overhead, 0.1, 1e-9);
}

TEST(Evidence, WhatPairsKeepAndBlocksBreakIsExceeded) {
  const Result result = with(
      {.metric = "latency.p50", .control_value = 2e6, .share = 0.02, .standard_error = 0.001, .phase = Phase::pairs});
  BudgetResult budget = made::budget("latency.p50", 0.05, true, "", Phase::pairs);
  budget.low = 0.018;
  budget.high = 0.022;
  budget.verdict = Verdict::inconclusive;
  EXPECT_EQ(evidence_of(result, budget).verdict, Verdict::exceeded);
  budget.high = 0.06;
  EXPECT_EQ(evidence_of(result, budget).verdict, Verdict::inconclusive);
}

TEST(Evidence, WithoutAComparisonIsTheVerdictAlone) {
  BudgetResult budget = made::budget("error_rate", 0, false);
  budget.verdict = Verdict::within;
  const BudgetEvidence evidence = evidence_of(made::result(), budget);
  EXPECT_EQ(evidence.units, 0u);
  EXPECT_EQ(evidence.standard_error, 0);
  EXPECT_EQ(evidence.verdict, Verdict::within);
}

}  // namespace
}  // namespace tracetax
