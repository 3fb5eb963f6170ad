#include "harness/stats/holm.h"

#include <algorithm>
#include <numeric>

namespace tracetax {

std::vector<bool> holm_rejects(std::span<const double> p_values, double alpha) {
  return holm_rejects(p_values, [&](std::size_t share) { return alpha / static_cast<double>(share); });
}

std::vector<bool> holm_rejects(std::span<const double> p_values,
                               const std::function<double(std::size_t)>& level_of_share) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return p_values[i]; });
  std::vector<bool> rejected(p_values.size(), false);
  for (std::size_t k = 0; k < order.size(); ++k) {
    if (p_values[order[k]] > level_of_share(order.size() - k)) break;
    rejected[order[k]] = true;
  }
  return rejected;
}

}  // namespace tracetax
