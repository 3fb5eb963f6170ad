// Which verdict a claim gets from the results of its scenarios.

#include "harness/verdict/claims.h"

#include <gtest/gtest.h>

namespace tracetax {
namespace {

class ClaimVerdicts : public testing::Test {
 protected:
  ClaimVerdicts() { file_.folder = "/scenarios/mine"; }

  static BudgetResult budget(const std::string& id, Verdict verdict) {
    BudgetResult out;
    out.metric = "latency.p50";
    out.arm = "traced";
    out.limit = 0.05;
    out.relative = true;
    out.low = 0.01;
    out.high = 0.02;
    out.verdict = verdict;
    out.ids = {id};
    return out;
  }
  static CheckResult check(const std::string& id, Verdict verdict) {
    CheckResult out;
    out.name = "errors_kept";
    out.verdict = verdict;
    out.ids = {"other", id};
    return out;
  }
  void ran(const std::string& scenario, std::vector<BudgetResult> budgets, std::vector<CheckResult> checks = {}) {
    Result result;
    result.budgets = std::move(budgets);
    result.checks = std::move(checks);
    runs_.push_back({.verb = "run", .scenario = "/scenarios/mine/" + scenario + ".yaml", .folder = "runs/" + scenario});
    runs_.back().result = std::move(result);
  }
  ClaimResult judge() const { return judge_claim(claim_, file_, runs_); }

  ClaimsFile file_{};
  Claim claim_{.id = "M1", .says = "it is cheap", .run = {"a", "b"}};
  std::vector<FinishedRun> runs_{};
};

TEST_F(ClaimVerdicts, PassesWhenAllOfItsEvidenceIsWithin) {
  ran("a", {budget("M1", Verdict::within), budget("M2", Verdict::exceeded)});
  ran("b", {}, {check("M1", Verdict::within), check("M3", Verdict::inconclusive)});
  const ClaimResult result = judge();
  EXPECT_EQ(result.verdict, ClaimVerdict::pass) << result.why;
  ASSERT_EQ(result.evidence.size(), 2U);
  EXPECT_EQ(result.evidence[0].run, "runs/a");
  EXPECT_EQ(result.evidence[0].scenario, "a");
  EXPECT_NEAR(result.evidence[0].resolution.value_or(-1), 0.1, 1e-12);
  EXPECT_FALSE(result.evidence[1].resolution.has_value());  // its limit is 0
}

TEST_F(ClaimVerdicts, OneExceededFails) {
  ran("a", {budget("M1", Verdict::within)});
  ran("b", {budget("M1", Verdict::inconclusive), budget("M1", Verdict::exceeded)});
  EXPECT_EQ(judge().verdict, ClaimVerdict::fail);
}

TEST_F(ClaimVerdicts, OneInconclusiveLeavesItOpen) {
  ran("a", {budget("M1", Verdict::within)});
  ran("b", {}, {check("M1", Verdict::inconclusive)});
  EXPECT_EQ(judge().verdict, ClaimVerdict::inconclusive);
}

TEST_F(ClaimVerdicts, MissingEvidenceIsNoPass) {
  ran("a", {budget("M1", Verdict::within)});
  EXPECT_EQ(judge().verdict, ClaimVerdict::inconclusive);
  EXPECT_NE(judge().why.find("b was not run"), std::string::npos) << judge().why;
  ran("b", {budget("M2", Verdict::within)});
  EXPECT_EQ(judge().verdict, ClaimVerdict::inconclusive);
  EXPECT_NE(judge().why.find("b: no budget or check of the run has the id M1"), std::string::npos) << judge().why;
}

TEST_F(ClaimVerdicts, RunsThatAreNotValidDecideNothing) {
  ran("a", {budget("M1", Verdict::within)});
  ran("b", {budget("M1", Verdict::exceeded)});
  runs_[1].result->valid = false;
  runs_[1].result->failures = {"the gateway died"};
  const ClaimResult result = judge();
  EXPECT_EQ(result.verdict, ClaimVerdict::inconclusive);
  EXPECT_EQ(result.evidence.size(), 1U);
  EXPECT_NE(result.why.find("the gateway died"), std::string::npos) << result.why;
  runs_[1].result->valid = true;
  runs_[1].result->finished = false;
  EXPECT_EQ(judge().verdict, ClaimVerdict::inconclusive);
}

TEST_F(ClaimVerdicts, WhatCannotBeTriedHereIsNotMeasurable) {
  ran("a", {budget("M1", Verdict::within)});
  runs_.push_back({.verb = "run", .scenario = "/scenarios/mine/b.yaml", .folder = "runs/b"});
  runs_.back().why = "no Collector was found";
  runs_.back().impossible = true;
  EXPECT_EQ(judge().verdict, ClaimVerdict::not_measurable);
  EXPECT_NE(judge().why.find("no Collector was found"), std::string::npos);
  runs_[0].result->budgets[0].verdict = Verdict::exceeded;  // what is known to be wrong stays wrong
  EXPECT_EQ(judge().verdict, ClaimVerdict::fail);
}

TEST_F(ClaimVerdicts, AClaimCanSayThatNothingDecidesIt) {
  claim_ = {.id = "M1", .says = "it is pretty", .not_measurable = "taste"};
  EXPECT_EQ(judge().verdict, ClaimVerdict::not_measurable);
  EXPECT_EQ(judge().why, "taste");
}

TEST_F(ClaimVerdicts, ASearchIsEvidenceToo) {
  claim_ = {.id = "M1", .says = "much can be kept", .tune = {.scenario = "a", .rates = {{"100/s", 0.5}}}};
  ran("a", {}, {check("M1", Verdict::within)});
  EXPECT_EQ(judge().verdict, ClaimVerdict::inconclusive);  // that run was no search
  runs_[0].verb = "tune";
  EXPECT_EQ(judge().verdict, ClaimVerdict::pass);
  EXPECT_EQ(judge().evidence.at(0).page, "tune.md");
}

TEST_F(ClaimVerdicts, TheVerbBelongsToTheRun) {
  claim_.run = {};
  claim_.sampling = {"a"};
  ran("a", {budget("M1", Verdict::within)});
  EXPECT_EQ(judge().verdict, ClaimVerdict::inconclusive);
  runs_[0].verb = "sampling";
  EXPECT_EQ(judge().verdict, ClaimVerdict::pass);
}

}  // namespace
}  // namespace tracetax
