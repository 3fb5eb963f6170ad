#pragma once
// Limits on rates, played through: the phase of the Collector's clock and the order of the traces within a tick (that
// of a Go map) are drawn anew in each run. Within the module.

#include <cstdint>
#include <span>
#include <vector>

#include "harness/policy/policy_tree.h"
#include "harness/policy/timeline.h"

namespace tracetax::policy {

struct Candidate {
  const Timeline* line = nullptr;
  std::vector<Facts> facts{};  // for each number of spans at hand
  bool may_be_forgotten = false;
};

struct LimitRuns {
  int runs = 0;
  std::vector<int> kept{}, dropped{};  // runs, for each candidate; the rest is uncertain
  // In some run a limit refused a trace of this one's tick: then its fate is a matter of order.
  std::vector<bool> contested{};
  double low = 0, mean = 0, high = 0;  // of the traces kept; an uncertain one counts half in the mean
};

LimitRuns run_limits(const PolicyTree& tree, std::span<const Candidate> candidates, const Clock& clock, int runs,
                     std::uint64_t seed);

}  // namespace tracetax::policy
