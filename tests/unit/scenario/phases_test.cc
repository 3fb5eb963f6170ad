// Phases of a plan, which of them carries a budget, and programs that arms bring along.

#include <filesystem>

#include <gtest/gtest.h>

#include "harness/scenario/load_scenario.h"
#include "tests/unit/scenario/scenario_text.h"

namespace tracetax {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

const fs::path data = fs::path(TRACETAX_SOURCE_DIR) / "tests/data/scenarios/valid";

LoadedScenario minimal(const std::vector<std::string>& sets) {
  return load_scenario(data / "minimal.yaml", sets);
}
Phase carried(const std::string& metric, const std::vector<std::string>& sets = {}, const std::string& more = {}) {
  std::vector<std::string> all{"budgets=[ { metric: " + metric + ", max: 5%" + more + " } ]"};
  all.insert(all.end(), sets.begin(), sets.end());
  const Scenario s = minimal(all).scenario;
  return phase_of(s, s.budgets.at(0));
}
std::string refusal(const std::vector<std::string>& sets) {
  try {
    minimal(sets);
  } catch (const ScenarioError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Phases, PairsAloneAndWhatTheyCarry) {
  const Scenario s = load_scenario(data / "pairs.yaml").scenario;
  EXPECT_FALSE(s.plan.run_blocks);
  EXPECT_TRUE(s.plan.run_pairs);
  EXPECT_EQ(s.plan.pairs_window, 30s);
  for (const Budget& budget : s.budgets) EXPECT_EQ(phase_of(s, budget), Phase::pairs) << budget.metric;
}

TEST(Phases, AreNamedInAnyOrder) {
  const Plan plan = minimal({"plan.phases=[pairs, blocks]"}).scenario.plan;
  EXPECT_TRUE(plan.run_blocks);
  EXPECT_TRUE(plan.run_pairs);
}

TEST(Phases, AWindowOfPairsIsAsLongAsTheOthersUnlessItIsGiven) {
  EXPECT_EQ(minimal({"plan.window=3s"}).scenario.plan.pairs_window, 3s);
  EXPECT_EQ(minimal({"plan=null"}).scenario.plan.pairs_window, 5s);
  EXPECT_EQ(minimal({"plan.window=3s", "plan.pairs_window=10s"}).scenario.plan.pairs_window, 10s);
}

TEST(Phases, TheMetricSaysWhichCarriesABudget) {
  EXPECT_EQ(carried("latency.p50"), Phase::pairs);
  EXPECT_EQ(carried("latency.trimmed_mean"), Phase::pairs);
  EXPECT_EQ(carried("latency.mean"), Phase::blocks);
  EXPECT_EQ(carried("latency.p99"), Phase::blocks);
  EXPECT_EQ(carried("cpu_per_call"), Phase::blocks);
}

TEST(Phases, TheBudgetAndThePlanCanSayOtherwise) {
  EXPECT_EQ(carried("latency.p50", {}, ", phase: blocks"), Phase::blocks);
  EXPECT_EQ(carried("latency.mean", {}, ", phase: pairs"), Phase::pairs);
  EXPECT_EQ(carried("latency.p50", {"plan.phases=[blocks]"}), Phase::blocks);
  EXPECT_EQ(carried("latency.mean", {"plan.phases=[pairs]"}), Phase::pairs);
}

TEST(Phases, AClosedLoopRunsBlocksOnlyAndTheResolvedScenarioSaysSo) {
  const std::vector<std::string> closed{"load.arrivals={ process: closed }"};
  for (const std::string& set : {std::string("plan.seed=2"), std::string("plan=null")}) {
    const LoadedScenario loaded = minimal({closed[0], set});
    EXPECT_TRUE(loaded.scenario.plan.run_blocks);
    EXPECT_FALSE(loaded.scenario.plan.run_pairs);
    EXPECT_NE(loaded.resolved.find("  phases:\n    - blocks\n"), std::string::npos) << loaded.resolved;
    const LoadedScenario again = load_scenario_text(loaded.resolved, "resolved");
    EXPECT_EQ(test::everything_of(again.scenario), test::everything_of(loaded.scenario));
    EXPECT_EQ(again.resolved, loaded.resolved);
  }
  EXPECT_EQ(minimal({}).resolved.find("phases"), std::string::npos);
  EXPECT_EQ(carried("latency.p50", closed), Phase::blocks);
  EXPECT_NE(refusal({closed[0], "plan.phases=[pairs]"}).find("plan.phases: a closed loop cannot run pairs"),
            std::string::npos);
}

TEST(ArmPrograms, TakeThePlaceOfTheMockAndOfTheHopsOwnCommand) {
  const Scenario s = load_scenario(data / "pairs.yaml").scenario;
  using Words = std::vector<std::string>;
  EXPECT_EQ(command_of(*s.topology.gateway, s.arms[0]), (Words{"my-gateway-1.0", "--listen", "{url}"}));
  EXPECT_EQ(command_of(*s.topology.gateway, s.arms[1]), (Words{"my-gateway-2.0"}));
  EXPECT_EQ(command_of(s.topology.servers[0], s.arms[0]), Words{});
  EXPECT_EQ(command_of(s.topology.servers[0], s.arms[1]), (Words{"my-server"}));
  EXPECT_EQ(s.arms[1].programs, "../other/build/bin");
  const Scenario own = load_scenario(data / "everything.yaml").scenario;
  EXPECT_EQ(command_of(*own.topology.router, own.arms[0]), own.topology.router->command);
}

TEST(ArmPrograms, AToolIsUnknownOnlyWhereSomeArmKeepsTheMock) {
  const std::string call = "load.calls=[ { tool: theirs } ]";
  const auto replaced = [](const std::string& arm) { return "arms." + arm + ".commands={ tools: [my-server] }"; };
  EXPECT_NE(refusal({call, replaced("on")}).find("there is no tool `theirs`"), std::string::npos);
  EXPECT_EQ(refusal({call, replaced("on"), replaced("off")}), "accepted");
}

TEST(Exporters, GzipIsAcceptedOverBothProtocols) {
  EXPECT_EQ(
      refusal({"arms.on.tracing.exporter={ type: otlp_http, gzip: true }", "arms.off.tracing.exporter.gzip=true"}),
      "accepted");
}

}  // namespace
}  // namespace tracetax
