// tracetax scoreboard with real runs: claims that hold, that do not, that cannot be measured; and going on with it.

#include <filesystem>

#include <gtest/gtest.h>

#include "tests/integration/tracetax/program.h"

namespace tracetax::test {
namespace {

using Json = nlohmann::json;

const std::string scenario =
    "version: 1\nname: small\ntopology: { servers: [ { name: tools, listen: http } ] }\n"
    "tools: { lookup: {} }\n"
    "load: { arrivals: { process: poisson, rate: 200/s }, calls: [ { tool: lookup } ] }\n"
    "arms:\n  base: { role: control, tracing: { sampler: none } }\n"
    "  traced: { tracing: { sampler: parentbased_always_on, batch: { delay: 200ms } } }\n"
    "plan: { warmup: 100ms, window: 300ms, pairs_window: 300ms, blocks: 2 }\n"
    "sampling: { steps: [ { rate: 200/s, for: 1s } ] }\n";

const Json& claim_of(const Json& board, const std::string& id) {
  for (const Json& claim : board.at("systems").at(0).at("claims")) {
    if (claim.at("id") == id) return claim;
  }
  static const Json none;
  ADD_FAILURE() << "no claim " << id;
  return none;
}

class Scoreboard : public testing::Test {
 protected:
  Scoreboard() {
    place_.write("cost.yaml", scenario +
                                  "budgets:\n  - { id: C1, metric: latency.p50, max: 10s }\n"
                                  "  - { id: [ C1, C2 ], metric: spans_lost, max: 100% }\n");
    place_.write("kept.yaml",
                 scenario +
                     "checks:\n  - { id: K1, sampling_ratio: { arm: traced, expect: 1, tolerance: 10% } }\n"
                     "  - { id: K2, sampling_ratio: { arm: traced, expect: 0.1, tool: lookup } }\n");
  }
  std::string claims(const std::string& list) const {
    return place_.write("claims.yaml", "version: 1\nsystem: mine\ntitle: Mine\nsource: me\nclaims:\n" + list);
  }
  Workplace place_;
};

TEST_F(Scoreboard, EachClaimHasItsVerdictAndItsRun) {
  const std::string file = claims(
      "  - { id: C1, says: it is cheap, run: cost }\n"
      "  - { id: K1, says: all is kept, sampling: kept }\n"
      "  - { id: K2, says: little is kept, sampling: kept }\n"
      "  - { id: P1, says: it is pretty, not_measurable: taste }\n");
  const std::string out = place_.folder() / "board";
  const Ended run = place_.tracetax({"scoreboard", file, "-o", out});
  EXPECT_EQ(run.code, 1) << run.out << run.err;
  EXPECT_NE(run.out.find("4 claims: 2 pass, 1 fail, 1 not measurable here"), std::string::npos) << run.out;
  const Json board = read_json(out + "/scoreboard.json");
  EXPECT_EQ(claim_of(board, "C1").at("verdict"), "pass");
  EXPECT_EQ(claim_of(board, "C1").at("evidence").size(), 2U);
  EXPECT_EQ(claim_of(board, "K1").at("verdict"), "pass");
  EXPECT_EQ(claim_of(board, "K2").at("verdict"), "fail");
  EXPECT_EQ(claim_of(board, "P1").at("verdict"), "not measurable here");
  ASSERT_EQ(board.at("runs").size(), 2U);
  for (const Json& one : board.at("runs")) {
    EXPECT_EQ(one.at("state"), "done");
    EXPECT_TRUE(std::filesystem::exists(out + "/" + one.at("folder").get<std::string>() + "/report.html"));
  }

  // The same again: what is there is kept. A scenario that changed is run anew.
  const Json before = read_json(
      out + "/runs/" + std::filesystem::path(board.at("runs")[0].at("folder")).filename().string() + "/result.json");
  place_.write(
      "kept.yaml",
      scenario + "checks: [ { id: [ K1, K2 ], sampling_ratio: { arm: traced, expect: 1, tolerance: 10% } } ]\n");
  const Ended again = place_.tracetax({"scoreboard", file, "-o", out});
  EXPECT_EQ(again.code, 0) << again.out << again.err;
  const Json later = read_json(out + "/scoreboard.json");
  EXPECT_EQ(later.at("runs")[0].at("state"), "kept");
  EXPECT_EQ(later.at("runs")[1].at("state"), "done");
  EXPECT_EQ(claim_of(later, "K2").at("verdict"), "pass");
  EXPECT_EQ(later.at("runs")[0].at("started_at"), before.at("started_at"));
}

TEST_F(Scoreboard, AClaimThatNothingDecidesIsAMistakeBeforeAnythingRuns) {
  const Ended run = place_.tracetax(
      {"scoreboard", claims("  - { id: X9, says: it is cheap, run: cost }\n"), "-o", place_.folder() / "board"});
  EXPECT_EQ(run.code, 2) << run.out << run.err;
  EXPECT_NE(run.err.find("X9: no budget or check that `tracetax run` judges"), std::string::npos) << run.err;
  EXPECT_FALSE(std::filesystem::exists(place_.folder() / "board"));
}

TEST_F(Scoreboard, AnotherFolderIsNotWrittenInto) {
  const std::string file = claims("  - { id: P1, says: it is pretty, not_measurable: taste }\n");
  const Ended run = place_.tracetax({"scoreboard", file, "-o", place_.folder()});
  EXPECT_EQ(run.code, 2) << run.out << run.err;
  EXPECT_NE(run.err.find("is not an empty folder"), std::string::npos) << run.err;
  const Ended unknown = place_.tracetax({"scoreboard", "nosuch"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_NE(unknown.err.find("there are no claims of `nosuch`"), std::string::npos) << unknown.err;
}

}  // namespace
}  // namespace tracetax::test
