#pragma once
// The experiment: starts the arms' stacks, runs the plan's blocks, writes every trial as it ends.

#include <atomic>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/experiment/plan.h"
#include "harness/load/pacing.h"
#include "harness/results/details.h"
#include "harness/results/trial.h"
#include "harness/scenario/load_scenario.h"
#include "harness/scenario/scenario.h"
#include "harness/verdict/digest.h"
#include "harness/verdict/looks.h"

namespace tracetax {

// A look at what has been measured so far: after look.blocks.back() blocks. True: everything is decided.
using Decide = std::function<bool(const Digest& trials, const Looks& looks)>;

struct RunOptions {
  std::filesystem::path folder;     // the result folder; exists
  std::filesystem::path programs;   // where the mocks lie
  std::optional<Nanos> max_time{};  // no block begins that would end later, going by the blocks so far
  Decide decide = [](const auto&, const auto&) { return false; };  // asked at each of planned_looks() but the last
};

// Told from the main thread, between windows; must not take long.
struct RunObserver {
  std::function<void(std::uint32_t launch, std::uint32_t launches)> on_launch = [](auto, auto) {};
  std::function<void(const BlockPlan&, const std::string& arm, std::size_t position)> on_trial_start = [](auto&, auto&,
                                                                                                          auto) {};
  std::function<void(const BlockPlan&)> on_pairs_start = [](auto&) {};
  // The last time that the trial's samples are in memory.
  std::function<void(const TrialRecord&)> on_trial_done = [](auto&) {};
};

struct RunOutcome {
  Digest trials{};
  std::vector<std::string> failures{};  // not empty: exit code 4
  std::vector<Problem> mistakes{};      // the scenario's, which only its peers could tell: nothing was measured
  std::vector<std::string> warnings{};
  Pacing pacing{};                       // of the generator
  Looks looks{};                         // those that were taken
  std::vector<ExampleTrace> examples{};  // of the first block
  bool finished = true;                  // all blocks of the plan ran, or as many as it took to decide
  bool interrupted = false;
};

// Never throws for a failing world: what was measured comes back with `failures`. Every process it started is gone when
// it returns. `stop` ends it at the next call.
RunOutcome run_experiment(const Scenario& scenario, const RunOptions& options, const RunObserver& observer,
                          const std::atomic<bool>& stop);

// Names of the scenario's calls in the order of Sample::tool.
std::vector<std::string> tool_names(const Scenario& scenario);

}  // namespace tracetax
