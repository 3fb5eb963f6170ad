#pragma once
// Claims held against the results of the runs that decide them.

#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "harness/results/scoreboard.h"
#include "harness/scenario/claims.h"

namespace tracetax {

// What became of one scenario that claims name.
struct FinishedRun {
  std::string verb;                // "run", "sampling", "tune"
  std::filesystem::path scenario;  // as scenario_file() gives it
  std::string folder{};            // relative to the scoreboard's
  std::optional<Result> result{};  // empty: there is none, and `why` says why
  std::string why{};
  bool impossible = false;  // nothing was tried: something that the scenario needs is not on this machine
};

// Runs that are not valid or did not come to their end decide nothing.
// fail: a budget or check with the claim's id is exceeded. pass: there is at least one, all are within, and every
// scenario that the claim names has a valid and finished result. not_measurable: the claim says so, or a scenario was
// impossible and nothing failed. inconclusive: everything else; `why` says what is missing.
ClaimResult judge_claim(const Claim& claim, const ClaimsFile& file, std::span<const FinishedRun> runs);

}  // namespace tracetax
