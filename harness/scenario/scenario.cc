#include "harness/scenario/scenario.h"

#include <algorithm>

#include "harness/base/ensure.h"
#include "harness/scenario/metric.h"

namespace tracetax {

const Arm& Scenario::control() const {
  const auto found = std::ranges::find(arms, Role::control, &Arm::role);
  ensure(found != arms.end(), "a checked scenario has a control");
  return *found;
}

const std::vector<std::string>& command_of(const Hop& hop, const Arm& arm) {
  const auto own = arm.commands.find(hop.name);
  return own == arm.commands.end() ? hop.command : own->second;
}

Phase phase_of(const Scenario& scenario, const Budget& budget) {
  if (budget.phase) return *budget.phase;
  const MetricInfo* metric = find_metric(budget.metric);
  ensure(metric != nullptr, "a checked budget has a metric");
  if (!scenario.plan.run_pairs || !metric->pairs_allowed) return Phase::blocks;
  return scenario.plan.run_blocks ? metric->phase : Phase::pairs;
}

}  // namespace tracetax
