#pragma once
// What one arm did over all its trials. Internal to harness/verdict.

#include <cstdint>

#include "harness/results/result.h"
#include "harness/scenario/scenario.h"
#include "harness/verdict/digest.h"

namespace tracetax {

// Calls, spans and traces of all trials (nothing disappears); times, rates and usage of the valid ones of phase
// "blocks", in which the arm was alone, or of "pairs" where the plan has nothing else. `workers`: load threads.
ArmSummary summarise(const Arm& arm, const Digest& digest, std::uint32_t workers);

}  // namespace tracetax
