#pragma once
// The level of each segment of a series, and how far one lies above the one before.

#include <cstddef>
#include <span>
#include <vector>

#include "harness/stats/change_points.h"
#include "harness/stats/distributions.h"

namespace tracetax {

struct SegmentLevel {
  std::size_t begin = 0, end = 0;  // of the series: [begin, end)
  double level = 0, standard_error = 0;
};

struct SegmentLevels {
  double between = 0;  // spread_between() of the series
  double degrees = 0;  // of freedom, of all standard errors: results − segments
  std::vector<SegmentLevel> segments{};

  Interval interval(std::size_t segment, double confidence) const;
  // Of segment `later` (from 1) above the one before: the difference, and its interval by Student's t.
  double step(std::size_t later) const;
  Interval step_interval(std::size_t later, double confidence) const;
};

// `begins` as optimal_partition() gives them, fewer segments than values (ensured). Huber's M-estimate with the
// constant 1.345 (95 % as precise as the mean where the values are normal): an outlier moves a level no further than a
// value 1.345 of its own spreads (standard error and spread_between) away. The errors are those of Huber (1981), §7.6,
// with one factor for the whole series: it makes up for standard errors that are too small or too large together.
SegmentLevels segment_levels(std::span<const SeriesValue> series, std::span<const std::size_t> begins);

}  // namespace tracetax
