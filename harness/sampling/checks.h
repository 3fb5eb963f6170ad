#pragma once
// The checks that need every received span: calls made against traces kept. Values in, verdicts out.

#include <span>
#include <vector>

#include "harness/results/result.h"
#include "harness/sampling/observation.h"
#include "harness/scenario/scenario.h"

namespace tracetax {

// One result for each check that needs_spans() and each observed arm it is about, in the scenario's order; a check of
// an arm that was not observed is inconclusive. Throws ScenarioError for a contract or a Collector's configuration that
// cannot be read.
std::vector<CheckResult> run_sampling_checks(const Scenario& scenario, std::span<const ArmObservation> arms,
                                             double confidence);

}  // namespace tracetax
