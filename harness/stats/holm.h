#pragma once
// Several tests at once.

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace tracetax {

// Holm (1979): which hypotheses are rejected so that the chance of even one false rejection is at most `alpha`. In
// order of their p-values the k-th smallest (from 0) of m must be at most alpha ÷ (m - k); the first that is not ends
// it.
std::vector<bool> holm_rejects(std::span<const double> p_values, double alpha);

// The same with the level of each step given: the k-th smallest must be at most level_of_share(m - k). At a look of a
// group sequential plan that is the look's level for alpha ÷ (m - k) (Ye, Li, Liu & Yao 2013), and the chance of a
// false rejection at any look is at most alpha. The level must not grow with the share.
std::vector<bool> holm_rejects(std::span<const double> p_values,
                               const std::function<double(std::size_t)>& level_of_share);

}  // namespace tracetax
