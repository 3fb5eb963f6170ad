#pragma once
// What one arm did over all its trials. Internal to harness/verdict.

#include <span>

#include "harness/results/result.h"
#include "harness/results/trial.h"
#include "harness/scenario/scenario.h"

namespace tracetax {

// Calls, spans and traces of all trials (nothing disappears); times, rates and usage of the valid ones of phase
// "blocks", in which the arm was alone, or of "pairs" where the plan has nothing else.
ArmSummary summarise(const Arm& arm, std::span<const TrialRecord> trials);

}  // namespace tracetax
