#include "harness/verdict/judging.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "harness/stats/holm.h"

namespace tracetax {

double log_limit(double limit, bool higher_is_worse) {
  const double sign = higher_is_worse ? 1 : -1;
  return sign * std::log1p(sign * (higher_is_worse ? limit : std::min(limit, 1.0)));
}

void add_detail(std::string& detail, const std::string& clause) {
  detail += detail.empty() ? clause : "; " + clause;
}

void confirm_exceeded(std::span<const Tested> tested, const std::function<double(std::size_t)>& level_of_share,
                      std::string_view what) {
  std::vector<double> p_values;
  for (const Tested& test : tested) p_values.push_back(test.p);
  const std::vector<bool> rejected = holm_rejects(p_values, level_of_share);
  for (std::size_t i = 0; i < tested.size(); ++i) {
    if (rejected[i] || *tested[i].verdict != Verdict::exceeded) continue;
    *tested[i].verdict = Verdict::inconclusive;
    add_detail(*tested[i].detail,
               fmt::format("{} on its own (one-sided p = {:.2g}), but not sure enough among {} budgets (Holm's "
                           "correction); more blocks decide it",
                           what, tested[i].p, tested.size()));
  }
}

}  // namespace tracetax
