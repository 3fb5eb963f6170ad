#pragma once
// Two results compared: the difference of two means that were estimated independently, each with a spread of its own.

#include "harness/stats/distributions.h"
#include "harness/stats/mean_interval.h"

namespace tracetax {

// degrees: Welch (1947), Satterthwaite (1946). Of an estimate whose standard error is 0 nothing is uncertain, and the
// degrees are the other's; when both are 0 the interval is a point and the degrees are those of equal spreads.
struct WelchDifference {
  double difference = 0;  // later - earlier
  double standard_error = 0;
  double degrees = 0;
};
WelchDifference welch(const MeanEstimate& later, const MeanEstimate& earlier);

Interval welch_interval(const WelchDifference& difference, double confidence);

// One-sided p-value of "the true difference is at most `limit`", as p_above of one mean.
double p_above(const WelchDifference& difference, double limit);

}  // namespace tracetax
