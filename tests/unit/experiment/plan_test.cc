#include "harness/experiment/plan.h"

#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>

namespace tracetax {
namespace {

Scenario scenario_of(std::size_t arms, std::uint32_t blocks, std::uint32_t launches) {
  Scenario scenario;
  for (std::size_t i = 0; i < arms; ++i) scenario.arms.push_back({"arm" + std::to_string(i)});
  scenario.plan.blocks_max = blocks;
  scenario.plan.launches = launches;
  scenario.plan.seed = 42;
  return scenario;
}

TEST(Plan, EveryBlockHoldsEveryArmOnce) {
  for (const BlockPlan& block : make_plan(scenario_of(5, 40, 0))) {
    std::set<std::size_t> arms(block.order.begin(), block.order.end());
    EXPECT_EQ(block.order.size(), 5U);
    EXPECT_EQ(arms.size(), 5U);
    EXPECT_EQ(*arms.rbegin(), 4U);
  }
}

TEST(Plan, EachOrderOfTwoArmsComesAboutHalfTheTime) {
  std::size_t control_first = 0;
  for (const BlockPlan& block : make_plan(scenario_of(2, 2000, 0))) control_first += block.order[0] == 0 ? 1 : 0;
  EXPECT_NEAR(static_cast<double>(control_first), 1000, 5 * 22.4);  // five binomial standard deviations
}

TEST(Plan, BlocksHaveSchedulesOfTheirOwn) {
  std::set<std::uint64_t> seeds;
  for (const BlockPlan& block : make_plan(scenario_of(2, 100, 0))) seeds.insert(block.seed);
  EXPECT_EQ(seeds.size(), 100U);
}

TEST(Plan, LaunchesAreSpreadEvenly) {
  std::map<std::uint32_t, int> blocks;
  std::uint32_t last = 0;
  for (const BlockPlan& block : make_plan(scenario_of(2, 12, 4))) {
    EXPECT_GE(block.launch, last);
    last = block.launch;
    ++blocks[block.launch];
  }
  EXPECT_EQ(blocks, (std::map<std::uint32_t, int>{{0, 3}, {1, 3}, {2, 3}, {3, 3}}));
}

TEST(Plan, NoLaunchesNamedMeansOneForEachBlockAndNeverMore) {
  EXPECT_EQ(make_plan(scenario_of(2, 6, 0)).back().launch, 5U);
  EXPECT_EQ(make_plan(scenario_of(2, 6, 50)).back().launch, 5U);
  EXPECT_EQ(make_plan(scenario_of(2, 6, 1)).back().launch, 0U);
}

TEST(Plan, TheSeedAloneDecidesIt) {
  const auto a = make_plan(scenario_of(4, 30, 0));
  const auto b = make_plan(scenario_of(4, 30, 0));
  Scenario other = scenario_of(4, 30, 0);
  other.plan.seed = 43;
  const auto c = make_plan(other);
  const auto orders = [](const std::vector<BlockPlan>& plan) {
    std::vector<std::vector<std::size_t>> all;
    for (const BlockPlan& block : plan) all.push_back(block.order);
    return all;
  };
  EXPECT_EQ(orders(a), orders(b));
  EXPECT_NE(orders(a), orders(c));
}

TEST(Plan, PairsComeBeforeTheArmsInAboutHalfOfTheBlocks) {
  std::size_t first = 0;
  for (const BlockPlan& block : make_plan(scenario_of(2, 2000, 0))) first += block.pairs_first ? 1 : 0;
  EXPECT_NEAR(static_cast<double>(first), 1000, 5 * 22.4);
}

Scenario looking(std::uint32_t least, std::uint32_t most, std::uint32_t looks, std::uint32_t launches = 0) {
  Scenario scenario = scenario_of(2, most, launches);
  scenario.plan.blocks_min = least;
  scenario.plan.looks = looks;
  return scenario;
}

TEST(Plan, IsDescribed) {
  Plan plan;
  plan.blocks_min = 6;
  plan.blocks_max = 10;
  plan.window = std::chrono::milliseconds(2500);
  plan.pairs_window = std::chrono::seconds(3);
  EXPECT_EQ(describe(plan), "6 to 10 blocks of 2.50 s alone and 3.00 s in pairs");
  plan.blocks_min = 10;
  plan.run_blocks = false;
  EXPECT_EQ(describe(plan), "10 blocks of 3.00 s in pairs");
}

TEST(Looks, AreSpreadFromTheLeastToTheMostBlocks) {
  using V = std::vector<std::uint32_t>;
  EXPECT_EQ(planned_looks(looking(6, 24, 4)), (V{6, 12, 18, 24}));
  EXPECT_EQ(planned_looks(looking(6, 24, 1)), (V{24}));
  EXPECT_EQ(planned_looks(looking(6, 24, 2)), (V{6, 24}));
  EXPECT_EQ(planned_looks(looking(9, 9, 4)), (V{9}));
  EXPECT_EQ(planned_looks(looking(6, 8, 20)), (V{6, 7, 8})) << "no more looks than blocks";
}

TEST(Looks, WaitForTheEndOfALaunch) {
  using V = std::vector<std::uint32_t>;
  // 24 blocks in 4 launches: 0-5, 6-11, 12-17, 18-23.
  EXPECT_EQ(planned_looks(looking(7, 24, 3, 4)), (V{12, 18, 24}));
  EXPECT_EQ(planned_looks(looking(6, 24, 4, 1)), (V{6, 12, 18, 24})) << "one launch has no end to wait for";
}

}  // namespace
}  // namespace tracetax
