#include "harness/stats/arrivals.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "harness/base/ensure.h"
#include "harness/stats/quantile.h"

namespace tracetax {

double coefficient_of_variation(std::span<const double> gaps) {
  ensure(gaps.size() >= 2, "a coefficient of variation needs two gaps");
  const double mean = mean_of(gaps);
  ensure(mean > 0, "gaps have a mean above 0");
  double squares = 0;
  for (const double gap : gaps) squares += (gap - mean) * (gap - mean);
  return std::sqrt(squares / static_cast<double>(gaps.size() - 1)) / mean;
}

double kolmogorov_survival(double x) {
  if (x <= 0) return 1;
  // The series above converges slowly for small x; there its theta-function twin is quick (Marsaglia, Tsang & Wang
  // 2003).
  if (x < 1) {
    const double pi = std::numbers::pi;
    double sum = 0;
    for (int k = 1; k <= 20; ++k) {
      const double odd = 2 * k - 1;
      sum += std::exp(-odd * odd * pi * pi / (8 * x * x));
    }
    return 1 - std::sqrt(2 * pi) / x * sum;
  }
  double sum = 0;
  for (int k = 1; k <= 20; ++k) sum += (k % 2 == 1 ? 1 : -1) * std::exp(-2.0 * k * k * x * x);
  return std::clamp(2 * sum, 0.0, 1.0);
}

GoodnessOfFit exponential_fit(std::span<const double> gaps, double mean) {
  ensure(!gaps.empty() && mean > 0, "a fit needs gaps and a mean above 0");
  std::vector<double> sorted(gaps.begin(), gaps.end());
  std::ranges::sort(sorted);
  const auto n = static_cast<double>(sorted.size());
  GoodnessOfFit fit;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const double expected = -std::expm1(-std::max(sorted[i], 0.0) / mean);
    const auto rank = static_cast<double>(i);
    fit.distance = std::max({fit.distance, expected - rank / n, (rank + 1) / n - expected});
  }
  const double root = std::sqrt(n);
  fit.p = kolmogorov_survival((root + 0.12 + 0.11 / root) * fit.distance);
  return fit;
}

}  // namespace tracetax
