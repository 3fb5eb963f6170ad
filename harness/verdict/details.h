#pragma once
// The curves and columns that a report draws, from the same digest as its numbers. Pure.

#include "harness/results/details.h"
#include "harness/results/result.h"
#include "harness/scenario/scenario.h"
#include "harness/verdict/digest.h"

namespace tracetax {

// Everything but `traces`, `scenario` and `command`, which no trial knows. Intervals of `differences` are Student's
// over independent units as those of comparisons are (docs/statistics.md), at the plan's confidence for each point
// alone, and of one look. A point is there when at least two blocks have it in both arms and none lacks it: a mean over
// other blocks at each percentile would be no curve.
Details make_details(const Scenario& scenario, const Digest& digest);

}  // namespace tracetax
