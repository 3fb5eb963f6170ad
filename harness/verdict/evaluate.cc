#include "harness/verdict/evaluate.h"

#include <algorithm>
#include <map>
#include <set>

#include "harness/scenario/metric.h"
#include "harness/scenario/outside.h"
#include "harness/verdict/arm_summary.h"
#include "harness/verdict/budgets.h"
#include "harness/verdict/checks.h"
#include "harness/verdict/comparison.h"
#include "harness/verdict/warnings.h"

namespace tracetax {
namespace {

// By arm and block, of one phase's valid trials.
using ValuesByBlock = std::map<std::string, std::map<std::uint32_t, const TrialValues*>>;

ValuesByBlock values_by_block(const Digest& digest, Phase phase) {
  ValuesByBlock values;
  for (std::size_t i = 0; i < digest.trials().size(); ++i) {
    const TrialRecord& trial = digest.trials()[i];
    if (trial.failure.empty() && trial.phase == phase) values[trial.arm][trial.block] = &digest.values(i);
  }
  return values;
}

std::vector<PairedTrial> pair_up(ValuesByBlock& values, const std::map<std::uint32_t, std::uint32_t>& launch_of,
                                 const std::string& control, const std::string& treatment) {
  std::vector<PairedTrial> pairs;
  const auto& of_treatment = values[treatment];
  for (const auto& [block, of_control] : values[control]) {
    const auto found = of_treatment.find(block);
    if (found != of_treatment.end()) pairs.push_back({block, launch_of.at(block), of_control, found->second});
  }
  return pairs;
}

// Blocks in which every arm ran in every phase of the plan, valid or not.
std::uint32_t complete_blocks(const Scenario& scenario, std::span<const TrialRecord> trials) {
  std::map<std::uint32_t, std::set<std::pair<Phase, std::string>>> seen;
  for (const TrialRecord& trial : trials) seen[trial.block].insert({trial.phase, trial.arm});
  const std::size_t phases = std::size_t{scenario.plan.run_blocks} + std::size_t{scenario.plan.run_pairs};
  const std::size_t all = scenario.arms.size() * phases;
  return static_cast<std::uint32_t>(std::ranges::count_if(seen, [&](const auto& b) { return b.second.size() == all; }));
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

std::uint32_t undecided(const Result& result) {
  const auto open = [](const auto& judged) { return judged.verdict == Verdict::inconclusive; };
  return static_cast<std::uint32_t>(std::ranges::count_if(result.budgets, open) +
                                    std::ranges::count_if(result.checks, open));
}

// What runs elsewhere has a line of its own, so that nobody takes its CPU for 0.
void add_outside(const Topology& topology, const Arm& arm, ArmSummary& summary) {
  for (const Hop* hop : hops_of(topology)) {
    if (!is_outside(*hop, arm)) continue;
    const auto at = std::ranges::lower_bound(summary.services, hop->name, {}, &ServiceSummary::name);
    summary.services.insert(at, {.name = hop->name, .measured = "outside"});
  }
}

// What runs here in both arms, so that sums over it can be compared.
bool same_services(const Topology& topology, const Arm& a, const Arm& b) {
  return std::ranges::all_of(hops_of(topology),
                             [&](const Hop* hop) { return is_outside(*hop, a) == is_outside(*hop, b); });
}

bool is_sum_of_services(const Comparison& comparison) {
  const MetricInfo* metric = find_metric(comparison.metric);
  return comparison.service.empty() && metric && metric->per_service;
}

}  // namespace

Result evaluate(const Scenario& scenario, std::span<const TrialRecord> trials, const RunInfo& info) {
  Digest digest;
  for (const TrialRecord& trial : trials) digest.add(trial);
  return evaluate(scenario, digest, info);
}

Result evaluate(const Scenario& scenario, const Digest& digest, const RunInfo& info) {
  const std::span<const TrialRecord> trials = digest.trials();
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
  result.fingerprint = info.fingerprint;
  result.blocks_least = scenario.plan.blocks_min;
  result.blocks_planned = scenario.plan.blocks_max;
  result.blocks_done = complete_blocks(scenario, trials);
  result.stopped = to_string(info.looks.stopped);
  result.strict = info.strict;
  result.window_s = to_seconds(scenario.plan.window);
  result.load_description = info.load_description;
  result.pacing = info.pacing;
  result.environment = info.environment;

  std::map<std::uint32_t, std::uint32_t> launch_of;
  std::set<std::uint32_t> launches;
  for (const TrialRecord& trial : trials) {
    launch_of[trial.block] = trial.launch;
    launches.insert(trial.launch);
  }
  result.launches = static_cast<std::uint32_t>(launches.size());

  const double level = level_of(info.looks, (1 - scenario.plan.confidence) / 2);
  std::map<Phase, ValuesByBlock> values;
  for (const Phase phase : {Phase::pairs, Phase::blocks}) values[phase] = values_by_block(digest, phase);
  const std::string& control = scenario.control().name;
  std::vector<Measured> measured;
  for (const Arm& arm : scenario.arms) {
    result.arms.push_back(summarise(arm, digest, std::min(scenario.load.workers, scenario.load.sessions)));
    add_outside(scenario.topology, arm, result.arms.back());
    if (arm.role == Role::control) continue;
    const bool same_sum = same_services(scenario.topology, scenario.control(), arm);
    for (const Phase phase : {Phase::blocks, Phase::pairs}) {
      const std::vector<PairedTrial> pairs = pair_up(values[phase], launch_of, control, arm.name);
      for (Measured& m : compare_all(pairs, {phase, control, arm.name, scenario.plan.confidence, level})) {
        if (!same_sum && is_sum_of_services(m.comparison)) continue;
        result.comparisons.push_back(m.comparison);
        measured.push_back(std::move(m));
      }
    }
  }
  result.budgets = judge_budgets(scenario, measured, info.looks);
  result.checks = run_checks(scenario, result.arms, 1 - 2 * level);
  result.checks.insert(result.checks.end(), info.checks.begin(), info.checks.end());
  result.verdict = overall(result);
  result.looks = info.looked;
  if (result.blocks_done > 0) result.looks.push_back({result.blocks_done, level, undecided(result)});

  result.warnings = info.warnings;
  for (Warning& warning : find_warnings(scenario, trials, result)) {
    if (warning.doubt) result.doubts.push_back(warning.text);
    if (std::ranges::find(result.warnings, warning.text) == result.warnings.end())
      result.warnings.push_back(std::move(warning.text));
  }
  for (const std::string& doubt : result.environment.warnings) result.doubts.push_back(doubt);
  if (info.strict && !result.doubts.empty() && result.verdict == Verdict::within) {
    result.verdict = Verdict::inconclusive;
    result.warnings.insert(
        result.warnings.begin(),
        "strict: every budget is within, but the numbers are in doubt, so the whole is inconclusive; "
        "the warnings below say why");
  }
  return result;
}

bool all_decided(const Result& result) {
  return !(result.budgets.empty() && result.checks.empty()) && undecided(result) == 0;
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
