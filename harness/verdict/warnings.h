#pragma once
// What a reader must know before believing the numbers: what happened, what it does to them, what to do. Internal to
// harness/verdict.

#include <span>
#include <string>
#include <vector>

#include "harness/results/result.h"
#include "harness/results/trial.h"
#include "harness/scenario/scenario.h"

namespace tracetax {

struct Warning {
  std::string text{};
  bool doubt = false;  // the numbers themselves may be wrong, not only wide
};

// `result` has its arms, comparisons, budgets and checks already.
std::vector<Warning> find_warnings(const Scenario& scenario, std::span<const TrialRecord> trials, const Result& result);

}  // namespace tracetax
