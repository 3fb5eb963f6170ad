#pragma once
// Looking at an experiment before its planned end: how much of the permitted error each look may use, so that all of
// them together use no more than a single look would. Everything here is one-sided and for a standard normal statistic;
// its levels are used on Student's t by the significance-level approach (Jennison & Turnbull 2000, §3.3): at a look the
// interval is student_interval with confidence 1 - 2 · level. All looks' intervals together hold the true value with
// probability 1 - 2 · alpha (repeated confidence intervals, Jennison & Turnbull 1989), so any rule may stop on them.
// docs/statistics.md has the simulation that says how far that holds for few blocks and heavy tails.

#include <span>
#include <vector>

namespace tracetax {

// Cumulative error that may be spent when `fraction` in (0, 1] of the planned information is there: alpha · fraction²,
// Kim & DeMets (1987), power family; between the shapes of Pocock and of O'Brien & Fleming.
double spent_alpha(double alpha, double fraction);

// Nominal level of each look, such that a standard Brownian motion seen at `fractions` (strictly ascending, in (0, 1])
// has crossed any of the looks' boundaries with probability cumulative_spent[k] (ascending, in [0, 1)) after look k:
// the recursive integration of Armitage, McPherson & Rowe (1969), with boundaries by spending as in Lan & DeMets
// (1983). A look that spends nothing has level 0.
std::vector<double> nominal_levels(std::span<const double> fractions, std::span<const double> cumulative_spent);

// The inverse: cumulative probability of having crossed one of the boundaries, given on the scale of the normal
// statistic B(fraction) ÷ √fraction, after each look.
std::vector<double> crossing_probabilities(std::span<const double> fractions, std::span<const double> z_boundaries);

// Planned looks as shares of the largest number of units, strictly ascending. The last is 1, or less when the
// experiment was cut short.
struct LookPlan {
  std::vector<double> fractions;
};
// Levels of all its looks, the last one final.
std::vector<double> look_levels(double alpha, const LookPlan& plan);

// Level of the newest look, the looks before it having been at the fractions before the last. `last`: the look is
// final for a reason that has nothing to do with the data (the plan's end, the clock); all that is left is spent. A
// single look that is final has exactly `alpha`.
double look_level(double alpha, std::span<const double> fractions_so_far, bool last);

}  // namespace tracetax
