// What a search found, held against what a claim needs.

#include "harness/cli/claim_search.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "harness/cli/claim_runs.h"

namespace tracetax::cli {
namespace {

Result read(const std::string& searches, std::vector<ClaimSearch::Rate> rates) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "claim_search";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "tune.json") << R"({"schema":"tracetax.tune/1","name":"x","searches":[)" << searches << "]}";
  const ClaimSearch search{.scenario = "x", .rates = std::move(rates)};
  Result result = result_of_search(folder, search, "M1");
  std::filesystem::remove_all(folder);
  return result;
}

std::string found(const std::string& rate, const std::string& end, const std::string& numbers) {
  return R"({"rate":")" + rate + R"(","end":")" + end + R"(",)" + numbers +
         R"(,"duration_ns":5000000000,"points":[{"blocks":6},{"blocks":4}]})";
}

TEST(ClaimSearch, IsHeldAgainstWhatIsWanted) {
  const std::string between = found("100/s", "found", R"("x":0.21,"crossing":0.23,"safe":0.21,"unsafe":0.25)");
  const auto verdict = [&](double at_least) { return read(between, {{"100/s", at_least}}).checks.at(0).verdict; };
  EXPECT_EQ(verdict(0.2), Verdict::within);
  EXPECT_EQ(verdict(0.21), Verdict::within);
  EXPECT_EQ(verdict(0.22), Verdict::inconclusive);
  EXPECT_EQ(verdict(0.26), Verdict::exceeded);
  const Result result = read(between, {{"100/s", 0.2}});
  const CheckResult& check = result.checks.at(0);
  EXPECT_EQ(check.ids, std::vector<std::string>{"M1"});
  EXPECT_EQ(check.arm, "100/s");
  EXPECT_DOUBLE_EQ(check.observed, 0.23);
  EXPECT_DOUBLE_EQ(check.low, 0.21);
  EXPECT_DOUBLE_EQ(check.high, 0.25);
  EXPECT_EQ(result.blocks_done, 10U);
  EXPECT_TRUE(result.valid);
}

TEST(ClaimSearch, AllWithinIsTheWholeRange) {
  const Result result = read(found("9/s", "all within", R"("x":1,"safe":1,"unsafe":null)"), {{"9/s", 1}});
  EXPECT_EQ(result.checks.at(0).verdict, Verdict::within);
}

TEST(ClaimSearch, NoneWithinIsExceeded) {
  const Result result = read(found("9/s", "none within", R"("safe":null,"unsafe":0.001)"), {{"9/s", 0.01}});
  EXPECT_EQ(result.checks.at(0).verdict, Verdict::exceeded);
}

// The value itself broke a budget: the largest that does not is below it.
TEST(ClaimSearch, AValueThatBreaksABudgetIsNotReached) {
  const Result result = read(found("9/s", "below", R"("safe":null,"unsafe":0.5)"), {{"9/s", 0.5}});
  EXPECT_EQ(result.checks.at(0).verdict, Verdict::exceeded);
}

TEST(ClaimSearch, WhatWasNotSearchedOrNotValidIsOpen) {
  const Result missing = read(found("9/s", "all within", R"("safe":1)"), {{"8/s", 0.5}});
  EXPECT_EQ(missing.checks.at(0).verdict, Verdict::inconclusive);
  const Result broken = read(found("9/s", "not valid", R"("safe":1)"), {{"9/s", 0.5}});
  EXPECT_EQ(broken.checks.at(0).verdict, Verdict::inconclusive);
  EXPECT_FALSE(broken.valid);
  const Result cut = read(found("9/s", "interrupted", R"("safe":1)"), {{"9/s", 0.5}});
  EXPECT_FALSE(cut.finished);
}

// Every claim of the bundled systems names scenarios that are there, free of mistakes, and decide it.
TEST(BundledClaims, AreDecidedByWhatTheyName) {
  std::vector<ClaimsFile> files;
  for (const auto& entry : std::filesystem::directory_iterator(TRACETAX_SOURCE_DIR "/scenarios")) {
    if (std::filesystem::exists(entry.path() / "claims.yaml"))
      files.push_back(read_claims(entry.path() / "claims.yaml"));
  }
  ASSERT_EQ(files.size(), 5U);
  for (const bool quick : {false, true}) EXPECT_GE(plan_claim_runs(files, quick).size(), 30U);
}

}  // namespace
}  // namespace tracetax::cli
