#pragma once
// What runs when: blocks, the order of arms in each, and which start of the stacks each belongs to. Data, made before
// anything starts, so that it can be printed, tested and replayed.

#include <cstdint>
#include <vector>

#include "harness/scenario/scenario.h"

namespace tracetax {

struct BlockPlan {
  std::uint32_t block = 0;
  std::uint32_t launch = 0;
  std::uint64_t seed = 0;            // of the schedule that all arms of the block share
  std::vector<std::size_t> order{};  // indices of Scenario::arms
};

// blocks_max blocks. Launches are spread evenly: block b belongs to launch ⌊b · launches ÷ blocks⌋.
std::vector<BlockPlan> make_plan(const Scenario& scenario);

}  // namespace tracetax
