#pragma once
// Resampling at two levels: a candidate for the interval of a mean that docs/statistics.md found too narrow at the
// sizes a scenario can afford, kept to show that.

#include <cstddef>
#include <cstdint>
#include <span>

#include "harness/base/rng.h"
#include "harness/stats/distributions.h"

namespace tracetax {

// Two-stage bootstrap (Davison & Hinkley 1997, §3.8): as many launches as there are, then within each as many blocks as
// it has, are drawn with replacement, `resamples` times; the interval is the means' type-7 quantiles (the percentile
// method). values (at least one, ensured) and launches have one entry a block; a launch need not be in one piece. The
// same seed gives the same interval.
Interval hierarchical_percentile_interval(std::span<const double> values, std::span<const std::uint32_t> launches,
                                          double confidence, std::size_t resamples, Rng& rng);

}  // namespace tracetax
