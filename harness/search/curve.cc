#include "harness/search/curve.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>

#include "harness/stats/linear_model.h"
#include "harness/stats/quantile.h"

namespace tracetax {
namespace {

constexpr double significance = 0.05;

bool has_spread(const CurvePoint& point) {
  return point.evidence.units >= 2 && point.evidence.standard_error > 0;
}

double unit_variance(const CurvePoint& point) {
  return static_cast<double>(point.evidence.units) * point.evidence.standard_error * point.evidence.standard_error;
}

double degrees_of(const CurvePoint& point) {
  return static_cast<double>(point.evidence.units - 1);
}

// Of one unit, in a usual point.
struct Spread {
  double variance = 0, degrees = 0;
};

Spread usual(std::span<const CurvePoint> points) {
  Spread spread;
  std::vector<double> variances;
  for (const CurvePoint& point : points) {
    // Wilson & Hilferty (1931): the median of χ² ÷ ν.
    variances.push_back(unit_variance(point) / std::pow(1 - 2 / (9 * degrees_of(point)), 3));
    spread.degrees += degrees_of(point);
  }
  spread.variance = median_of(variances);
  return spread;
}

std::optional<CurveFit> line_through(std::span<const CurvePoint> points, const Spread& spread) {
  std::vector<Observation> observations;
  CurveFit fit;
  fit.from = fit.to = points.empty() ? 0 : points.front().x;
  for (const CurvePoint& point : points) {
    const double variance = std::max(unit_variance(point), spread.variance);
    const double error = std::sqrt(variance / static_cast<double>(point.evidence.units));
    observations.push_back({{1, point.x}, point.evidence.overhead, error});
    fit.from = std::min(fit.from, point.x);
    fit.to = std::max(fit.to, point.x);
  }
  const auto linear = fit_linear(observations);
  if (!linear) return std::nullopt;
  double birge = 1;
  if (linear->residual_degrees > 0) {
    const double f = linear->chi_squared / static_cast<double>(linear->residual_degrees);
    birge = std::max(1.0, std::sqrt(f));
    fit.lack_of_fit = f_tail(f, static_cast<double>(linear->residual_degrees), spread.degrees);
  }
  fit.intercept = linear->coefficients[0];
  fit.slope = linear->coefficients[1];
  const auto& covariance = linear->covariance;
  fit.correlation = covariance[0][1] / std::sqrt(covariance[0][0] * covariance[1][1]);
  fit.intercept_error = birge * std::sqrt(covariance[0][0]);
  fit.slope_error = birge * std::sqrt(covariance[1][1]);
  fit.degrees = spread.degrees;
  fit.used = points.size();
  return fit;
}

double crossing_of(const CurveFit& fit, double limit) {
  return (limit - fit.intercept) / fit.slope;
}

// Without the points at the value that is farthest from the crossing, where others remain on its side. False: none can
// go.
bool drop_farthest(std::vector<CurvePoint>& points, double crossing) {
  std::set<double> below;
  std::set<double> above;
  for (const CurvePoint& point : points) (point.x <= crossing ? below : above).insert(point.x);
  if (below.size() + above.size() <= 2) return false;
  std::optional<double> farthest;
  const auto offer = [&](double x) {
    if (!farthest || std::fabs(x - crossing) > std::fabs(*farthest - crossing)) farthest = x;
  };
  if (below.size() > 1 || (below.size() == 1 && above.empty())) offer(*below.begin());
  if (above.size() > 1 || (above.size() == 1 && below.empty())) offer(*above.rbegin());
  if (!farthest) return false;
  std::erase_if(points, [&](const CurvePoint& point) { return point.x == *farthest; });
  return true;
}

// Ends of {x in [from, to] : sign · (line(x) − limit) + t · error(x) <= 0}. The left side is convex in x, so the set is
// an interval; its ends are found by bisection on either side of its lowest point.
std::optional<Interval> where_below(const CurveFit& fit, double limit, double sign, double t) {
  const auto side = [&](double x) { return sign * (fit.at(x) - limit) + t * fit.error_at(x); };
  double left = fit.from;
  double right = fit.to;
  for (int i = 0; i < 200; ++i) {
    const double third = (right - left) / 3;
    (side(left + third) < side(right - third) ? right : left) +=
        (side(left + third) < side(right - third) ? -third : third);
  }
  double lowest = (left + right) / 2;
  for (const double end : {fit.from, fit.to}) {
    if (side(end) < side(lowest)) lowest = end;
  }
  if (side(lowest) > 0) return std::nullopt;
  const auto edge = [&](double outside) {
    if (side(outside) <= 0) return outside;
    double inside = lowest;
    for (int i = 0; i < 200; ++i) {
      const double middle = (inside + outside) / 2;
      (side(middle) <= 0 ? inside : outside) = middle;
    }
    return inside;
  };
  return Interval{edge(fit.from), edge(fit.to)};
}

}  // namespace

double CurveFit::error_at(double x) const {
  const double a = intercept_error;
  const double b = slope_error * x;
  return std::sqrt(std::max(a * a + 2 * correlation * a * b + b * b, 0.0));
}

BudgetCurve curve_of(std::span<const CurvePoint> all_points, const CurveTerms& terms) {
  BudgetCurve curve;
  // A probe that was cut short before its second block says nothing of the budget.
  std::vector<CurvePoint> points;
  std::ranges::copy_if(all_points, std::back_inserter(points), [](const CurvePoint& point) {
    return point.evidence.units >= 2 || point.evidence.verdict != Verdict::inconclusive;
  });
  std::vector<CurvePoint> fitted;
  std::ranges::copy_if(points, std::back_inserter(fitted), has_spread);
  // What has no spread can only be told by its verdicts, and a line would leave it out.
  if (fitted.size() == points.size() && !points.empty()) {
    const Spread spread = usual(fitted);
    curve.fit = line_through(fitted, spread);
    while (curve.fit && curve.fit->lack_of_fit < significance && curve.fit->slope > 0) {
      if (!drop_farthest(fitted, crossing_of(*curve.fit, terms.limit))) break;
      curve.fit = line_through(fitted, spread);
    }
  }
  if (curve.fit) {
    const CurveFit& fit = *curve.fit;
    const double t = student_t_quantile(1 - (1 - terms.confidence) / 2, fit.degrees);
    if (fit.slope > 0) curve.crossing = crossing_of(fit, terms.limit);
    if (const auto below = where_below(fit, terms.limit, 1, t)) curve.safe = below->high;
    if (const auto above = where_below(fit, terms.limit, -1, t)) curve.unsafe = above->low;
  }
  // Not the better of line and points: two chances to be wrong are more than one.
  std::optional<double> within;
  std::optional<double> exceeded;
  for (const CurvePoint& point : points) {
    if (point.evidence.verdict == Verdict::within) within = std::max(within.value_or(point.x), point.x);
    if (point.evidence.verdict == Verdict::exceeded) exceeded = std::min(exceeded.value_or(point.x), point.x);
  }
  if (!curve.safe) curve.safe = within;
  if (!curve.unsafe) curve.unsafe = exceeded;
  return curve;
}

}  // namespace tracetax
