#pragma once
// Locations of a sample. All take at least one value (ensured) and none that is NaN.

#include <cstddef>
#include <span>

namespace tracetax {

// Hyndman & Fan (1996) type 7, the default of R and NumPy: linear interpolation between order statistics, with
// h = (n - 1) p from 0. `sorted` ascending, p in [0, 1]. This is the quantile of every latency metric.
double quantile_of_sorted(std::span<const double> sorted, double p);

// The plain order statistic of rank ceil(n p), at least 1: a value that did occur, as HdrHistogram's percentiles are.
double order_statistic_of_sorted(std::span<const double> sorted, double p);

// Ranks (from 1) of the order statistics of n independent values between which the true p-quantile lies with at least
// this confidence, each tail at most (1 - confidence) / 2: the exact interval by the binomial distribution, of whatever
// distribution the values are (Conover 1999, Practical Nonparametric Statistics, §3.2). low 0: below all values;
// high n + 1: above all of them. p and confidence in (0, 1).
struct RankInterval {
  std::size_t low = 0, high = 0;
};
RankInterval quantile_ranks(std::size_t n, double p, double confidence);

double mean_of(std::span<const double> values);
double median_of(std::span<const double> values);  // type 7 at 0.5

// Mean without the lowest and highest floor(n × share) values. Wilcox (2012), §3.1.1; share in [0, 0.5).
double trimmed_mean_of_sorted(std::span<const double> sorted, double share = 0.05);

}  // namespace tracetax
