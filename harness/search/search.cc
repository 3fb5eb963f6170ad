#include "harness/search/search.h"

#include <algorithm>
#include <cmath>

#include "harness/base/ensure.h"

namespace tracetax {
namespace {

bool any_exceeded(const Probe& probe) {
  return std::ranges::any_of(probe.budgets, [](const auto& b) { return b.verdict == Verdict::exceeded; });
}

bool all_within(const Probe& probe) {
  return std::ranges::all_of(probe.budgets, [](const auto& b) { return b.verdict == Verdict::within; });
}

// What single probes decided, whatever the curves say.
struct Bracket {
  std::optional<double> within{};    // the largest value at which all budgets were kept
  std::optional<double> exceeded{};  // the smallest at which one was not
  double not_exceeded = 0;           // the largest below `exceeded`; the range's lower end when there is none
};

Bracket bracket_of(const SearchTerms& terms, std::span<const Probe> probes) {
  Bracket bracket;
  for (const Probe& probe : probes) {
    if (any_exceeded(probe)) bracket.exceeded = std::min(bracket.exceeded.value_or(probe.x), probe.x);
    if (all_within(probe)) bracket.within = std::max(bracket.within.value_or(probe.x), probe.x);
  }
  bracket.not_exceeded = terms.knob.low;
  for (const Probe& probe : probes) {
    if (!bracket.exceeded || probe.x < *bracket.exceeded)
      bracket.not_exceeded = std::max(bracket.not_exceeded, probe.x);
  }
  return bracket;
}

bool probed(std::span<const Probe> probes, double x) {
  return std::ranges::any_of(probes, [x](const Probe& probe) { return probe.x == x; });
}

std::size_t probes_at(std::span<const Probe> probes, double x) {
  return static_cast<std::size_t>(std::ranges::count(probes, x, &Probe::x));
}

// Between what was kept and what was broken, where no line can be drawn.
SearchStep bisect(const SearchTerms& terms, std::span<const Probe> probes, const Bracket& bracket) {
  const double top = bracket.exceeded.value_or(terms.knob.high);
  const double middle = knob_middle(terms.knob, bracket.not_exceeded, top);
  if (middle > bracket.not_exceeded && middle < top) return {middle, "halfway between what was kept and what was not"};
  // Nothing is between them: the lower one again, which was not decided.
  return {probes_at(probes, bracket.not_exceeded) <= probes_at(probes, top) ? bracket.not_exceeded : top,
          "again: not decided yet"};
}

}  // namespace

SearchState state_of(const SearchTerms& terms, std::span<const Probe> probes) {
  ensure(!terms.limits.empty(), "a search is held to a budget");
  SearchState state;
  if (probes.empty()) return state;
  bool all_safe = true;
  double safe = terms.knob.high;
  double crossing = terms.knob.high;
  for (std::size_t b = 0; b < terms.limits.size(); ++b) {
    std::vector<CurvePoint> points;
    for (const Probe& probe : probes) points.push_back({probe.x, probe.budgets.at(b)});
    BudgetCurve curve = curve_of(points, {terms.limits[b], terms.confidence});
    if (curve.safe) {
      safe = std::min(safe, *curve.safe);
    } else {
      all_safe = false;
    }
    if (curve.unsafe) state.unsafe = std::min(state.unsafe.value_or(*curve.unsafe), *curve.unsafe);
    if (curve.crossing) {
      crossing = std::min(crossing, *curve.crossing);
    } else if (!curve.fit) {
      // Told by verdicts: somewhere between them.
      crossing =
          std::min(crossing, curve.unsafe ? knob_middle(terms.knob, curve.safe.value_or(terms.knob.low), *curve.unsafe)
                                          : terms.knob.high);
    } else if (curve.fit->at(terms.knob.high) > terms.limits[b]) {
      crossing = terms.knob.low;
    }
    state.curves.push_back(std::move(curve));
  }
  const Bracket bracket = bracket_of(terms, probes);
  state.falls = bracket.within && bracket.exceeded && *bracket.within > *bracket.exceeded;
  if (all_safe) state.safe = std::min(safe, bracket.exceeded ? bracket.not_exceeded : safe);
  // A single probe's `within` of the highest value is worth as much as a line's.
  if (bracket.within == terms.knob.high && !state.falls) state.safe = terms.knob.high;
  // So is one of the value that is asked about.
  if (terms.asked && bracket.within >= terms.asked && !state.falls)
    state.safe = std::max(state.safe.value_or(*terms.asked), *terms.asked);
  if (bracket.exceeded) state.unsafe = std::min(state.unsafe.value_or(*bracket.exceeded), *bracket.exceeded);
  state.crossing = std::clamp(crossing, terms.knob.low, terms.knob.high);
  return state;
}

double width_of(const SearchTerms& terms, const SearchState& state) {
  if (!state.safe) return 1;
  const double top = state.unsafe.value_or(terms.knob.high);
  return top > *state.safe ? 1 - *state.safe / top : 0;
}

bool confirmed(const SearchTerms& terms, std::span<const Probe> probes, double answer) {
  return std::ranges::any_of(probes, [&](const Probe& probe) {
    const double near = std::max(terms.tolerance / 2 * answer, terms.knob.whole ? 1.0 : 0.0);
    return std::fabs(probe.x - answer) <= near && !any_exceeded(probe);
  });
}

SearchStep next_step(const SearchTerms& terms, std::span<const Probe> probes) {
  const Knob& knob = terms.knob;
  if (terms.asked && probes.empty()) return {*terms.asked, "the value that is asked about"};
  if (probes.empty()) return {knob.high, "the highest value: nothing is to be searched when it keeps the budgets"};
  const SearchState state = state_of(terms, probes);
  if (state.falls) return {{}, {}, SearchEnd::not_monotone};
  if (terms.asked && state.safe >= terms.asked) return {{}, {}, SearchEnd::reaches};
  if (terms.asked && state.unsafe && state.unsafe <= terms.asked) return {{}, {}, SearchEnd::below_asked};
  if (!probed(probes, knob.high)) return {knob.high, "the highest value: how steep is it?"};
  if (state.safe == knob.high) return {{}, {}, SearchEnd::all_within};
  if (!probed(probes, knob.low)) return {knob.low, "the lowest value: is there an answer at all?"};
  const Bracket bracket = bracket_of(terms, probes);
  if (bracket.exceeded == knob.low || (state.unsafe && *state.unsafe <= knob.low && !state.safe))
    return {{}, {}, SearchEnd::none_within};

  const bool sharp =
      state.safe && (width_of(terms, state) <= terms.tolerance ||
                     (knob.whole && knob_floor(knob, *state.safe) + 1 >= state.unsafe.value_or(knob.high)));
  const double answer = state.safe ? knob_floor(knob, *state.safe) : knob.low;
  if (sharp && confirmed(terms, probes, answer)) return {{}, {}, SearchEnd::found};
  if (probes.size() >= terms.most_probes) return {{}, {}, SearchEnd::undecided};
  if (sharp) return {answer, "the answer so far, to confirm it"};

  const bool all_fitted = std::ranges::all_of(state.curves, [](const BudgetCurve& c) { return c.fit.has_value(); });
  const double guess = knob_round(knob, *state.crossing);
  const bool outside = bracket.exceeded && (guess >= *bracket.exceeded || guess < bracket.within.value_or(knob.low));
  if (!all_fitted || outside) return bisect(terms, probes, bracket);
  // In turn where the line crosses the limit and at both sides of it: what is near decides where the line is, what is
  // apart decides how steep, and a curve is followed by its tangent.
  const double reach = terms.tolerance / 2 * guess;
  const auto near = [&](const Probe& probe) { return std::fabs(probe.x - guess) <= 2 * reach; };
  switch (std::ranges::count_if(probes, near) % 3) {
    case 1:
      return {knob_round(knob, guess - reach), "a little below where the line through the probes meets the limit"};
    case 2:
      return {knob_round(knob, guess + reach), "a little above where the line through the probes meets the limit"};
    default:
      return {guess, "where the line through the probes meets the limit"};
  }
}

}  // namespace tracetax
