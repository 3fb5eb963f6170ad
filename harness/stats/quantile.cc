#include "harness/stats/quantile.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "harness/base/ensure.h"
#include "harness/stats/distributions.h"

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

// The value of rank r is above the quantile when at most r - 1 values are not; how many are not is binomial (n, p), of
// which P(B <= k) = I_{1-p}(n - k, k + 1) (DLMF 8.17.24).
RankInterval quantile_ranks(std::size_t n, double p, double confidence) {
  ensure(n > 0 && p > 0 && p < 1 && confidence > 0 && confidence < 1, "ranks of a quantile need values and shares");
  const double tail = (1 - confidence) / 2;
  const auto at_most = [&](std::size_t k) {
    return k >= n ? 1.0 : incomplete_beta(static_cast<double>(n - k), static_cast<double>(k + 1), 1 - p);
  };
  // The first k from 0 to n for which P(B <= k) is above, or at least, a limit.
  const auto first = [&](auto reached) {
    std::size_t low = 0, high = n;
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      if (reached(at_most(middle))) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  };
  return {first([&](double chance) { return chance > tail; }),
          first([&](double chance) { return chance >= 1 - tail; }) + 1};
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
