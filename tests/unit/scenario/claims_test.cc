// Files of claims: what they become, and that every mistake is told at once.

#include "harness/scenario/claims.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "harness/scenario/load_scenario.h"

namespace tracetax {
namespace {

class Claims : public testing::Test {
 protected:
  Claims() : folder_(std::filesystem::path(testing::TempDir()) / "claims") {
    std::filesystem::create_directories(folder_);
    write("quick.yaml", "anything: it is not read\n");
  }
  ~Claims() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }

  std::filesystem::path folder_;
};

TEST_F(Claims, BecomeValues) {
  const ClaimsFile file = read_claims(write(
      "claims.yaml",
      "version: 1\nsystem: mine\ntitle: A system\nsource: its handbook\nclaims:\n"
      "  - { id: M1, says: it is cheap, threshold: 5 %, run: quick, sampling: [ quick, quick.yaml ], note: well }\n"
      "  - { id: M2, says: it is pretty, not_measurable: taste }\n"));
  EXPECT_EQ(file.system, "mine");
  EXPECT_EQ(file.source, "its handbook");
  ASSERT_EQ(file.claims.size(), 2U);
  EXPECT_EQ(file.claims[0].id, "M1");
  EXPECT_EQ(file.claims[0].run, std::vector<std::string>{"quick"});
  EXPECT_EQ(file.claims[0].sampling.size(), 2U);
  EXPECT_EQ(file.claims[1].not_measurable, "taste");
  EXPECT_EQ(scenario_file(file, "quick"), folder_ / "quick.yaml");
  EXPECT_EQ(scenario_file(file, "../quick.yaml"), folder_.parent_path() / "quick.yaml");
}

TEST_F(Claims, EveryMistakeIsTold) {
  const auto file = write("wrong.yaml",
                          "version: 2\nsystem: mine\nclaims:\n"
                          "  - { id: M1, says: one, run: nosuch }\n"
                          "  - { id: M1, says: two, runs: quick }\n"
                          "  - { id: M3, says: three }\n"
                          "  - { id: M4, says: four, run: quick, not_measurable: taste }\n");
  try {
    read_claims(file);
    FAIL() << "was read";
  } catch (const ScenarioError& error) {
    const std::string what = error.what();
    for (const char* part : {"version: must be 1, got `2`", "claims.0.run: there is no scenario `nosuch`",
                             "claims.1.runs: unknown key", "claims.2: nothing decides the claim",
                             "claims.3.not_measurable: the claim names scenarios, too", "`M1` is the id of two claims"})
      EXPECT_NE(what.find(part), std::string::npos) << part << "\nin\n" << what;
  }
}

}  // namespace
}  // namespace tracetax
