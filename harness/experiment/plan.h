#pragma once
// What runs when: blocks, the order of arms in each, and which start of the stacks each belongs to. Data, made before
// anything starts, so that it can be printed, tested and replayed.

#include <cstdint>
#include <string>
#include <vector>

#include "harness/scenario/scenario.h"

namespace tracetax {

struct BlockPlan {
  std::uint32_t block = 0;
  std::uint32_t launch = 0;
  std::uint64_t seed = 0;            // of the schedule that all arms of the block share
  std::vector<std::size_t> order{};  // indices of Scenario::arms
  bool pairs_first = false;          // its window of phase "pairs" comes before those of the arms
};

// blocks_max blocks. Launches are spread evenly: block b belongs to launch ⌊b · launches ÷ blocks⌋.
std::vector<BlockPlan> make_plan(const Scenario& scenario);

// After how many blocks the verdicts are looked at: plan.looks numbers spread evenly from blocks.min to blocks.max,
// both among them; fewer where blocks are few. Ascending, the last one is blocks.max. A look that would fall within a
// launch waits for the launch's end, since launches are what intervals rest on.
std::vector<std::uint32_t> planned_looks(const Scenario& scenario);

// "6 to 10 blocks of 2.50 s alone and 3.00 s in pairs": how the command line names the plan.
std::string describe(const Plan& plan);

}  // namespace tracetax
