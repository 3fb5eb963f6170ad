#pragma once
// What a call's tracing costs, by what tracing does in it: c₀ + Σ cᵢ · xᵢ over spans started, spans sampled and bytes
// exported per call. Pure; docs/model.md has the reasoning.

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/stats/linear_model.h"

namespace tracetax {

// Columns of the model, in this order.
inline constexpr std::array<std::string_view, 4> cost_terms{"each call", "span started", "span sampled",
                                                            "byte exported"};
using CostRow = std::array<double, 4>;  // the first is 1

// One treatment of one result.
struct CostPoint {
  std::size_t result = 0;  // treatments of one result share its control
  CostRow row{1, 0, 0, 0};
  double value = 0;  // treatment − control
  double standard_error = 0;
  std::size_t units = 0;  // that the error was estimated from, at least 2
  bool held_out = false;
};

struct CostTerm {
  std::size_t column = 0;  // of cost_terms
  double coefficient = 0, standard_error = 0;
  Interval interval{};
};

// Of a value that is not in the fit. `mean`: of the cost itself; `measured`: where a measurement with this standard
// error would lie.
struct CostPrediction {
  double value = 0;
  Interval mean{}, measured{};
};

struct CostModel {
  std::vector<CostTerm> terms{};
  std::vector<std::size_t> collinear{};  // columns that go with the others: left out, their cost is in those
  double chi_squared = 0;
  std::size_t residual_degrees = 0;
  double lack_of_fit = 1;  // p of the F test
  double widened = 1;      // Birge's factor, which the errors have been multiplied by
  double degrees = 0;      // of Student's t
  LinearFit fit{};         // in the order of `terms`, errors not yet widened

  CostPrediction predict(const CostRow& row, double confidence, double measured_error = 0) const;
};

// Generalised least squares over the points that are not held out. Differences to one control share its noise, how much
// of theirs that is a result does not say: taken are V = diag(vᵢ) + c · 1 1ᵀ within a result, c the median of its vᵢ,
// which is at least the true covariance whatever the control's part is (V minus it is positive semidefinite). So no
// interval is too narrow; that of the constant may be 1.4 times too wide. Empty: no point more than columns that can
// be told apart, so that nothing would be left to test the fit with, or no spread at all.
std::optional<CostModel> fit_costs(std::span<const CostPoint> measured, double confidence);

// A column is collinear when less than this share of its length is not explained by the others before it (a variance
// inflation of 100).
inline constexpr double collinear_below = 0.1;

}  // namespace tracetax
