#pragma once
// What `tracetax tune` found, as values (schema "tracetax.tune/1", docs/tune.md). Reports are functions of this and
// nothing else.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/results/result.h"

namespace tracetax {

// One experiment at one value of the knob.
struct TunePoint {
  std::string folder{};  // of its result, relative to the report's
  std::string value{};   // as the scenario was told
  double x = 0;          // the number in it: durations in ns, rates per second, sizes in bytes
  std::string why{};     // it was made
  bool reused = false;   // it was there already
  std::uint32_t blocks = 0;
  Nanos duration{};
  std::vector<BudgetResult> budgets{};    // in the order of TuneSearch::curves
  std::vector<double> standard_errors{};  // of the budgets' estimates; 0: not known
};

// One budget over all probes.
struct TuneCurve {
  std::string metric;
  std::string service{};
  Phase phase = Phase::blocks;
  double limit = 0;
  bool relative = false;
  bool fitted = false;  // false: it is told by the probes' verdicts alone, and the next five are 0
  double intercept = 0, slope = 0;
  double intercept_error = 0, slope_error = 0;  // standard errors
  double lack_of_fit = 1;                       // p of the F test of the line
  std::uint32_t used = 0;                       // probes that the line goes through
  // Of the knob: where the line meets the limit, and between which values that is.
  std::optional<double> crossing{}, safe{}, unsafe{};
};

struct TuneSearch {
  std::string rate{};  // of the load, where the search is one of several (--rates)
  // "found", "all within", "none within", "undecided", "not monotone", "not valid", "max time", "interrupted"; where a
  // value was asked about: "reaches", "below"
  std::string end{};
  std::optional<double> asked{};           // about which value
  std::string answer{};                    // the largest value known to keep all budgets; empty: none
  std::optional<double> x{};               // the number in it
  std::optional<double> crossing{};        // the best guess of the largest value
  std::optional<double> safe{}, unsafe{};  // it is between these; empty `unsafe`: the range's end may be within
  bool confirmed = false;  // a probe near the answer did not break a budget; else it is a point of a line alone
  double width = 1;        // 1 − safe ÷ unsafe
  std::vector<TuneCurve> curves{};
  std::vector<TunePoint> points{};  // in the order in which they were measured
  Nanos duration{};                 // of the probes, reused ones included
  Nanos needed{};                   // more of it, about, to come to the tolerance, or to half the width; 0: not known
  std::vector<std::string> failures{};  // of probes that were not valid, by folder; they are made again twice
};

struct TuneReport {
  std::string name;  // of the scenario
  std::string scenario_file;
  std::string knob;
  std::string arm{};      // whose overhead it is; empty: every treatment's
  std::string low, high;  // of the range
  std::string unit{};     // of x: "", "ns", "per_s", "bytes"
  double tolerance = 0.2;
  double confidence = 0.95;
  std::int64_t started_at_unix_s = 0;
  std::string load_description{};
  Environment environment{};
  std::vector<TuneSearch> searches{};
  std::vector<std::string> notes{};
};

std::string write_tune_json(const TuneReport&);

// 4 when a search is not valid, else 130 when one was interrupted, 1 when at one the lowest value, or the one that
// was asked about, breaks a budget, 3 when one is not decided, 0: all have their answer.
int exit_code(const TuneReport&);

}  // namespace tracetax
