#include "harness/verdict/budgets.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "harness/verdict/judging.h"

namespace tracetax {
namespace {

// A budget result while p-values of the others are still to come.
struct Judged {
  BudgetResult result{};
  std::optional<double> p{};  // of "not above the limit"; absent when not measured
};

const Measured* find(std::span<const Measured> measured, const Budget& budget, const std::string& arm, Phase phase) {
  const auto found = std::ranges::find_if(measured, [&](const Measured& m) {
    return m.comparison.metric == budget.metric && m.comparison.service == budget.service &&
           m.comparison.treatment == arm && m.comparison.phase == phase;
  });
  return found == measured.end() ? nullptr : &*found;
}

// The scale on which the interval is symmetric: differences as they are, shares as logarithms of ratios.
struct Scale {
  MeanEstimate increase{};
  double limit = 0;
};

Scale scale_of(const Measured& measured, const Budget& budget, bool higher_is_worse) {
  const double sign = higher_is_worse ? 1 : -1;
  Scale scale{budget.relative ? *measured.log_ratio : measured.absolute, budget.limit};
  scale.increase.mean *= sign;
  if (budget.relative) scale.limit = log_limit(budget.limit, higher_is_worse);
  return scale;
}

std::uint32_t blocks_needed(const Measured& measured, const Scale& scale, const BudgetResult& result) {
  const Comparison& comparison = measured.comparison;
  const double distance = std::fabs(scale.limit - scale.increase.mean);
  if (scale.increase.standard_error > 0) {
    const std::size_t per_unit = (comparison.blocks + scale.increase.units - 1) / scale.increase.units;
    return static_cast<std::uint32_t>(units_needed(scale.increase, comparison.confidence, distance) * per_unit);
  }
  // Counts that never differed: their bound shrinks with the number of things counted.
  const double needed = comparison.blocks * (result.high - result.low) / 2 / distance;
  return distance > 0 && needed < 1e5 ? static_cast<std::uint32_t>(std::ceil(needed)) : 0;
}

Judged judge_one(const Budget& budget, const std::string& arm, Phase phase, const Measured* measured) {
  Judged judged;
  BudgetResult& result = judged.result;
  result.metric = budget.metric;
  result.arm = arm;
  result.service = budget.service;
  result.ids = budget.ids;
  result.phase = phase;
  result.limit = budget.limit;
  result.relative = budget.relative;
  if (!measured) {
    result.resolvable = false;
    result.detail = "not measured: fewer than two blocks have this metric in both arms";
    return judged;
  }
  if (budget.relative && !measured->log_ratio) {
    result.resolvable = false;
    result.detail = "a share of nothing: in at least one block a value is 0; give an absolute limit";
    return judged;
  }
  const MetricInfo* metric = find_metric(budget.metric);
  const bool higher_is_worse = !metric || metric->higher_is_worse;
  const Comparison& comparison = measured->comparison;
  const Estimate increase = worse(budget.relative ? *comparison.relative : comparison.absolute, higher_is_worse);
  result.estimate = increase.estimate;
  result.low = increase.low;
  result.high = increase.high;
  const Interval interval{increase.low, increase.high};
  const Scale scale = scale_of(*measured, budget, higher_is_worse);
  judged.p = p_above(scale.increase, scale.limit);
  result.verdict = judge(interval, budget.limit);
  const bool counted = budget.metric == "error_rate" || budget.metric == "spans_lost";
  if (counted && budget.limit == 0 && measured->never_more) {
    // "None more than the control" is a question about this run, which counts answer exactly.
    result.verdict = Verdict::within;
    result.detail = "none more than the control in any block";
  }
  if (!higher_is_worse) result.detail = "a drop counts against the budget";
  if (result.verdict == Verdict::inconclusive) {
    result.resolvable = interval.half_width() <= std::fabs(budget.limit);
    result.blocks_needed = blocks_needed(*measured, scale, result);
  }
  return judged;
}

// Pairs see the inline cost alone. Where the total cost that blocks see is above the limit, the budget is not met.
void hold_against_blocks(BudgetResult& result, const Budget& budget, const Measured* blocks) {
  if (result.verdict != Verdict::within || !blocks || (budget.relative && !blocks->comparison.relative)) return;
  const Estimate& total = budget.relative ? *blocks->comparison.relative : blocks->comparison.absolute;
  if (total.low <= budget.limit) return;
  result.verdict = Verdict::inconclusive;
  add_detail(result.detail,
             "within as an inline cost (pairs), but the total cost (blocks) is above the limit: the rest is background "
             "work, which disturbs both arms of a pair alike");
}

}  // namespace

std::vector<BudgetResult> judge_budgets(const Scenario& scenario, std::span<const Measured> measured,
                                        const Looks& looks) {
  std::vector<Judged> judged;
  for (const Budget& budget : scenario.budgets) {
    for (const Arm& arm : scenario.arms) {
      const bool meant = budget.arm.empty() ? arm.role == Role::treatment : arm.name == budget.arm;
      if (!meant) continue;
      const Phase phase = phase_of(scenario, budget);
      Judged& one = judged.emplace_back(judge_one(budget, arm.name, phase, find(measured, budget, arm.name, phase)));
      if (phase == Phase::pairs)
        hold_against_blocks(one.result, budget, find(measured, budget, arm.name, Phase::blocks));
    }
  }
  std::vector<Tested> tested;
  for (Judged& j : judged) {
    if (j.p) tested.push_back({&j.result.verdict, &j.result.detail, *j.p});
  }
  const auto level_of_share = [&](std::size_t share) {
    return level_of(looks, (1 - scenario.plan.confidence) / 2 / static_cast<double>(share));
  };
  confirm_exceeded(tested, level_of_share, "above the limit");
  std::vector<BudgetResult> results;
  for (Judged& j : judged) results.push_back(std::move(j.result));
  return results;
}

}  // namespace tracetax
