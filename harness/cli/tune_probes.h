#pragma once
// The probes of a search as experiments in folders: run, or found where an earlier search left them.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/cli/commands.h"
#include "harness/results/result.h"
#include "harness/scenario/load_scenario.h"

namespace tracetax::cli {

// What all probes of a `tracetax tune` share.
struct ProbeTerms {
  std::filesystem::path scenario{};
  std::filesystem::path budgets{};  // of --budgets; empty: the scenario's own
  std::vector<std::string> sets{};  // applied before the knob's
  std::vector<std::string> notes{};
  std::uint64_t seed = 1;  // each probe has one of its own, derived from this and the number of its folder
  std::filesystem::path folder{};
  Progress progress = Progress::none;
};

struct ProbeRun {
  Result result{};
  std::string folder{};  // "probes/03"
  bool reused = false;
  bool interrupted = false;
};

class ProbeStore {
 public:
  // Reads what is in folder/probes already. Throws std::runtime_error for a file that cannot be read.
  ProbeStore(ProbeTerms terms, const std::atomic<bool>& stop);

  // The scenario with this said besides. Throws ScenarioError.
  LoadedScenario load(const std::vector<std::string>& more) const;

  // run() would take a result that is there.
  bool has(const std::vector<std::string>& more);

  // Runs the scenario with `more`, or takes a finished, valid result of it that has not been asked for yet: of the same
  // fingerprint, method, number of blocks, budgets and machine. `left`: of the time allowed.
  ProbeRun run(const std::vector<std::string>& more, std::optional<Nanos> left);

 private:
  struct Kept {
    std::string folder{};
    Result result{};
    bool used = false;
  };
  Kept* find(const LoadedScenario& loaded);

  ProbeTerms terms_;
  const std::atomic<bool>& stop_;
  Environment environment_;
  std::vector<Kept> kept_{};
  std::uint32_t next_ = 0;  // number of a folder that does not exist
};

// Its budgets as a result has them, one for each treatment that they are about, before anything is measured.
std::vector<BudgetResult> budgets_of(const Scenario& scenario);

// Whether more would be measured in vain: one budget is exceeded, or all are within.
bool probe_decided(const Result& so_far);

}  // namespace tracetax::cli
