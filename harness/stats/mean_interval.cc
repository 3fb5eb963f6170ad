#include "harness/stats/mean_interval.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "harness/base/ensure.h"
#include "harness/stats/power.h"
#include "harness/stats/quantile.h"

namespace tracetax {

std::vector<double> independent_units(std::span<const double> values, std::span<const std::uint32_t> launches) {
  ensure(values.size() == launches.size(), "every block belongs to a launch");
  std::map<std::uint32_t, std::vector<double>> by_launch;
  for (std::size_t i = 0; i < values.size(); ++i) by_launch[launches[i]].push_back(values[i]);
  if (by_launch.size() < 2 || by_launch.size() == values.size()) return {values.begin(), values.end()};
  std::vector<double> means;
  for (const auto& [launch, of_launch] : by_launch) means.push_back(mean_of(of_launch));
  return means;
}

MeanEstimate estimate_mean(std::span<const double> units) {
  ensure(units.size() >= 2, "one unit says nothing about its spread");
  MeanEstimate estimate;
  estimate.units = units.size();
  // Sums of equal numbers round: without this, equal units would have a spread of an ulp.
  if (std::ranges::all_of(units, [&](double x) { return x == units.front(); })) {
    estimate.mean = units.front();
    return estimate;
  }
  estimate.mean = mean_of(units);
  double squares = 0;
  for (const double x : units) squares += (x - estimate.mean) * (x - estimate.mean);
  const auto n = static_cast<double>(units.size());
  estimate.standard_error = std::sqrt(squares / (n - 1) / n);
  return estimate;
}

Interval student_interval(const MeanEstimate& estimate, double confidence) {
  const double half = student_t_quantile(1 - (1 - confidence) / 2, estimate.degrees()) * estimate.standard_error;
  return {estimate.mean - half, estimate.mean + half};
}

Interval bootstrap_t_interval(std::span<const double> units, double confidence, std::size_t resamples, Rng& rng) {
  const MeanEstimate whole = estimate_mean(units);
  if (whole.standard_error == 0) return {whole.mean, whole.mean};
  std::vector<double> draw(units.size());
  std::vector<double> ts;
  ts.reserve(resamples);
  while (ts.size() < resamples) {
    for (double& x : draw) x = units[static_cast<std::size_t>(rng.below(units.size()))];
    const MeanEstimate again = estimate_mean(draw);
    if (again.standard_error > 0) ts.push_back((again.mean - whole.mean) / again.standard_error);
  }
  std::ranges::sort(ts);
  const double tail = (1 - confidence) / 2;
  return {whole.mean - quantile_of_sorted(ts, 1 - tail) * whole.standard_error,
          whole.mean - quantile_of_sorted(ts, tail) * whole.standard_error};
}

double p_above(const MeanEstimate& estimate, double limit) {
  if (estimate.standard_error == 0) return estimate.mean > limit ? 0 : 1;
  return student_t_cdf((limit - estimate.mean) / estimate.standard_error, estimate.degrees());
}

std::size_t units_needed(const MeanEstimate& estimate, double confidence, double distance) {
  constexpr std::size_t most = 100'000;
  if (!(distance > 0)) return 0;
  const double spread = estimate.standard_error * std::sqrt(static_cast<double>(estimate.units));
  if (half_width(spread, most, confidence) > distance) return 0;
  std::size_t low = 1;  // too few
  std::size_t high = most;
  while (high - low > 1) {
    const std::size_t middle = (low + high) / 2;
    (half_width(spread, middle, confidence) <= distance ? high : low) = middle;
  }
  return high;
}

}  // namespace tracetax
