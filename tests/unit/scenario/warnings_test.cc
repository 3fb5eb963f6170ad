#include <gtest/gtest.h>

#include "harness/scenario/load_scenario.h"

namespace tracetax {
namespace {

std::vector<std::string> warnings(std::vector<std::string> sets) {
  const std::string file = TRACETAX_SOURCE_DIR "/tests/data/scenarios/valid/minimal.yaml";
  return scenario_warnings(load_scenario(file, sets).scenario);
}

TEST(Warnings, AWindowHoldsTwoExportCycles) {
  EXPECT_TRUE(warnings({}).empty());
  EXPECT_TRUE(warnings({"plan.window=2s"}).empty());
  const auto one = warnings({"plan.window=1999ms"});
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one[0],
            "arm on: a window of 2.00 s holds less than two export cycles of 1.00 s, so the cost of exporting comes in "
            "lumps; make plan.window longer or batch.delay shorter");
  EXPECT_TRUE(warnings({"plan.window=1s", "arms.on.tracing.sampler=always_off"}).empty());
  EXPECT_TRUE(warnings({"plan.window=1s", "arms.on.tracing.exporter.type=none"}).empty());
}

TEST(Warnings, SoDoesAWindowOfPairs) {
  EXPECT_TRUE(warnings({"plan.pairs_window=2s"}).empty());
  const auto one = warnings({"plan.pairs_window=1s"});
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one[0],
            "arm on: a pairs window of 1.00 s holds less than two export cycles of 1.00 s, so the cost of exporting "
            "comes in lumps; make plan.pairs_window longer or batch.delay shorter");
  EXPECT_TRUE(warnings({"plan.pairs_window=1s", "plan.phases=[blocks]"}).empty());
  EXPECT_TRUE(warnings({"plan.window=1s", "plan.pairs_window=2s", "plan.phases=[pairs]"}).empty());
  // Both are as long when the scenario gives one: it is said once.
  EXPECT_EQ(warnings({"plan.window=1s", "plan.phases=[pairs]"}), warnings({"plan.window=1s"}));
}

TEST(Warnings, LooksThatNeverStopARunEarly) {
  EXPECT_TRUE(warnings({"plan.blocks={ min: 6, max: 24 }"}).empty());
  EXPECT_TRUE(warnings({"plan.blocks={ min: 6, max: 7 }", "plan.looks=20"}).empty());
  EXPECT_TRUE(warnings({"plan.looks=1"}).empty());
  const auto one = warnings({"plan.blocks={ min: 6, max: 24 }", "plan.looks=1"});
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one[0],
            "the only look at the verdicts is after all 24 blocks, so the run never stops early and blocks.min means "
            "nothing; raise plan.looks or write blocks: 24");
}

TEST(Warnings, ACheckExpectsAnotherRatioThanIsSet) {
  const std::string sampler = "arms.on.tracing.sampler={ type: traceidratio, ratio: 0.1 }";
  const auto expecting = [&](const std::string& share) {
    return warnings({sampler, "checks=[ { sampling_ratio: { arm: on, expect: " + share + " } } ]"});
  };
  EXPECT_TRUE(expecting("0.1").empty());
  EXPECT_TRUE(expecting("0.11").empty());
  ASSERT_EQ(expecting("0.5").size(), 1U);
  EXPECT_EQ(expecting("0.5")[0],
            "check sampling_ratio: arm on is set to keep 10.00 %, and 50.00 % is expected; change one of them");
}

TEST(Warnings, SlowTracesMayBeIncomplete) {
  const std::string slow = "arms.on.tracing.sampler={ type: always_off, keep_slow: 1s }";
  EXPECT_TRUE(warnings({slow}).empty());
  EXPECT_TRUE(
      warnings({"arms.on.tracing.sampler={ type: always_off, keep_errors: true }", "checks=[ complete_traces ]"})
          .empty());
  const auto one = warnings({slow, "checks=[ complete_traces ]"});
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one[0],
            "check complete_traces: arm on keeps what was slow in a service, and the same trace may have been quick in "
            "the next; its traces need not be complete. Let the check name another arm");
}

TEST(Warnings, ProgramsOfTheirOwnKnowOnlyTheStandardSamplers) {
  const std::string command = "topology.servers.0.command=[ my-server ]";
  const auto about = [&](const std::string& sampler) {
    return warnings({command, "arms.on.tracing.sampler=" + sampler});
  };
  EXPECT_TRUE(about("parentbased_always_on").empty());
  ASSERT_EQ(about("adaptive").size(), 1U);
  EXPECT_EQ(
      about("adaptive")[0],
      "arm on: tools, a program of its own, cannot be told of `adaptive`: it is asked to decide as its caller did, "
      "and to keep everything where it has none. Configure it in the program itself");
  ASSERT_EQ(about("{ type: always_off, keep_errors: true }").size(), 1U);
  EXPECT_TRUE(warnings({"arms.on.tracing.sampler=adaptive"}).empty());
}

TEST(Warnings, RulesForServicesThatAreNotAsked) {
  const auto about = [](const std::string& service, const std::string& more = "") {
    return warnings({"topology.router={ }", "topology.gateway={ listen: ws }",
                     "arms.on.tracing.sampler={ type: rules, default: always_on, rules: [ { service: " + service +
                         ", sampler: always_off }, { service: " + service + ", tool: a, sampler: always_off } ]" +
                         more + " }"});
  };
  EXPECT_TRUE(about("mcp-router").empty());
  ASSERT_EQ(about("mcp-gatway").size(), 1U);
  EXPECT_EQ(about("mcp-gatway")[0],
            "arm on: the sampler's rules for `mcp-gatway` match nothing here; write one of the services: "
            "mcp-router, mcp-gateway, tools");
  ASSERT_EQ(about("mcp-gateway").size(), 1U);
  EXPECT_EQ(about("mcp-gateway")[0],
            "arm on: the sampler's rules for `mcp-gateway` are asked only where a trace begins there, and calls come "
            "with a decision from mcp-router; `parent_based: false` lets them decide");
  EXPECT_TRUE(about("tools", ", parent_based: false").empty());
}

TEST(Warnings, TheBundledScenariosHaveNone) {
  for (const char* name : {"quickstart", "direct", "same", "planted", "ratio-sweep"}) {
    const std::string file = std::string(TRACETAX_SOURCE_DIR "/scenarios/") + name + ".yaml";
    EXPECT_TRUE(scenario_warnings(load_scenario(file).scenario).empty()) << name;
  }
}

}  // namespace
}  // namespace tracetax
