#pragma once
// The largest value of a knob that keeps all budgets: which probe is next, and what those so far say. Pure: the same
// probes give the same step, so a search can be resumed by replaying it. docs/tune.md has the reasoning, tests/
// statistics/search what it is worth.
//
// Assumed: the overhead of each budget does not fall while the knob rises. Each probe is an experiment of its own.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/search/curve.h"
#include "harness/search/knob.h"

namespace tracetax {

struct Probe {
  double x = 0;
  std::vector<BudgetEvidence> budgets{};  // in the order of SearchTerms::limits
};

struct SearchTerms {
  Knob knob{};
  std::vector<double> limits{};  // at least one
  double tolerance = 0.2;        // the search ends when the answer is at most this share below what may be possible
  double confidence = 0.95;
  std::size_t most_probes = 24;
  std::optional<double> asked{};  // the search ends when it is known on which side of this the largest value is
};

// What the probes so far say of all budgets together: of each number the smallest over the budgets.
struct SearchState {
  std::vector<BudgetCurve> curves{};
  std::optional<double> crossing{};  // the best guess of the largest value
  // The largest value is between them, each end failing with (1 − confidence) ÷ 2. safe: empty: not even the lowest
  // value is known to keep all budgets. unsafe: empty: the highest is not known to break one.
  std::optional<double> safe{}, unsafe{};
  bool falls = false;  // a lower value breaks a budget that a higher one keeps: the assumption does not hold
};
SearchState state_of(const SearchTerms& terms, std::span<const Probe> probes);

// How far the largest value may still lie above the safe one, as a share of it: 1 − safe ÷ unsafe. 1: nothing is known.
double width_of(const SearchTerms& terms, const SearchState& state);

// The answer is more than a point of a line: a probe within half the tolerance of it did not break a budget.
bool confirmed(const SearchTerms& terms, std::span<const Probe> probes, double answer);

enum class SearchEnd {
  found,         // `safe` keeps all budgets, and no value more than the tolerance above it does
  all_within,    // the highest value keeps all budgets
  none_within,   // the lowest value breaks one
  reaches,       // `asked` keeps all budgets
  below_asked,   // it breaks one
  undecided,     // most_probes
  not_monotone,  // see SearchState::falls
};

struct SearchStep {
  std::optional<double> probe{};  // the next value; empty: it is over
  std::string why{};              // of the probe, for people
  SearchEnd end = SearchEnd::undecided;
};
SearchStep next_step(const SearchTerms& terms, std::span<const Probe> probes);

}  // namespace tracetax
