#pragma once
// The runs behind a page of claims: each scenario that claims name once, as a process of its own.

#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/results/scoreboard.h"
#include "harness/scenario/claims.h"
#include "harness/scenario/scenario.h"
#include "harness/verdict/claims.h"

namespace tracetax::cli {

struct ClaimRun {
  FinishedRun outcome{};            // verb and scenario from the start, the rest when it is done
  ScoreboardRun record{};           // likewise
  std::vector<std::string> sets{};  // over the scenario
  Scenario scenario{};              // with the `sets`
  std::string resolved{};           // the same as text
  ClaimSearch search{};             // of the verb "tune"
  std::string claim{};              // whose search it is
  std::string impossible{};         // why it cannot be tried on this machine; empty: it can
};

// In the order of the claims. Throws ScenarioError: a scenario with mistakes; a claim whose id no budget or check of
// the scenarios it names has. `quick`: fewer and shorter blocks; scenarios for `tracetax sampling` stay as they are,
// because what they check needs its time.
std::vector<ClaimRun> plan_claim_runs(const std::vector<ClaimsFile>& files, bool quick);

struct ClaimLimits {
  bool quick = false;
  std::string search_time{};  // of each search, as `tracetax tune --max-time` takes it
};

// Runs it below `folder`, or takes the result that is there from before of exactly the same scenario. Returns when it
// is done, or has ended after `stop`.
// A search goes on by itself.
void carry_out(ClaimRun& run, const std::filesystem::path& folder, const ClaimLimits& limits,
               const std::atomic<bool>& stop);

}  // namespace tracetax::cli
