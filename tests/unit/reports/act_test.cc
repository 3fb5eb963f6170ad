#include "reports/act.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tracetax {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

BudgetResult budget(Verdict verdict, const std::string& detail = {}) {
  return {.metric = "latency.p50",
          .arm = "ratio10",
          .limit = 0.05,
          .relative = true,
          .estimate = 0.03,
          .low = 0.02,
          .high = 0.04,
          .verdict = verdict,
          .detail = detail};
}

TEST(Act, SaysWhetherToDoAnything) {
  Result r;
  EXPECT_THAT(words::act(r, budget(Verdict::within)), StartsWith("No"));
  EXPECT_THAT(words::act(r, budget(Verdict::exceeded)), StartsWith("Yes"));
  EXPECT_THAT(words::act(r, budget(Verdict::inconclusive)), HasSubstr("not a pass"));
  r.doubts = {"spans lost"};
  EXPECT_THAT(words::act(r, budget(Verdict::within)), HasSubstr("as far as these numbers can be believed"));
  r.valid = false;
  EXPECT_THAT(words::act(r, budget(Verdict::within)), HasSubstr("not valid"));
}

TEST(Act, NamesTheBlocksThatWouldDecide) {
  BudgetResult open = budget(Verdict::inconclusive);
  open.blocks_needed = 1400;
  EXPECT_THAT(words::act({}, open), HasSubstr("raise plan.blocks to about 1,400"));
  open.resolvable = false;
  EXPECT_THAT(words::act({}, open), StartsWith("Measure differently"));
}

TEST(Act, FollowsWhyABudgetIsOpen) {
  const auto of = [](const char* detail) { return words::act({}, budget(Verdict::inconclusive, detail)); };
  EXPECT_THAT(of("not measured: fewer than two blocks have this metric in both arms"), HasSubstr("repair the run"));
  EXPECT_THAT(of("a share of nothing: in at least one block a value is 0; give an absolute limit"),
              HasSubstr("amount"));
  EXPECT_THAT(of("within as an inline cost (pairs), but the total cost (blocks) is above the limit"),
              HasSubstr("batch settings"));
  EXPECT_THAT(of("above on its own, but not sure enough among 5 budgets (Holm's correction)"),
              StartsWith("Suspect it"));
}

TEST(Act, KnowsWhatBringsACostDown) {
  const auto of = [](const std::string& metric, const std::string& service = {}) {
    BudgetResult b = budget(Verdict::exceeded);
    b.metric = metric;
    b.service = service;
    return words::act({}, b);
  };
  EXPECT_THAT(of("memory"), HasSubstr("batch.queue"));
  EXPECT_THAT(of("network_per_call"), HasSubstr("gzip"));
  EXPECT_THAT(of("spans_lost"), HasSubstr("batch.queue"));
  EXPECT_NE(of("cpu_per_call"), of("cpu_per_call", "gateway"));
}

TEST(Act, OfChecks) {
  CheckResult check{.name = "sampling_ratio", .verdict = Verdict::within};
  EXPECT_EQ(words::act({}, check), "No.");
  check.verdict = Verdict::exceeded;
  EXPECT_THAT(words::act({}, check), HasSubstr("sampler"));
  check.detail = "33 of 16,000 traces miss a service they passed; 512 spans were lost on their way";
  EXPECT_THAT(words::act({}, check), HasSubstr("repair the loss first"));
  check.verdict = Verdict::inconclusive;
  EXPECT_THAT(words::act({}, check), HasSubstr("not a pass"));
}

TEST(Room, IsTheLimitMinusTheUpperEnd) {
  EXPECT_EQ(words::room(budget(Verdict::within)), "+1.00 pp");
  BudgetResult over = budget(Verdict::exceeded);
  over.high = 0.08;
  EXPECT_EQ(words::room(over), "-3.00 pp");
  over.relative = false;
  over.limit = 200e3;
  over.high = 150e3;
  EXPECT_EQ(words::room(over), "+50.0 µs");
  EXPECT_EQ(words::room({.metric = "memory", .arm = "ratio10"}), "–");
}

TEST(Reading, HasTheConfidenceOfTheResult) {
  Result r;
  Comparison c;
  c.confidence = 0.99;
  r.comparisons = {c};
  std::string all;
  for (const words::Meaning& entry : words::reading(r)) all += entry.word + ": " + entry.meaning + "\n";
  EXPECT_THAT(all, HasSubstr("In 99 % of such experiments"));
}

}  // namespace
}  // namespace tracetax
