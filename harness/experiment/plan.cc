#include "harness/experiment/plan.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "harness/base/rng.h"
#include "harness/base/text.h"

namespace tracetax {
namespace {

constexpr std::uint64_t stream_order = 11;
constexpr std::uint64_t stream_schedule = 12;
constexpr std::uint64_t stream_pairs = 13;

}  // namespace

std::vector<BlockPlan> make_plan(const Scenario& scenario) {
  const std::uint32_t blocks = scenario.plan.blocks_max;
  const std::uint32_t launches = scenario.plan.launches == 0 ? blocks : std::min(scenario.plan.launches, blocks);
  Rng rng(derive_seed({scenario.plan.seed, stream_order}));
  Rng pairs(derive_seed({scenario.plan.seed, stream_pairs}));
  std::vector<BlockPlan> plan;
  for (std::uint32_t b = 0; b < blocks; ++b) {
    BlockPlan& block = plan.emplace_back();
    block.block = b;
    block.launch = static_cast<std::uint32_t>(std::uint64_t{b} * launches / blocks);
    block.seed = derive_seed({scenario.plan.seed, stream_schedule, b});
    block.order.resize(scenario.arms.size());
    std::iota(block.order.begin(), block.order.end(), std::size_t{0});
    shuffle(block.order, rng);
    block.pairs_first = pairs.below(2) == 1;
  }
  return plan;
}

std::vector<std::uint32_t> planned_looks(const Scenario& scenario) {
  const std::vector<BlockPlan> plan = make_plan(scenario);
  const std::uint32_t least = std::min(scenario.plan.blocks_min, scenario.plan.blocks_max);
  const std::uint32_t most = scenario.plan.blocks_max;
  const auto shares_launch_with_next = [&](std::uint32_t done) {
    return done < most && plan[done].launch == plan[done - 1].launch;
  };
  // With one launch for all there is no end to wait for before the last.
  const bool wait = plan.back().launch > 0;
  if (least == most || scenario.plan.looks == 1) return {most};
  const std::uint32_t steps = scenario.plan.looks - 1;
  std::vector<std::uint32_t> looks;
  for (std::uint32_t k = 0; k <= steps; ++k) {
    std::uint32_t blocks = least + (most - least) * k / steps;
    while (wait && shares_launch_with_next(blocks)) ++blocks;
    if (looks.empty() || blocks > looks.back()) looks.push_back(blocks);
  }
  return looks;
}

std::string describe(const Plan& plan) {
  const auto duration = [](Nanos time) { return format_duration(static_cast<double>(time.count())); };
  std::string text = plan.blocks_min < plan.blocks_max
                         ? fmt::format("{} to {} blocks", plan.blocks_min, plan.blocks_max)
                         : fmt::format("{} blocks", plan.blocks_max);
  if (plan.run_blocks) text += fmt::format(" of {} alone", duration(plan.window));
  if (plan.run_pairs)
    text += fmt::format("{} {} in pairs", plan.run_blocks ? " and" : " of", duration(plan.pairs_window));
  return text;
}

}  // namespace tracetax
