#pragma once
// What probes say of one budget: a line through overhead against knob, and where it meets the limit. Pure.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "harness/results/result.h"

namespace tracetax {

// One budget at one value of the knob. Numbers are increases for the worse, on the scale of the budget's limit.
struct BudgetEvidence {
  double overhead = 0;
  double standard_error = 0;  // of `overhead`; 0: the spread is not known, only the verdict counts
  std::size_t units = 0;      // independent ones; below 2 only the verdict counts
  Verdict verdict = Verdict::inconclusive;
};

struct CurvePoint {
  double x = 0;  // of the knob
  BudgetEvidence evidence{};
};

struct CurveTerms {
  double limit = 0;
  double confidence = 0.95;  // each bound fails with (1 − confidence) ÷ 2
};

// overhead = intercept + slope · x, by weighted least squares. A point's variance is max(s², s₀²) ÷ n: s² of its own
// units, s₀² what is usual (the median over the points, divided by that of χ² ÷ degrees). A probe that a busy machine
// disturbed so counts little, and one whose few units agree by chance no more than the others. Where the points lie
// farther from the line than that explains, all variances are multiplied by χ² ÷ degrees (Birge 1932), and while that
// is significant at 5 % (F test) the points farthest from the crossing are left out, as long as some remain on both
// sides: what is fitted is a tangent there.
struct CurveFit {
  double intercept = 0, slope = 0;
  double intercept_error = 0, slope_error = 0, correlation = 0;  // of the two coefficients, with Birge's factor
  double lack_of_fit = 1;                                        // p of the F test; 1: nothing to test
  double degrees = 0;                                            // of the variances, for Student's t
  std::size_t used = 0;                                          // points
  double from = 0, to = 0;                                       // their range

  double at(double x) const { return intercept + slope * x; }
  double error_at(double x) const;
};

struct BudgetCurve {
  std::optional<CurveFit> fit{};     // empty: fewer than two values of the knob with a spread, or none at all
  std::optional<double> crossing{};  // where the line meets the limit; may lie outside the points
  // Fieller (1954): the ends of {x : the interval of the line at x holds the limit}, within [from, to]. `safe`: the
  // largest x whose upper bound is at most the limit; `unsafe`: the smallest whose lower bound is above it. Where the
  // line has none, and without a line, what single points decided. Empty: neither.
  std::optional<double> safe{}, unsafe{};
};

BudgetCurve curve_of(std::span<const CurvePoint> all_points, const CurveTerms& terms);

}  // namespace tracetax
