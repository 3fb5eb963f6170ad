#pragma once
// Two results of one scenario: may they be compared, and did the overhead grow by more than one change may add? Pure.

#include <string>
#include <vector>

#include "harness/results/growth.h"
#include "harness/results/result.h"

namespace tracetax {

struct CompareTerms {
  double allow = 0.5;  // share of a budget's limit by which the overhead may grow at once
  bool force = false;  // also when the machines are of different classes
};

// Why the two must not be compared, each with what to do about it; empty: they may be. A different class of machine
// (CPU, cores, kind of build) can be forced, a different scenario or method cannot.
std::vector<std::string> reasons_not_to_compare(const Result& baseline, const Result& later, const CompareTerms& terms);

// Of results that may be compared. Differences of differences, with Welch's t interval; each budget of `later` is
// judged on its growth, `exceeded` after Holm's correction over all of them (docs/statistics.md, "Growth held to a
// budget").
GrowthReport compare_results(const Result& baseline, const Result& later, const CompareTerms& terms);

// As exit_code of a result: 0 within, 1 exceeded, 3 inconclusive, 4 one of the two is not valid.
int exit_code(const GrowthReport& report);

}  // namespace tracetax
