#include "harness/stats/sequential.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <utility>

#include <boost/math/quadrature/gauss.hpp>

#include "harness/base/ensure.h"
#include "harness/base/rng.h"

namespace tracetax {
namespace {

double upper_tail(double z) {
  return 0.5 * std::erfc(z / std::numbers::sqrt2);
}

double normal_density(double z) {
  return std::exp(-0.5 * z * z) / std::sqrt(2 * std::numbers::pi);
}

// Where the Brownian motion may be at `time`, having crossed no boundary: its density there in the weights of a
// quadrature.
class Survivors {
 public:
  // Of being above z at `fraction`, as the first boundary crossed.
  double crossing(double fraction, double z) const {
    const double step = std::sqrt(fraction - time_);
    const double boundary = z * std::sqrt(fraction);
    double sum = 0;
    for (std::size_t i = 0; i < at_.size(); ++i) sum += mass_[i] * upper_tail((boundary - at_[i]) / step);
    return sum;
  }

  // On to `fraction`, without those above z. The density there is as smooth as the step that made it and is
  // integrated with the kernel of the step that follows, to `next`: panels are two deviations of the shorter one, for
  // which ten Gauss-Legendre nodes have a relative error near 1e-12.
  void advance(double fraction, double z, double next) {
    // A statistic that is above any boundary later was lower than -6.5 before with a chance below that of a normal
    // number, 4e-11; above 9 there is no mass that a double could show.
    constexpr double lowest = -6.5;
    constexpr double highest = 9;
    const double step = std::sqrt(fraction - time_);
    const double low = lowest * std::sqrt(fraction);
    const double high = std::min(z, highest) * std::sqrt(fraction);
    const double longest = 2 * std::min(step, std::sqrt(next - fraction));
    const auto panels = static_cast<std::size_t>(std::ceil((high - low) / longest));
    const double half = (high - low) / static_cast<double>(panels) / 2;
    std::vector<double> at;
    std::vector<double> mass;
    const auto add = [&](double position, double weight) {
      double density = 0;
      for (std::size_t i = 0; i < at_.size(); ++i) density += mass_[i] * normal_density((position - at_[i]) / step);
      at.push_back(position);
      mass.push_back(weight * half * density / step);
    };
    using Nodes = boost::math::quadrature::gauss<double, 10>;
    for (std::size_t panel = 0; panel < panels; ++panel) {
      const double middle = low + static_cast<double>(2 * panel + 1) * half;
      for (std::size_t i = 0; i < Nodes::abscissa().size(); ++i) {
        for (const double side : {-1.0, 1.0}) add(middle + side * half * Nodes::abscissa()[i], Nodes::weights()[i]);
      }
    }
    at_ = std::move(at);
    mass_ = std::move(mass);
    time_ = fraction;
  }

 private:
  double time_ = 0;
  std::vector<double> at_{0};
  std::vector<double> mass_{1};
};

// The z above which `paths` are at `fraction` with probability `now`, when `before` have crossed already.
double boundary(const Survivors& paths, double fraction, double before, double now) {
  if (now <= 0) return std::numeric_limits<double>::infinity();
  // Crossing here only is rarer than being above, and that is rarer than here or before.
  double low = -normal_quantile(before + now);
  double high = -normal_quantile(now);
  for (int i = 0; i < 48; ++i) {
    const double middle = (low + high) / 2;
    (paths.crossing(fraction, middle) > now ? low : high) = middle;
  }
  return (low + high) / 2;
}

void check_fractions(std::span<const double> fractions) {
  double before = 0;
  for (const double fraction : fractions) {
    ensure(fraction > before && fraction <= 1, "looks are at ascending fractions in (0, 1]");
    before = fraction;
  }
}

}  // namespace

double spent_alpha(double alpha, double fraction) {
  ensure(alpha > 0 && alpha < 1 && fraction > 0 && fraction <= 1,
         "an error in (0, 1) is spent at a fraction in (0, 1]");
  return alpha * fraction * fraction;
}

std::vector<double> nominal_levels(std::span<const double> fractions, std::span<const double> cumulative_spent) {
  ensure(fractions.size() == cumulative_spent.size(), "every look spends something, or nothing");
  check_fractions(fractions);
  std::vector<double> levels;
  Survivors paths;
  double before = 0;
  for (std::size_t k = 0; k < fractions.size(); ++k) {
    const double spent = cumulative_spent[k];
    ensure(spent >= before && spent < 1, "what is spent stays spent");
    const double z = boundary(paths, fractions[k], before, spent - before);
    levels.push_back(k == 0 ? spent : upper_tail(z));
    if (k + 1 < fractions.size()) paths.advance(fractions[k], z, fractions[k + 1]);
    before = spent;
  }
  return levels;
}

std::vector<double> crossing_probabilities(std::span<const double> fractions, std::span<const double> z_boundaries) {
  ensure(fractions.size() == z_boundaries.size(), "every look has a boundary");
  check_fractions(fractions);
  std::vector<double> crossed;
  Survivors paths;
  double sum = 0;
  for (std::size_t k = 0; k < fractions.size(); ++k) {
    sum += paths.crossing(fractions[k], z_boundaries[k]);
    crossed.push_back(sum);
    if (k + 1 < fractions.size()) paths.advance(fractions[k], z_boundaries[k], fractions[k + 1]);
  }
  return crossed;
}

std::vector<double> look_levels(double alpha, const LookPlan& plan) {
  ensure(!plan.fractions.empty(), "a plan has a look");
  std::vector<double> spent;
  for (const double fraction : plan.fractions) spent.push_back(spent_alpha(alpha, fraction));
  spent.back() = alpha;
  return nominal_levels(plan.fractions, spent);
}

double look_level(double alpha, std::span<const double> fractions_so_far, bool last) {
  ensure(!fractions_so_far.empty(), "the level is that of a look");
  std::vector<double> spent;
  for (const double fraction : fractions_so_far) spent.push_back(spent_alpha(alpha, fraction));
  if (last) spent.back() = alpha;
  return nominal_levels(fractions_so_far, spent).back();
}

}  // namespace tracetax
