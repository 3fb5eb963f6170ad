#pragma once
// The mean of block differences, and how far it can be trusted. A block is one independent repetition of the
// comparison; blocks that share a launch of the processes share its luck and count as one where launches repeat.
// docs/statistics.md has the simulation that chose the method.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "harness/base/rng.h"
#include "harness/stats/distributions.h"

namespace tracetax {

// Values that may be treated as independent: the launches' means, when there are at least two launches and fewer than
// blocks; else the values themselves. values and launches have one entry a block.
std::vector<double> independent_units(std::span<const double> values, std::span<const std::uint32_t> launches);

// Of at least two units (ensured).
struct MeanEstimate {
  double mean = 0;
  double standard_error = 0;  // of the mean; 0 when all units are equal
  std::size_t units = 0;
  double degrees() const { return static_cast<double>(units - 1); }
};
MeanEstimate estimate_mean(std::span<const double> units);

// mean ± t(1 - (1 - confidence) / 2, n - 1) · standard error (Student 1908). The default.
Interval student_interval(const MeanEstimate& estimate, double confidence);

// Studentised bootstrap (Efron & Tibshirani 1993, §12.5): the units are drawn `resamples` times with replacement,
// t* = (mean* - mean) / standard error*; the interval is mean - t*(type-7 quantiles at the far tails) · standard error.
// A draw of n equal units has no t* and is drawn again. The same seed gives the same interval.
Interval bootstrap_t_interval(std::span<const double> units, double confidence, std::size_t resamples, Rng& rng);

// One-sided p-value of "the true mean is at most `limit`", by Student's t: small when the data say that it is above.
double p_above(const MeanEstimate& estimate, double limit);

// About how many units until Student's half width falls to `distance`, the spread staying as it is. 0 when `distance`
// is 0 or more than 100,000 would be needed: not to be known.
std::size_t units_needed(const MeanEstimate& estimate, double confidence, double distance);

}  // namespace tracetax
