#pragma once
// The lines a person sees while a run goes on, as texts. Pure.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/time.h"

namespace tracetax::cli {

// Of an arm's last trial; 0 before there is one.
struct ArmSoFar {
  std::string name;
  double p50_ns = 0, p99_ns = 0;
};

struct RunSoFar {
  std::uint32_t block = 0, blocks = 0;  // this one, from 1, of at most so many
  std::string now{};                    // "ratio10", "pairs", "starting the services"
  double rate_per_s = 0;                // calls sent in the last trial; 0: none yet
  std::vector<ArmSoFar> arms{};
  std::vector<std::string> costs{};  // running_cost.h, a text each
  std::size_t decided = 0, judged = 0;
  std::optional<Nanos> left{};  // going by the time so far; empty: not to be known yet
  bool may_end_early = false;   // `left` is the most it can take
  std::string failure{};        // of the last trial
};

// One line of at most `columns` columns, for a terminal: what is going on, the time left, the verdicts so far, the
// rate, p50 and p99 of each arm. Where there is no room the rate goes first, then the p99s; the rest is cut.
std::string live_line(const RunSoFar& run, std::size_t columns);

// For a block that is over: p50 of each arm and what the treatments cost so far.
std::string block_line(const RunSoFar& run);

// "40 s", "3 min", "2 h".
std::string rough_time(Nanos time);

}  // namespace tracetax::cli
