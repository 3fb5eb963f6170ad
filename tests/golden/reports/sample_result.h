#pragma once

#include "harness/results/result.h"

namespace tracetax {

// A run with every kind of thing a report shows: all three verdicts, checks, a lost span, failed calls, warnings, and
// names that would break a page that does not escape them.
Result sample_result();
// The same scenario ended by a dead service, before anything could be compared.
Result broken_result();

}  // namespace tracetax
