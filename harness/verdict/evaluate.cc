#include "harness/verdict/evaluate.h"

#include <algorithm>
#include <map>
#include <set>

#include "harness/verdict/arm_summary.h"
#include "harness/verdict/budgets.h"
#include "harness/verdict/checks.h"
#include "harness/verdict/comparison.h"
#include "harness/verdict/warnings.h"

namespace tracetax {
namespace {

// By arm and block, of valid trials.
using ValuesByBlock = std::map<std::string, std::map<std::uint32_t, TrialValues>>;

ValuesByBlock values_by_block(std::span<const TrialRecord> trials) {
  ValuesByBlock values;
  for (const TrialRecord& trial : trials) {
    if (trial.failure.empty()) values[trial.arm][trial.block] = values_of(trial);
  }
  return values;
}

std::vector<PairedTrial> pair_up(ValuesByBlock& values, const std::map<std::uint32_t, std::uint32_t>& launch_of,
                                 const std::string& control, const std::string& treatment) {
  std::vector<PairedTrial> pairs;
  const auto& of_treatment = values[treatment];
  for (const auto& [block, of_control] : values[control]) {
    const auto found = of_treatment.find(block);
    if (found != of_treatment.end()) pairs.push_back({block, launch_of.at(block), &of_control, &found->second});
  }
  return pairs;
}

// Blocks in which every arm ran, valid or not.
std::uint32_t complete_blocks(std::span<const TrialRecord> trials, std::size_t arms) {
  std::map<std::uint32_t, std::set<std::string>> seen;
  for (const TrialRecord& trial : trials) seen[trial.block].insert(trial.arm);
  return static_cast<std::uint32_t>(
      std::ranges::count_if(seen, [&](const auto& b) { return b.second.size() == arms; }));
}

Verdict overall(const Result& result) {
  bool any = false;
  bool undecided = false;
  bool exceeded = false;
  const auto take = [&](Verdict verdict) {
    any = true;
    undecided |= verdict == Verdict::inconclusive;
    exceeded |= verdict == Verdict::exceeded;
  };
  for (const BudgetResult& budget : result.budgets) take(budget.verdict);
  for (const CheckResult& check : result.checks) take(check.verdict);
  if (exceeded) return Verdict::exceeded;
  return any && !undecided ? Verdict::within : Verdict::inconclusive;
}

}  // namespace

Result evaluate(const Scenario& scenario, std::span<const TrialRecord> trials, const RunInfo& info) {
  Result result;
  result.name = scenario.name;
  result.description = scenario.description;
  result.scenario_file = info.scenario_file;
  result.valid = info.failures.empty();
  result.finished = info.finished;
  result.failures = info.failures;
  result.started_at_unix_s = info.started_at_unix_s;
  result.duration = info.duration;
  result.seed = scenario.plan.seed;
  result.blocks_planned = scenario.plan.blocks_max;
  result.blocks_done = complete_blocks(trials, scenario.arms.size());
  result.window_s = to_seconds(scenario.plan.window);
  result.load_description = info.load_description;
  result.environment = info.environment;

  std::map<std::uint32_t, std::uint32_t> launch_of;
  std::set<std::uint32_t> launches;
  for (const TrialRecord& trial : trials) {
    launch_of[trial.block] = trial.launch;
    launches.insert(trial.launch);
  }
  result.launches = static_cast<std::uint32_t>(launches.size());

  ValuesByBlock values = values_by_block(trials);
  const std::string& control = scenario.control().name;
  std::vector<Measured> measured;
  for (const Arm& arm : scenario.arms) {
    result.arms.push_back(summarise(arm, trials));
    if (arm.role == Role::control) continue;
    const std::vector<PairedTrial> pairs = pair_up(values, launch_of, control, arm.name);
    for (Measured& m : compare_all(pairs, control, arm.name, scenario.plan.confidence)) {
      result.comparisons.push_back(m.comparison);
      measured.push_back(std::move(m));
    }
  }
  result.budgets = judge_budgets(scenario, measured);
  result.checks = run_checks(scenario, result.arms);
  result.verdict = overall(result);
  result.warnings = info.warnings;
  for (std::string& warning : find_warnings(scenario, trials, result)) {
    if (std::ranges::find(result.warnings, warning) == result.warnings.end())
      result.warnings.push_back(std::move(warning));
  }
  return result;
}

int exit_code(const Result& result) {
  if (!result.valid) return 4;
  switch (result.verdict) {
    case Verdict::within:
      return 0;
    case Verdict::exceeded:
      return 1;
    case Verdict::inconclusive:
      return 3;
  }
  return 3;
}

}  // namespace tracetax
