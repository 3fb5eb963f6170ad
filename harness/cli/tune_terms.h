#pragma once
// What a `tracetax tune` is asked: the knob, its range, and what every probe is told.

#include <string>
#include <vector>

#include "harness/cli/commands.h"
#include "harness/scenario/scenario.h"
#include "harness/search/knob.h"

namespace tracetax::cli {

struct TuneTerms {
  Knob knob{};
  std::string arm{};                    // that the knob belongs to; empty: it is nobody's own
  std::vector<std::string> sets{};      // of every probe: what is left out of the scenario for the search
  std::vector<std::string> left_out{};  // the same in words
};

// Throws std::invalid_argument saying what is wrong and what to do about it: no sampler ratio, or several, to choose
// from; a range that is none; no budget.
TuneTerms tune_terms(const TuneArguments& arguments, const Scenario& scenario);

// The budget as a scenario writes it, in one line of YAML.
std::string budget_text(const Budget& budget);

// --rates: "100/s,300/s". Throws std::invalid_argument.
std::vector<std::string> parse_rates(const std::string& text);

// --at-least: one value of the knob for all of the `searches`, or one for each: "50%,10%". Empty for an empty text.
// Throws std::invalid_argument, also for a value outside the knob's range.
std::vector<double> parse_at_least(const std::string& text, const Knob& knob, std::size_t searches);

}  // namespace tracetax::cli
