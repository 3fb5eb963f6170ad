#include "harness/cli/running_cost.h"

#include <algorithm>
#include <cmath>

#include "harness/scenario/metric.h"
#include "harness/stats/mean_interval.h"
#include "reports/words.h"

namespace tracetax::cli {
namespace {

const Budget* first_budget(const Scenario& scenario, const Arm& arm) {
  const auto found =
      std::ranges::find_if(scenario.budgets, [&](const Budget& b) { return b.arm.empty() || b.arm == arm.name; });
  return found == scenario.budgets.end() ? nullptr : &*found;
}

Phase usual_phase(const Scenario& scenario) {
  return scenario.plan.run_pairs ? Phase::pairs : Phase::blocks;
}

}  // namespace

RunningCosts::RunningCosts(const Scenario& scenario) : confidence_(scenario.plan.confidence) {
  for (const Arm& arm : scenario.arms) {
    if (arm.role == Role::control) continue;
    Watched& watched = watched_.emplace_back();
    watched.arm = arm.name;
    watched.control = scenario.control().name;
    watched.key = {"latency.p50", {}};
    watched.phase = usual_phase(scenario);
    if (const Budget* const budget = first_budget(scenario, arm)) {
      watched.key = {budget->metric, budget->service};
      watched.phase = phase_of(scenario, *budget);
      watched.relative = budget->relative;
    }
  }
}

void RunningCosts::add(const TrialRecord& trial, const TrialTimes& times) {
  if (!trial.failure.empty()) return;
  std::optional<TrialValues> values;
  for (Watched& watched : watched_) {
    const bool treatment = trial.arm == watched.arm;
    if (trial.phase != watched.phase || !(treatment || trial.arm == watched.control)) continue;
    if (!values) values = values_of(trial, times);
    const auto found = values->values.find(watched.key);
    if (found == values->values.end()) continue;
    (treatment ? watched.values : watched.control_values)[trial.block] = found->second;
  }
}

std::vector<CostSoFar> RunningCosts::costs() const {
  std::vector<CostSoFar> out;
  for (const Watched& watched : watched_) {
    std::vector<double> changes;
    for (const auto& [block, value] : watched.values) {
      const auto control = watched.control_values.find(block);
      if (control == watched.control_values.end()) continue;
      if (watched.relative && !(value > 0 && control->second > 0)) continue;
      changes.push_back(watched.relative ? std::log(value / control->second) : value - control->second);
    }
    if (changes.empty()) continue;
    CostSoFar& cost = out.emplace_back();
    cost.arm = watched.arm;
    cost.metric = watched.key.metric;
    cost.service = watched.key.service;
    cost.relative = watched.relative;
    cost.blocks = static_cast<std::uint32_t>(changes.size());
    const auto shown = [&](double change) { return watched.relative ? std::expm1(change) : change; };
    if (changes.size() == 1) {
      cost.change.estimate = shown(changes.front());
      continue;
    }
    const MeanEstimate mean = estimate_mean(changes);
    const Interval interval = student_interval(mean, confidence_);
    cost.change = {shown(mean.mean), shown(interval.low), shown(interval.high)};
    cost.has_interval = true;
  }
  return out;
}

std::string describe(const CostSoFar& cost) {
  const Estimate& c = cost.change;
  std::string text = words::metric_title(cost.metric, cost.service) + " of " + cost.arm + " ";
  text += cost.relative ? words::relative(c.estimate) : words::difference(cost.metric, c.estimate);
  if (!cost.has_interval) return text;
  return text + " (" +
         (cost.relative ? words::relative_interval(c.low, c.high) : words::interval(cost.metric, c.low, c.high)) + ")";
}

}  // namespace tracetax::cli
