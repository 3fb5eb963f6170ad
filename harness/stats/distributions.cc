#include "harness/stats/distributions.h"

#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>

#include "harness/base/ensure.h"

namespace tracetax {

double incomplete_beta(double a, double b, double x) {
  return boost::math::ibeta(a, b, x);
}
double incomplete_beta_inverse(double a, double b, double p) {
  return boost::math::ibeta_inv(a, b, p);
}

double student_t_cdf(double t, double degrees) {
  return boost::math::cdf(boost::math::students_t(degrees), t);
}
double student_t_quantile(double p, double degrees) {
  return boost::math::quantile(boost::math::students_t(degrees), p);
}

Interval clopper_pearson(std::uint64_t hits, std::uint64_t n, double confidence) {
  ensure(hits <= n && confidence > 0 && confidence < 1, "a proportion is of at most all, with a confidence in (0, 1)");
  const double tail = (1 - confidence) / 2;
  const auto k = static_cast<double>(hits);
  const auto misses = static_cast<double>(n - hits);
  return {hits == 0 ? 0.0 : incomplete_beta_inverse(k, misses + 1, tail),
          hits == n ? 1.0 : incomplete_beta_inverse(k + 1, misses, 1 - tail)};
}

}  // namespace tracetax
