#include "harness/stats/quantile.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "harness/base/ensure.h"

namespace tracetax {

double quantile_of_sorted(std::span<const double> sorted, double p) {
  ensure(!sorted.empty() && p >= 0 && p <= 1, "a quantile needs values and a share from 0 to 1");
  const double h = static_cast<double>(sorted.size() - 1) * p;
  const auto below = static_cast<std::size_t>(h);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (h - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

double order_statistic_of_sorted(std::span<const double> sorted, double p) {
  ensure(!sorted.empty() && p >= 0 && p <= 1, "a quantile needs values and a share from 0 to 1");
  // One ulp lower, so that 0.999 × 1000 is rank 999 though the product rounds up.
  const double rank = std::ceil(std::nextafter(static_cast<double>(sorted.size()) * p, 0.0));
  return sorted[std::clamp<std::size_t>(static_cast<std::size_t>(rank), 1, sorted.size()) - 1];
}

double mean_of(std::span<const double> values) {
  ensure(!values.empty(), "a mean needs values");
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double median_of(std::span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  return quantile_of_sorted(sorted, 0.5);
}

double trimmed_mean_of_sorted(std::span<const double> sorted, double share) {
  ensure(share >= 0 && share < 0.5, "less than half can be trimmed at each side");
  const auto cut = static_cast<std::size_t>(static_cast<double>(sorted.size()) * share);
  return mean_of(sorted.subspan(cut, sorted.size() - 2 * cut));
}

}  // namespace tracetax
