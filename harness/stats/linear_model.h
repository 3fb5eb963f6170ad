#pragma once
// A linear model by weighted least squares, for values whose standard errors are known beforehand.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "harness/stats/distributions.h"

namespace tracetax {

// One measured value and what it is explained by.
struct Observation {
  std::vector<double> row{};  // of the model's matrix; as long as in every other observation
  double value = 0;
  double standard_error = 0;  // above 0
};

struct LinearFit {
  std::vector<double> coefficients{};
  std::vector<std::vector<double>>
      covariance{};                  // (XᵀWX)⁻¹, W = 1 ÷ standard error²: the errors taken as they are given
  double chi_squared = 0;            // Σ (residual ÷ standard error)²
  std::size_t residual_degrees = 0;  // observations − columns

  double at(std::span<const double> row) const;
  double standard_error_at(std::span<const double> row) const;  // of the fitted mean, not of a new measurement
};

// Columns that are, as far as `tolerance` of their own length, sums of multiples of columns before them (modified
// Gram-Schmidt with the weights). The first of such a group stays.
std::vector<std::size_t> dependent_columns(std::span<const Observation> observations, double tolerance = 1e-6);

// Empty when there are fewer observations than columns, or dependent columns. Columns may differ by many orders of
// magnitude: each is scaled by its own length.
std::optional<LinearFit> fit_linear(std::span<const Observation> observations);

// P(χ² ≥ x) with that many degrees of freedom > 0: small when the model does not fit.
double chi_squared_tail(double x, double degrees);
// P(F ≥ f), for x = χ² ÷ numerator of errors that were themselves estimated with `denominator` degrees of freedom.
double f_tail(double f, double numerator, double denominator);

}  // namespace tracetax
