#pragma once
// What a Result says of a budget, on the scale of the budget's limit. Pure.

#include "harness/results/result.h"
#include "harness/search/curve.h"

namespace tracetax {

// The comparison that the budget was judged by, as increase for the worse. A relative one is exp(mean of the log
// ratios) − 1 with the standard error exp(mean) · error (delta method). A budget that pairs keep and blocks of the same
// run break counts as exceeded (docs/statistics.md, pairs). Without a comparison: the verdict alone.
BudgetEvidence evidence_of(const Result& result, const BudgetResult& budget);

}  // namespace tracetax
