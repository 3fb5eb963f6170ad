#pragma once
// What judging an overhead (budgets.cc) and judging its growth (compare_results.cc) share. Internal to harness/verdict.

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "harness/results/result.h"

namespace tracetax {

// The change with the sign that makes more of it worse.
constexpr Estimate worse(const Estimate& e, bool higher_is_worse) {
  return higher_is_worse ? e : Estimate{-e.estimate, -e.high, -e.low};
}

// A relative limit on the scale of logarithms, signed as worse() signs. A drop of 100 % or more cannot happen: its
// logarithm is minus infinity, and every drop is below the limit.
double log_limit(double limit, bool higher_is_worse);

// Adds a clause to what is said of a verdict.
void add_detail(std::string& detail, const std::string& clause);

// A verdict that stands for a test with a p-value of "not above the limit".
struct Tested {
  Verdict* verdict;
  std::string* detail;
  double p;
};

// Each `exceeded` that Holm's procedure does not confirm among all of them becomes `inconclusive`. `level_of_share` as
// for holm_rejects(); `what` begins the reason: "above the limit".
void confirm_exceeded(std::span<const Tested> tested, const std::function<double(std::size_t)>& level_of_share,
                      std::string_view what);

}  // namespace tracetax
