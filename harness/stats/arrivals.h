#pragma once
// Is a stream of arrivals the one that was asked for?

#include <span>

namespace tracetax {

// Standard deviation ÷ mean of the gaps between arrivals: 0 for an even stream, 1 for a Poisson stream. At least two
// gaps (ensured), whose mean is above 0.
double coefficient_of_variation(std::span<const double> gaps);

struct GoodnessOfFit {
  double distance = 0;  // Kolmogorov and Smirnov's D: largest difference of the two distribution functions
  double p = 1;         // of a distance at least as large, if the gaps were what is asked for
};

// Kolmogorov-Smirnov test of the gaps against the exponential distribution with a known mean, which is what a Poisson
// process has. The p-value is Kolmogorov's asymptotic series with Stephens' (1970) correction of the distance for small
// samples, √n + 0.12 + 0.11 / √n. At least one gap, mean above 0 (ensured).
GoodnessOfFit exponential_fit(std::span<const double> gaps, double mean);

// P(K > x) of Kolmogorov's distribution, 2 Σ (-1)^(k-1) exp(-2 k² x²).
double kolmogorov_survival(double x);

}  // namespace tracetax
