#include "harness/search/evidence.h"

#include <algorithm>
#include <cmath>

#include "harness/scenario/metric.h"

namespace tracetax {

BudgetEvidence evidence_of(const Result& result, const BudgetResult& budget) {
  BudgetEvidence evidence;
  evidence.overhead = budget.estimate;
  evidence.verdict = budget.verdict;
  const auto found = std::ranges::find_if(result.comparisons, [&](const Comparison& c) {
    return c.metric == budget.metric && c.service == budget.service && c.treatment == budget.arm &&
           c.phase == budget.phase;
  });
  if (found == result.comparisons.end() || (budget.relative && !found->log_ratio)) return evidence;
  if (budget.verdict == Verdict::inconclusive && budget.high <= budget.limit) evidence.verdict = Verdict::exceeded;
  const MetricInfo* metric = find_metric(budget.metric);
  const double sign = !metric || metric->higher_is_worse ? 1 : -1;
  if (budget.relative) {
    const double ratio = std::exp(found->log_ratio->mean);
    evidence.overhead = sign * (ratio - 1);
    evidence.standard_error = ratio * found->log_ratio->standard_error;
  } else {
    evidence.overhead = sign * found->difference.mean;
    evidence.standard_error = found->difference.standard_error;
  }
  evidence.units = found->units;
  return evidence;
}

}  // namespace tracetax
