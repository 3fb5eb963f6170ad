#include "harness/experiment/plan.h"

#include <algorithm>
#include <numeric>

#include "harness/base/rng.h"

namespace tracetax {
namespace {

constexpr std::uint64_t stream_order = 11;
constexpr std::uint64_t stream_schedule = 12;

}  // namespace

std::vector<BlockPlan> make_plan(const Scenario& scenario) {
  const std::uint32_t blocks = scenario.plan.blocks_max;
  const std::uint32_t launches = scenario.plan.launches == 0 ? blocks : std::min(scenario.plan.launches, blocks);
  Rng rng(derive_seed({scenario.plan.seed, stream_order}));
  std::vector<BlockPlan> plan;
  for (std::uint32_t b = 0; b < blocks; ++b) {
    BlockPlan& block = plan.emplace_back();
    block.block = b;
    block.launch = static_cast<std::uint32_t>(std::uint64_t{b} * launches / blocks);
    block.seed = derive_seed({scenario.plan.seed, stream_schedule, b});
    block.order.resize(scenario.arms.size());
    std::iota(block.order.begin(), block.order.end(), std::size_t{0});
    shuffle(block.order, rng);
  }
  return plan;
}

}  // namespace tracetax
