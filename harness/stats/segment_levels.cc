#include "harness/stats/segment_levels.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/base/ensure.h"
#include "harness/stats/quantile.h"

namespace tracetax {
namespace {

double square(double x) {
  return x * x;
}

struct Spread {
  std::vector<double> each{};  // of each value, all in
  double bend = 1.345;         // in spreads: from there on a value pulls no harder
};

// Where a value has no spread at all none can be told from the others: all weigh the same, and the mean it is.
Spread spread_of(std::span<const SeriesValue> series, double between) {
  Spread spread;
  for (const SeriesValue& v : series) spread.each.push_back(std::hypot(v.standard_error, between));
  if (std::ranges::any_of(spread.each, [](double s) { return s == 0; }))
    spread = {std::vector<double>(series.size(), 1.0), std::numeric_limits<double>::infinity()};
  return spread;
}

// Reweighted least squares from the median; it converges, as the function that it makes least is convex.
double level_of(std::span<const SeriesValue> series, const Spread& spread, std::size_t begin, std::size_t end) {
  std::vector<double> values;
  for (std::size_t i = begin; i < end; ++i) values.push_back(series[i].value);
  double level = median_of(values);
  for (int round = 0; round < 200; ++round) {
    double weights = 0;
    double step = 0;
    for (std::size_t i = begin; i < end; ++i) {
      const double distance = std::fabs(series[i].value - level) / spread.each[i];
      const double weight = (distance > spread.bend ? spread.bend / distance : 1) / square(spread.each[i]);
      weights += weight;
      step += weight * (series[i].value - level);
    }
    step /= weights;
    level += step;
    if (std::fabs(step) <= 1e-12 * std::fabs(level)) break;
  }
  return level;
}

// Huber (1981), §7.6: K² · [Σψ² ÷ (n − p)] ÷ [mean ψ']², with K = 1 + p ÷ n · (1 − m) ÷ m for ψ' that is 1 with the
// frequency m and else 0.
double variance_factor(std::span<const SeriesValue> series, const Spread& spread, const SegmentLevels& levels) {
  double squares = 0;
  double inside = 0;
  for (const SegmentLevel& segment : levels.segments) {
    for (std::size_t i = segment.begin; i < segment.end; ++i) {
      const double distance = std::fabs(series[i].value - segment.level) / spread.each[i];
      squares += square(std::min(distance, spread.bend));
      if (distance <= spread.bend) ++inside;
    }
  }
  const auto n = static_cast<double>(series.size());
  const double share = std::max(inside, 1.0) / n;
  const double small_sample = 1 + static_cast<double>(levels.segments.size()) / n * (1 - share) / share;
  return square(small_sample / share) * squares / levels.degrees;
}

}  // namespace

Interval SegmentLevels::interval(std::size_t segment, double confidence) const {
  const SegmentLevel& s = segments.at(segment);
  const double half = student_t_quantile(1 - (1 - confidence) / 2, degrees) * s.standard_error;
  return {s.level - half, s.level + half};
}

double SegmentLevels::step(std::size_t later) const {
  return segments.at(later).level - segments.at(later - 1).level;
}

Interval SegmentLevels::step_interval(std::size_t later, double confidence) const {
  const double error = std::hypot(segments.at(later).standard_error, segments.at(later - 1).standard_error);
  const double half = student_t_quantile(1 - (1 - confidence) / 2, degrees) * error;
  return {step(later) - half, step(later) + half};
}

SegmentLevels segment_levels(std::span<const SeriesValue> series, std::span<const std::size_t> begins) {
  ensure(series.size() > begins.size() + 1, "levels need more values than segments");
  SegmentLevels levels;
  levels.between = spread_between(series);
  levels.degrees = static_cast<double>(series.size() - begins.size() - 1);
  const Spread spread = spread_of(series, levels.between);
  std::size_t begin = 0;
  for (std::size_t k = 0; k <= begins.size(); ++k) {
    const std::size_t end = k < begins.size() ? begins[k] : series.size();
    ensure(end > begin && end <= series.size(), "segments follow one another");
    levels.segments.push_back({begin, end, level_of(series, spread, begin, end), 0});
    begin = end;
  }
  const double factor = variance_factor(series, spread, levels);
  for (SegmentLevel& segment : levels.segments) {
    double weights = 0;
    for (std::size_t i = segment.begin; i < segment.end; ++i) weights += 1 / square(spread.each[i]);
    segment.standard_error = std::sqrt(factor / weights);
  }
  return levels;
}

}  // namespace tracetax
