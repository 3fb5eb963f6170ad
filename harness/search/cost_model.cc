#include "harness/search/cost_model.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "harness/stats/quantile.h"

namespace tracetax {
namespace {

// The points of one result, made independent and of standard error 1: multiplied by the inverse of the Cholesky factor
// of V = diag(vᵢ) + c · 1 1ᵀ.
std::vector<Observation> whitened(const std::vector<const CostPoint*>& points,
                                  const std::vector<std::size_t>& columns) {
  std::vector<double> variances;
  for (const CostPoint* point : points) variances.push_back(point->standard_error * point->standard_error);
  const double shared = points.size() > 1 ? median_of(variances) : 0;
  const std::size_t n = points.size();
  std::vector<std::vector<double>> factor(n, std::vector<double>(n));
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double rest = i == j ? variances[i] + shared : shared;
      for (std::size_t k = 0; k < j; ++k) rest -= factor[i][k] * factor[j][k];
      factor[i][j] = i == j ? std::sqrt(rest) : rest / factor[j][j];
    }
  }
  std::vector<Observation> out;
  for (std::size_t i = 0; i < n; ++i) {
    Observation o{{}, points[i]->value, 1};
    for (const std::size_t column : columns) o.row.push_back(points[i]->row.at(column));
    for (std::size_t k = 0; k < i; ++k) {
      o.value -= factor[i][k] * out[k].value;
      for (std::size_t c = 0; c < o.row.size(); ++c) o.row[c] -= factor[i][k] * out[k].row[c];
    }
    o.value /= factor[i][i];
    for (double& x : o.row) x /= factor[i][i];
    out.push_back(std::move(o));
  }
  return out;
}

std::vector<Observation> observations_of(std::span<const CostPoint> points, const std::vector<std::size_t>& columns) {
  std::map<std::size_t, std::vector<const CostPoint*>> by_result;
  for (const CostPoint& point : points) {
    if (!point.held_out) by_result[point.result].push_back(&point);
  }
  std::vector<Observation> all;
  for (const auto& [result, of_result] : by_result) {
    for (Observation& o : whitened(of_result, columns)) all.push_back(std::move(o));
  }
  return all;
}

// Columns are judged on the design itself: whether they can be told apart is no question of the noise.
std::vector<Observation> design(std::span<const CostPoint> points, const std::vector<std::size_t>& columns) {
  std::vector<Observation> all;
  for (const CostPoint& point : points) {
    if (point.held_out) continue;
    Observation o{{}, point.value, 1};
    for (const std::size_t column : columns) o.row.push_back(point.row.at(column));
    all.push_back(std::move(o));
  }
  return all;
}

// Blocks, not blocks times arms: the arms of a result were measured in the same ones.
double degrees_of(std::span<const CostPoint> points) {
  std::map<std::size_t, std::size_t> least;
  for (const CostPoint& point : points) {
    if (point.held_out) continue;
    const auto [at, is_new] = least.try_emplace(point.result, point.units);
    at->second = std::min(at->second, point.units);
  }
  double degrees = 0;
  for (const auto& [result, units] : least) degrees += static_cast<double>(units - 1);
  return degrees;
}

// Bytes of calls that are all alike differ in no block: such a point is as certain as the most certain other one, not
// infinitely. Empty: no point has a spread.
std::vector<CostPoint> with_spread(std::span<const CostPoint> points) {
  double smallest = 0;
  for (const CostPoint& p : points) {
    if (!p.held_out && p.standard_error > 0 && (smallest == 0 || p.standard_error < smallest))
      smallest = p.standard_error;
  }
  if (smallest == 0) return {};
  std::vector<CostPoint> out(points.begin(), points.end());
  for (CostPoint& p : out) p.standard_error = std::max(p.standard_error, smallest);
  return out;
}

Interval around(double value, double half) {
  return {value - half, value + half};
}

}  // namespace

CostPrediction CostModel::predict(const CostRow& row, double confidence, double measured_error) const {
  std::vector<double> x;
  for (const CostTerm& term : terms) x.push_back(row.at(term.column));
  const double t = student_t_quantile(1 - (1 - confidence) / 2, degrees);
  const double error = widened * fit.standard_error_at(x);
  CostPrediction prediction;
  prediction.value = fit.at(x);
  prediction.mean = around(prediction.value, t * error);
  prediction.measured = around(prediction.value, t * std::hypot(error, widened * measured_error));
  return prediction;
}

std::optional<CostModel> fit_costs(std::span<const CostPoint> measured, double confidence) {
  const auto usable = [](const CostPoint& p) { return p.held_out || p.units >= 2; };
  if (!std::ranges::all_of(measured, usable)) return std::nullopt;
  const std::vector<CostPoint> points = with_spread(measured);
  if (points.empty()) return std::nullopt;
  CostModel model;
  std::vector<std::size_t> columns{0, 1, 2, 3};
  const auto all_zero = [&](std::size_t column) {
    return std::ranges::all_of(points, [column](const CostPoint& p) { return p.held_out || p.row.at(column) == 0; });
  };
  std::erase_if(columns, [&](std::size_t column) { return column > 0 && all_zero(column); });
  const std::vector<Observation> plan = design(points, columns);
  if (plan.empty()) return std::nullopt;
  std::vector<std::size_t> kept;
  const std::vector<std::size_t> dependent = dependent_columns(plan, collinear_below);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const bool left_out = std::ranges::find(dependent, i) != dependent.end();
    (left_out ? model.collinear : kept).push_back(columns[i]);
  }
  const auto fit = fit_linear(observations_of(points, kept));
  if (!fit || fit->residual_degrees == 0) return std::nullopt;
  model.fit = *fit;
  model.chi_squared = fit->chi_squared;
  model.residual_degrees = fit->residual_degrees;
  model.degrees = degrees_of(points);
  const auto k = static_cast<double>(fit->residual_degrees);
  model.lack_of_fit = f_tail(fit->chi_squared / k, k, model.degrees);
  model.widened = std::max(1.0, std::sqrt(fit->chi_squared / k));
  const double t = student_t_quantile(1 - (1 - confidence) / 2, model.degrees);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    CostTerm term{kept[i], fit->coefficients[i], model.widened * std::sqrt(fit->covariance[i][i]), {}};
    term.interval = around(term.coefficient, t * term.standard_error);
    model.terms.push_back(term);
  }
  return model;
}

}  // namespace tracetax
