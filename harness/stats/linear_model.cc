#include "harness/stats/linear_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>

#include "harness/base/ensure.h"

namespace tracetax {
namespace {

using Column = std::vector<double>;

double dot(const Column& a, const Column& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

double length(const Column& a) {
  return std::sqrt(dot(a, a));
}

void subtract(Column& from, const Column& direction, double times) {
  for (std::size_t i = 0; i < from.size(); ++i) from[i] -= times * direction[i];
}

// Columns of W^½ X.
std::vector<Column> weighted_columns(std::span<const Observation> observations) {
  std::vector<Column> columns(observations.empty() ? 0 : observations.front().row.size());
  for (const Observation& o : observations) {
    ensure(o.standard_error > 0 && o.row.size() == columns.size(), "an observation has a row and a standard error");
    for (std::size_t k = 0; k < columns.size(); ++k) columns[k].push_back(o.row[k] / o.standard_error);
  }
  return columns;
}

// X = Q R with Q's columns of length 1. A column of which less than `tolerance` is left is in `dependent`, and nothing
// in Q and R.
struct Factors {
  std::vector<Column> q{};
  std::vector<Column> r{};  // r[j][k] for k <= j: column j of R
  std::vector<std::size_t> dependent{};
};

Factors factorise(std::vector<Column> columns, double tolerance) {
  Factors factors;
  for (std::size_t j = 0; j < columns.size(); ++j) {
    Column& column = columns[j];
    const double whole = length(column);
    Column r(factors.q.size() + 1);
    // Twice: the first pass leaves rounding errors along nearly parallel columns (Giraud et al. 2005).
    for (int pass = 0; pass < 2; ++pass) {
      for (std::size_t k = 0; k < factors.q.size(); ++k) {
        const double along = dot(factors.q[k], column);
        r[k] += along;
        subtract(column, factors.q[k], along);
      }
    }
    const double rest = length(column);
    if (!(rest > tolerance * whole)) {
      factors.dependent.push_back(j);
      continue;
    }
    for (double& x : column) x /= rest;
    r.back() = rest;
    factors.q.push_back(std::move(column));
    factors.r.push_back(std::move(r));
  }
  return factors;
}

// Solves R x = b, R upper triangular.
Column solve(const std::vector<Column>& r, const Column& b) {
  Column x(b.size());
  for (std::size_t i = b.size(); i-- > 0;) {
    double rest = b[i];
    for (std::size_t k = i + 1; k < b.size(); ++k) rest -= r[k][i] * x[k];
    x[i] = rest / r[i][i];
  }
  return x;
}

}  // namespace

double LinearFit::at(std::span<const double> row) const {
  ensure(row.size() == coefficients.size(), "a row has an entry for each coefficient");
  return std::inner_product(row.begin(), row.end(), coefficients.begin(), 0.0);
}

double LinearFit::standard_error_at(std::span<const double> row) const {
  ensure(row.size() == coefficients.size(), "a row has an entry for each coefficient");
  double variance = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    for (std::size_t k = 0; k < row.size(); ++k) variance += row[i] * covariance[i][k] * row[k];
  }
  return std::sqrt(std::max(variance, 0.0));
}

std::vector<std::size_t> dependent_columns(std::span<const Observation> observations, double tolerance) {
  return factorise(weighted_columns(observations), tolerance).dependent;
}

std::optional<LinearFit> fit_linear(std::span<const Observation> observations) {
  constexpr double rounding = 1e-9;
  const std::vector<Column> columns = weighted_columns(observations);
  if (columns.empty() || observations.size() < columns.size()) return std::nullopt;
  const Factors factors = factorise(columns, rounding);
  if (!factors.dependent.empty()) return std::nullopt;

  Column values;
  for (const Observation& o : observations) values.push_back(o.value / o.standard_error);
  Column residual = values;
  Column projected;
  for (const Column& q : factors.q) {
    projected.push_back(dot(q, residual));
    subtract(residual, q, projected.back());
  }
  LinearFit fit;
  fit.coefficients = solve(factors.r, projected);
  fit.chi_squared = dot(residual, residual);
  fit.residual_degrees = observations.size() - columns.size();
  // (RᵀR)⁻¹ = R⁻¹ R⁻ᵀ, by columns of R⁻¹.
  const std::size_t n = columns.size();
  std::vector<Column> inverse;
  for (std::size_t k = 0; k < n; ++k) {
    Column unit(n);
    unit[k] = 1;
    inverse.push_back(solve(factors.r, unit));
  }
  fit.covariance.assign(n, std::vector<double>(n));
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      for (const Column& column : inverse) fit.covariance[i][j] += column[i] * column[j];
    }
  }
  return fit;
}

double chi_squared_tail(double x, double degrees) {
  return boost::math::cdf(boost::math::complement(boost::math::chi_squared(degrees), std::max(x, 0.0)));
}

double f_tail(double f, double numerator, double denominator) {
  return boost::math::cdf(boost::math::complement(boost::math::fisher_f(numerator, denominator), std::max(f, 0.0)));
}

}  // namespace tracetax
