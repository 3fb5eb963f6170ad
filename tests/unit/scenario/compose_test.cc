// extends and --set.

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "harness/scenario/load_scenario.h"

namespace tracetax {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

const std::string minimal =
    "version: 1\nname: base\ntopology: { servers: [ { name: tools } ] }\ntools: { lookup: {} }\n"
    "load: { arrivals: { process: poisson, rate: 100/s }, calls: [ { tool: lookup }, { tool: echo } ] }\n"
    "arms:\n  off: { role: control }\n  ratio.10: { tracing: { sampler: { type: traceidratio, ratio: 0.1 } } }\n";

Scenario with(std::vector<std::string> sets, const std::string& text = minimal) {
  return load_scenario_text(text, "s.yaml", sets).scenario;
}
std::string refusal(std::vector<std::string> sets, const std::string& text = minimal) {
  try {
    load_scenario_text(text, "s.yaml", sets);
  } catch (const ScenarioError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Set, ReplacesWhatIsThereAndAddsWhatIsNot) {
  const Scenario s = with({"load.arrivals.rate=800/s", "load.sessions=4", "plan.blocks={ min: 3, max: 5 }",
                           "plan.window=2s", "name=other", "topology.gateway.listen=ws"});
  EXPECT_DOUBLE_EQ(std::get<OpenArrivals>(s.load.arrivals).rate_per_s, 800);
  EXPECT_EQ(s.load.sessions, 4U);
  EXPECT_EQ(s.plan.blocks_min, 3U);
  EXPECT_EQ(s.plan.blocks_max, 5U);
  EXPECT_EQ(s.plan.window, 2s);
  EXPECT_EQ(s.name, "other");
  EXPECT_EQ(s.topology.gateway.value().listen, TransportKind::ws);
}

TEST(Set, ReachesListItemsByNumberAndNamesWithPoints) {
  const Scenario s = with({"load.calls.1.weight=3", "arms.ratio.10.tracing.sampler.ratio=50%",
                           "load.calls.0={ tool: spin, arguments: { us: 5 } }"});
  EXPECT_DOUBLE_EQ(s.load.calls.at(1).weight, 3);
  EXPECT_EQ(s.load.calls.at(0).arguments_json, "{\"us\":5}");
  EXPECT_DOUBLE_EQ(s.arms.at(1).tracing.sampler.ratio, 0.5);
}

TEST(Set, LaterOnesWinAndNullRemoves) {
  EXPECT_EQ(with({"load.sessions=2", "load.sessions=3"}).load.sessions, 3U);
  EXPECT_EQ(with({"load.sessions=2", "load.sessions=null"}).load.sessions, 1U);
  EXPECT_TRUE(with({"load.calls=[ { tool: echo } ]", "tools=null"}).tools.empty());
}

TEST(Set, ValuesMayHoldTheEqualsSign) {
  EXPECT_EQ(with({"description=a=b"}).description, "a=b");
}

TEST(Set, MistakesNameTheSet) {
  EXPECT_EQ(refusal({"load.arrivals.rate=-5/s"}),
            "--set load.arrivals.rate=-5/s: load.arrivals.rate: must be above 0/s, got `-5/s`");
  EXPECT_EQ(refusal({"load.sesions=5"}),
            "--set load.sesions=5: load.sesions: unknown key\n  hint: did you mean `sessions`?");
  EXPECT_EQ(refusal({"arms.ratio10.role=control"}),
            "--set arms.ratio10.role=control: arms.ratio10.role: there is no `ratio10` in arms\n"
            "  hint: did you mean `ratio.10`?");
  EXPECT_EQ(refusal({"load.calls.2.weight=3"}),
            "--set load.calls.2.weight=3: load.calls.2.weight: load.calls is a list and has the items 0 to 1, got `2`");
  EXPECT_EQ(refusal({"load.calls.first.weight=3"}).find("--set load.calls.first.weight=3: "), 0U);
  EXPECT_EQ(refusal({"load.calls.-1.weight=3"}).find("--set load.calls.-1.weight=3: "), 0U);
  EXPECT_EQ(refusal({"name.first=x"}),
            "--set name.first=x: name.first: name is `base` and has no keys\n"
            "  hint: set it as a whole: --set 'name={ … }'");
  EXPECT_EQ(refusal({"budgets=null"}), "--set budgets=null: budgets: there is nothing to remove");
  EXPECT_NE(refusal({"load.calls.0=null"}).find("an item of a list cannot be removed"), std::string::npos);
  for (const char* set : {"load.sessions", "=5", "", "load..sessions=5", "load.=5", ".=5", "load.sessions.=5"}) {
    EXPECT_EQ(refusal({set}).find(std::string("--set ") + set + ": "), 0U) << refusal({set});
  }
  EXPECT_NE(refusal({"plan=[ 1"}).find("--set plan=[ 1: plan: is not YAML"), std::string::npos)
      << refusal({"plan=[ 1"});
}

TEST(Set, MistakesOfTheFileAndOfAllSetsAreToldAtOnce) {
  const std::string text = refusal({"load.sessions=0", "plan.seed=x"}, minimal + "nmae: y\n");
  EXPECT_NE(text.find("s.yaml:9:1: nmae"), std::string::npos) << text;
  EXPECT_LT(text.find("nmae"), text.find("--set load.sessions=0"));
  EXPECT_LT(text.find("--set load.sessions=0"), text.find("--set plan.seed=x"));
}

class Extends : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / ("extends-" + std::to_string(::getpid()));
    fs::create_directories(folder_ / "below");
    write("base.yaml", minimal);
  }
  void TearDown() override { fs::remove_all(folder_); }
  void write(const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; }
  Scenario load(const std::string& name) { return load_scenario(folder_ / name).scenario; }

  fs::path folder_;
};

TEST_F(Extends, MapsAreMergedListsReplacedNullRemoves) {
  write("below/s.yaml",
        "extends: ../base.yaml\nname: derived\nload: { arrivals: { rate: 5/s }, calls: [ { tool: spin } ] }\n"
        "arms: { ratio.10: null, all: { tracing: { sampler: always_on } } }\n");
  const Scenario s = load("below/s.yaml");
  EXPECT_EQ(s.name, "derived");
  EXPECT_EQ(std::get<OpenArrivals>(s.load.arrivals).process, OpenArrivals::Process::poisson);
  EXPECT_DOUBLE_EQ(std::get<OpenArrivals>(s.load.arrivals).rate_per_s, 5);
  ASSERT_EQ(s.load.calls.size(), 1U);
  EXPECT_EQ(s.load.calls[0].tool, "spin");
  ASSERT_EQ(s.arms.size(), 2U);
  EXPECT_EQ(s.arms[0].name, "off");
  EXPECT_EQ(s.arms[1].name, "all");
}

TEST_F(Extends, MayBeAChainAndMayReplaceAWordByAMap) {
  write("one.yaml", "extends: base.yaml\narms: { ratio.10: { tracing: { sampler: always_on } } }\n");
  write("two.yaml", "extends: one.yaml\nplan: { seed: 3 }\narms: { off: { role: control } }\n");
  const Scenario s = load("two.yaml");
  EXPECT_EQ(s.plan.seed, 3U);
  EXPECT_EQ(s.arms.at(1).tracing.sampler.type, SamplerType::always_on);
}

TEST_F(Extends, ResolvedHasNoExtendsAndStandsAlone) {
  write("s.yaml", "extends: base.yaml\nname: derived\n");
  const LoadedScenario loaded = load_scenario(folder_ / "s.yaml");
  EXPECT_EQ(loaded.source, "extends: base.yaml\nname: derived\n");
  EXPECT_EQ(loaded.resolved.find("extends"), std::string::npos);
  EXPECT_EQ(load_scenario_text(loaded.resolved, "/elsewhere/r.yaml").scenario.name, "derived");
}

TEST_F(Extends, ALongChainEnds) {
  for (int i = 0; i < 20; ++i)
    write("c" + std::to_string(i) + ".yaml", "extends: c" + std::to_string(i + 1) + ".yaml\n");
  EXPECT_THROW(load("c0.yaml"), ScenarioError);
  write("self.yaml", "extends: ./below/../self.yaml\n");
  EXPECT_THROW(load("self.yaml"), ScenarioError);
}

}  // namespace
}  // namespace tracetax
