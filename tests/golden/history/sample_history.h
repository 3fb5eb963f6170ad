#pragma once

#include "harness/results/history.h"
#include "harness/results/overlay.h"

namespace tracetax {

// Thirty days in which one overhead rose, one fell and rose again, and one is asked for without a budget; an older
// scenario, results that are left out, and names that would break a page that does not escape them.
HistoryReport sample_history();
// Fewer results than can show a change.
HistoryReport young_history();

// Three results: two of one scenario, one of another that is not valid, without one of the overheads.
Overlay sample_overlay();

}  // namespace tracetax
