#pragma once

#include "harness/results/growth.h"

namespace tracetax {

// A comparison with every kind of thing a report of it shows: all three verdicts, a budget that was not measured,
// notes, and names that would break a page that does not escape them.
GrowthReport sample_growth();
// One of the two results is not valid, nothing was measured.
GrowthReport invalid_growth();

}  // namespace tracetax
