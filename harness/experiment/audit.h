#pragma once
// Did the generator offer the load that it was asked for?

#include <span>
#include <string>
#include <vector>

#include "harness/results/trial.h"
#include "harness/scenario/scenario.h"

namespace tracetax {

// `arrived`: monotonic times at the first hop, ascending; `start`: of the window, whose samples these are. Empty when
// there are fewer than three arrivals.
ArrivalSummary audit_arrivals(std::span<const Nanos> arrived, Nanos start, const std::vector<Sample>& samples,
                              const Load& load, Phase phase);

// For each arm and limit of load.limits that the arm's median trial breaks: what was seen, and what to change.
std::vector<std::string> broken_limits(const Scenario& scenario, std::span<const TrialRecord> trials);

}  // namespace tracetax
