#pragma once
// Comparisons held to the scenario's limits. Internal to harness/verdict.

#include <span>
#include <vector>

#include "harness/results/result.h"
#include "harness/scenario/scenario.h"
#include "harness/stats/distributions.h"
#include "harness/verdict/comparison.h"
#include "harness/verdict/looks.h"

namespace tracetax {

// The interval decides, not the point: a budget that the data cannot resolve is not met.
constexpr Verdict judge(const Interval& increase, double limit) {
  if (increase.high <= limit) return Verdict::within;
  if (increase.low > limit) return Verdict::exceeded;
  return Verdict::inconclusive;
}

// One result for each budget and treatment it is about, in the scenario's order. Numbers are increases for the worse:
// for throughput a drop of 3 % is +3 %. An `exceeded` has passed Holm's correction over all measured budgets at this
// look's levels (Ye et al. 2013); `within` needs none, because every one must hold. What pairs say is `within` is
// `inconclusive` when blocks of the same run say that it is not: then the cost is not inline, and pairs hide it.
std::vector<BudgetResult> judge_budgets(const Scenario& scenario, std::span<const Measured> measured,
                                        const Looks& looks);

}  // namespace tracetax
