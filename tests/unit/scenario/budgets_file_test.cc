// Budgets and checks in a file of their own.

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "harness/scenario/load_scenario.h"
#include "tests/unit/scenario/scenario_text.h"

namespace tracetax {
namespace {

namespace fs = std::filesystem;

const fs::path data = fs::path(TRACETAX_SOURCE_DIR) / "tests/data/scenarios/valid";

class BudgetsFile : public testing::Test {
 protected:
  const fs::path& write(const std::string& text) {
    std::ofstream(file_) << text;
    return file_;
  }
  void TearDown() override { fs::remove(file_); }
  LoadedScenario everything_with(const std::string& text, const std::vector<std::string>& sets = {}) {
    return load_scenario(data / "everything.yaml", sets, write(text));
  }

  const fs::path file_ = fs::path(testing::TempDir()) / ("budgets-" + std::to_string(::getpid()));
};

TEST_F(BudgetsFile, ReplacesWhatItHasAndLeavesTheRest) {
  const Scenario own = load_scenario(data / "everything.yaml").scenario;
  const Scenario budgets = everything_with("version: 1\nbudgets:\n- { metric: memory, max: 1% }\n").scenario;
  ASSERT_EQ(budgets.budgets.size(), 1U);
  EXPECT_EQ(budgets.budgets[0].metric, "memory");
  EXPECT_EQ(budgets.budgets[0].line, 3);
  EXPECT_EQ(budgets.checks.size(), own.checks.size());

  const Scenario checks = everything_with("version: 1\nchecks: [ complete_traces ]\n").scenario;
  EXPECT_EQ(checks.budgets.size(), own.budgets.size());
  EXPECT_EQ(checks.checks.size(), 1U);

  const Scenario none = everything_with("version: 1\nbudgets: []\nchecks: []\n").scenario;
  EXPECT_TRUE(none.budgets.empty());
  EXPECT_TRUE(none.checks.empty());
}

TEST_F(BudgetsFile, GivesBudgetsToAScenarioWithout) {
  const Scenario s =
      load_scenario(data / "minimal.yaml", {}, write("{ version: 1, budgets: [ { metric: latency.p50, max: 1% } ] }"))
          .scenario;
  EXPECT_EQ(s.budgets.size(), 1U);
}

TEST_F(BudgetsFile, SetsComeAfterIt) {
  const LoadedScenario loaded = everything_with("version: 1\nbudgets: [ { metric: latency.p50, max: 1% } ]\n",
                                                std::vector<std::string>{"budgets.0.max=7%"});
  EXPECT_DOUBLE_EQ(loaded.scenario.budgets.at(0).limit, 0.07);
}

TEST_F(BudgetsFile, TheResolvedScenarioHasItAndTheSourceDoesNot) {
  const LoadedScenario loaded = everything_with("version: 1\nbudgets: [ { metric: latency.max, max: 77ms } ]\n");
  EXPECT_EQ(loaded.source, test::read_text(data / "everything.yaml"));
  EXPECT_NE(loaded.resolved.find("77ms"), std::string::npos);
  EXPECT_EQ(loaded.resolved.find("service_time.mean"), std::string::npos);
  const LoadedScenario again = load_scenario_text(loaded.resolved, "resolved");
  EXPECT_EQ(test::everything_of(again.scenario), test::everything_of(loaded.scenario));
}

TEST_F(BudgetsFile, MistakesBearItsNameAndComeAfterTheScenarios) {
  try {
    load_scenario(data / "minimal.yaml", std::vector<std::string>{"plan.seed=x"},
                  write("version: 1\nbudgets:\n  - { metric: latency.p50, max: 1%, arm: onn }\n"));
    FAIL() << "accepted";
  } catch (const ScenarioError& error) {
    ASSERT_EQ(error.problems().size(), 2U);
    EXPECT_EQ(error.problems()[0].text(), file_.string() +
                                              ":3:42: budgets.0.arm: there is no arm `onn`\n"
                                              "  hint: did you mean `on`?");
    EXPECT_EQ(error.problems()[1].file, "--set plan.seed=x");
  }
}

TEST_F(BudgetsFile, OneThatCannotBeReadIsNamed) {
  try {
    load_scenario(data / "minimal.yaml", {}, "/nowhere/budgets.yaml");
    FAIL() << "accepted";
  } catch (const ScenarioError& error) {
    EXPECT_STREQ(error.what(), "/nowhere/budgets.yaml: cannot be read: No such file or directory");
  }
}

TEST_F(BudgetsFile, TheBundledOneFitsEveryBundledScenario) {
  const fs::path folder = fs::path(TRACETAX_SOURCE_DIR) / "scenarios";
  for (const char* name : {"quickstart", "direct", "same", "planted", "ratio-sweep"}) {
    const Scenario s =
        load_scenario(folder / (std::string(name) + ".yaml"), {}, folder / "budgets/strict.yaml").scenario;
    EXPECT_EQ(s.budgets.size(), 4U) << name;
  }
}

}  // namespace
}  // namespace tracetax
