#include "harness/stats/welch.h"

#include <cmath>

namespace tracetax {

WelchDifference welch(const MeanEstimate& later, const MeanEstimate& earlier) {
  WelchDifference result{.difference = later.mean - earlier.mean,
                         .standard_error = std::hypot(later.standard_error, earlier.standard_error),
                         .degrees = later.degrees() + earlier.degrees()};
  if (result.standard_error == 0) return result;
  // Shares of the variance, not fourth powers of it: those of nanosecond means would over- or underflow.
  const double of_later = std::pow(later.standard_error / result.standard_error, 2);
  const double of_earlier = std::pow(earlier.standard_error / result.standard_error, 2);
  result.degrees = 1 / (of_later * of_later / later.degrees() + of_earlier * of_earlier / earlier.degrees());
  return result;
}

Interval welch_interval(const WelchDifference& difference, double confidence) {
  if (difference.standard_error == 0) return {difference.difference, difference.difference};
  const double half = student_t_quantile(1 - (1 - confidence) / 2, difference.degrees) * difference.standard_error;
  return {difference.difference - half, difference.difference + half};
}

double p_above(const WelchDifference& difference, double limit) {
  if (difference.standard_error == 0) return difference.difference > limit ? 0 : 1;
  return student_t_cdf((limit - difference.difference) / difference.standard_error, difference.degrees);
}

}  // namespace tracetax
