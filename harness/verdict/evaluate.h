#pragma once
// From trials to a Result: what the arms did, what the treatments cost, whether that is within the budgets. Pure.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "harness/results/result.h"
#include "harness/results/trial.h"
#include "harness/scenario/scenario.h"
#include "harness/verdict/digest.h"
#include "harness/verdict/looks.h"

namespace tracetax {

// What the trials themselves do not say about the run.
struct RunInfo {
  std::string scenario_file{};
  std::string load_description{};  // "open loop, poisson 400/s, 4 sessions"
  std::int64_t started_at_unix_s = 0;
  Nanos duration{};
  Pacing pacing{};
  Environment environment{};
  bool finished = true;
  std::vector<std::string> failures{};  // any: the result is not valid
  std::vector<std::string> warnings{};  // shown before those found in the trials
  std::string fingerprint{};            // Result::fingerprint
  std::vector<CheckResult> checks{};    // told by others; they count like those that are made here
  Looks looks{};                        // none: one look at a fixed number of blocks
  std::vector<LookResult> looked{};     // what earlier looks found
  bool strict = false;                  // while the numbers are in doubt nothing is `within`
};

// Trials in any order. Those with a `failure` count their calls and nothing else; a comparison uses the blocks in which
// both of its arms have a valid trial. docs/statistics.md says how each number is made.
Result evaluate(const Scenario& scenario, const Digest& trials, const RunInfo& info);
Result evaluate(const Scenario& scenario, std::span<const TrialRecord> trials, const RunInfo& info);

// Every budget and check is `within` or `exceeded`: more blocks would change nothing.
bool all_decided(const Result& result);

// design.md §3: 0 within, 1 exceeded, 3 inconclusive, 4 not valid. (2 and 130 are the command line's.)
int exit_code(const Result& result);

}  // namespace tracetax
