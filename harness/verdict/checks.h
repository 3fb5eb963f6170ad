#pragma once
// Statements about traces: was the share kept that was asked for, and are the kept ones whole? Internal to
// harness/verdict.

#include <span>
#include <vector>

#include "harness/results/result.h"
#include "harness/scenario/scenario.h"

namespace tracetax {

// One result for each check and arm it is about, in the scenario's order. `arms`: the summaries of all arms; their
// intervals have this confidence.
std::vector<CheckResult> run_checks(const Scenario& scenario, std::span<const ArmSummary> arms, double confidence);

}  // namespace tracetax
