#include "harness/stats/power.h"

#include <cmath>

#include <boost/math/distributions/non_central_t.hpp>

#include "harness/base/ensure.h"
#include "harness/stats/distributions.h"

namespace tracetax {
namespace {

double critical_t(std::size_t units, double confidence) {
  ensure(units >= 2 && confidence > 0 && confidence < 1,
         "a spread needs two units, an interval a confidence in (0, 1)");
  return student_t_quantile(1 - (1 - confidence) / 2, static_cast<double>(units - 1));
}

}  // namespace

double half_width(double unit_deviation, std::size_t units, double confidence) {
  return critical_t(units, confidence) * unit_deviation / std::sqrt(static_cast<double>(units));
}

double minimum_detectable_effect(double unit_deviation, std::size_t units, double confidence, double power) {
  const double critical = critical_t(units, confidence);
  ensure(unit_deviation >= 0 && power > 1 - confidence && power < 1,
         "an effect of 0 is found with probability 1 - confidence, none for certain");
  const auto chance = [&](double noncentrality) {
    const boost::math::non_central_t t(static_cast<double>(units - 1), noncentrality);
    return boost::math::cdf(boost::math::complement(t, critical)) + boost::math::cdf(t, -critical);
  };
  double high = 1;
  while (chance(high) < power) high *= 2;
  double low = 0;
  for (int i = 0; i < 50; ++i) {
    const double middle = (low + high) / 2;
    (chance(middle) < power ? low : high) = middle;
  }
  return (low + high) / 2 * unit_deviation / std::sqrt(static_cast<double>(units));
}

}  // namespace tracetax
