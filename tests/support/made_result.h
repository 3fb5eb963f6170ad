#pragma once
// Results made up so that what follows from two of them is known.

#include <cstdint>
#include <string>

#include "harness/results/result.h"

namespace tracetax::made {

// A treatment "on" that costs `share` of the control's value, known with this standard error of the share.
struct Cost {
  std::string metric;
  double control_value = 0;
  double share = 0, standard_error = 0;
  std::string service{};
  Phase phase = Phase::blocks;
  std::uint32_t units = 9;
};
Comparison comparison(const Cost& cost);

BudgetResult budget(const std::string& metric, double limit, bool relative, const std::string& service = {},
                    Phase phase = Phase::blocks);

// Arms "off" (control) and "on", 9 blocks, started at `started_at`; no comparisons, no budgets.
Result result(std::int64_t started_at = 1'767'348'900);

}  // namespace tracetax::made
