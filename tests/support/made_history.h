#pragma once
// Many results made up so that what follows from their order is known.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "harness/verdict/history.h"

namespace tracetax::made {

// A result a day, of the scenario "made": the median call of 2 ms costs `share(i)` more, known to 0.05 % of it, and
// luck of 0.05 % from day to day (of a fixed seed); 5 % are allowed. Sources are "results/01", …; each has a commit of
// its own.
std::vector<DatedResult> days(std::size_t n, const std::function<double(std::size_t)>& share);

// The same for a second overhead of those results: CPU per call of the gateway, 10 % allowed.
void add_cpu(std::vector<DatedResult>& results, const std::function<double(std::size_t)>& share);

}  // namespace tracetax::made
