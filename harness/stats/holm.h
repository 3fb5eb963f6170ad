#pragma once
// Several tests at once.

#include <span>
#include <vector>

namespace tracetax {

// Holm (1979): which hypotheses are rejected so that the chance of even one false rejection is at most `alpha`. In
// order of their p-values the k-th smallest (from 0) of m must be at most alpha ÷ (m - k); the first that is not ends
// it.
std::vector<bool> holm_rejects(std::span<const double> p_values, double alpha);

}  // namespace tracetax
