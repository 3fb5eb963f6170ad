// What a person reads who made mistakes: tests/data/scenarios/wrong/*.yaml and the text of each beside it.
// NAME.budgets, where there is one, is the budgets file. TRACETAX_UPDATE_GOLDEN=1 writes the .expected files anew; look
// at the difference before you commit it.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "harness/scenario/load_scenario.h"

namespace tracetax {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> wrong_files() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(fs::path(TRACETAX_SOURCE_DIR) / "tests/data/scenarios/wrong")) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

class WrongScenario : public testing::TestWithParam<std::string> {
 protected:
  // Messages name files as they were given: relative, so that they are the same on every machine.
  void SetUp() override { fs::current_path(fs::path(TRACETAX_SOURCE_DIR) / "tests/data/scenarios/wrong"); }
};

TEST_P(WrongScenario, SaysWhatTheFileBesideItSays) {
  const std::string& name = GetParam();
  std::string said;
  try {
    const fs::path budgets = name + ".budgets";
    load_scenario(name + ".yaml", {}, fs::exists(budgets) ? budgets : fs::path());
    FAIL() << name << " was accepted";
  } catch (const ScenarioError& error) {
    said = std::string(error.what()) + "\n";
  }
  const fs::path expected = name + ".expected";
  if (std::getenv("TRACETAX_UPDATE_GOLDEN")) std::ofstream(expected, std::ios::binary) << said;
  EXPECT_EQ(said, read(expected));
}

INSTANTIATE_TEST_SUITE_P(Files, WrongScenario, testing::ValuesIn(wrong_files()),
                         [](const auto& file) { return file.param; });

TEST(WrongScenarios, AreManyAndNoneIsLeftWithoutItsText) {
  EXPECT_GE(wrong_files().size(), 50U);
}

}  // namespace
}  // namespace tracetax
