#pragma once
// Distribution functions and the interval of a proportion. The special functions are Boost.Math's.

#include <cstdint>

namespace tracetax {

struct Interval {
  double low = 0, high = 0;
  double half_width() const { return (high - low) / 2; }
  bool contains(double x) const { return low <= x && x <= high; }
};

// Regularised incomplete beta function I_x(a, b), a, b > 0, x in [0, 1] (DLMF 8.17.2), and its inverse in x.
double incomplete_beta(double a, double b, double x);
double incomplete_beta_inverse(double a, double b, double p);

// Student's t with `degrees` > 0 degrees of freedom.
double student_t_cdf(double t, double degrees);
double student_t_quantile(double p, double degrees);  // p in (0, 1)

// Exact interval of a proportion from `hits` among `n` independent draws: Clopper & Pearson (1934), each tail at most
// (1 - confidence) / 2. Wider than needed, never narrower. n = 0 gives [0, 1]; hits above n are ensured against.
Interval clopper_pearson(std::uint64_t hits, std::uint64_t n, double confidence);

}  // namespace tracetax
