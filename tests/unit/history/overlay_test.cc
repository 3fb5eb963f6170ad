#include "harness/results/overlay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/made_result.h"

namespace tracetax {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

Result with_cost(double share) {
  Result r = made::result();
  r.comparisons = {made::comparison({"latency.p50", 2e6, share, 0.001}), made::comparison({"memory", 1e7, 0.1, 0.01}),
                   made::comparison({"cpu_per_call", 1e5, 0.2, 0.01, "gateway"})};
  r.budgets = {made::budget("latency.p50", 0.05, true)};
  return r;
}

TEST(Overlay, HasARowForEachBudgetAndACellForEachResult) {
  Result other = with_cost(0.03);
  other.budgets[0].verdict = Verdict::exceeded;
  other.budgets.push_back(made::budget("memory", 1e6, false));
  const Overlay overlay = make_overlay({{"a", with_cost(0.01)}, {"b", other}});
  ASSERT_EQ(overlay.rows.size(), 2U);
  EXPECT_EQ(overlay.rows[0].metric, "latency.p50");
  ASSERT_EQ(overlay.rows[0].cells.size(), 2U);
  EXPECT_NEAR(overlay.rows[0].cells[0].relative->estimate, 0.01, 1e-9);
  EXPECT_NEAR(overlay.rows[0].cells[1].relative->estimate, 0.03, 1e-9);
  EXPECT_EQ(overlay.rows[0].cells[1].verdict, Verdict::exceeded);
  EXPECT_EQ(overlay.rows[1].metric, "memory");
  EXPECT_TRUE(overlay.rows[1].cells[0].measured);
  EXPECT_FALSE(overlay.rows[1].cells[0].limit);  // a budget of the other result alone
  EXPECT_EQ(overlay.rows[1].cells[1].limit, 1e6);
}

TEST(Overlay, WithoutBudgetsShowsTheWholeSystem) {
  Result r = with_cost(0.01);
  r.budgets.clear();
  const Overlay overlay = make_overlay({{"a", r}, {"b", r}});
  ASSERT_EQ(overlay.rows.size(), 2U);
  EXPECT_FALSE(overlay.rows[0].budgeted);
  EXPECT_EQ(overlay.rows[1].metric, "memory");
}

TEST(Overlay, SaysWhichAreOfOneScenario) {
  Result other = with_cost(0.01);
  other.fingerprint = "fedcba9876543210";
  Result unknown = with_cost(0.01);
  unknown.fingerprint.clear();
  const Overlay overlay = make_overlay(
      {{"a", with_cost(0.01)}, {"b", other}, {"c", with_cost(0.02)}, {"d", other}, {"e", unknown}, {"f", unknown}});
  std::string same;
  for (const OverlaidResult& r : overlay.results) same += r.same_as;
  EXPECT_EQ(same, "ABABEF");
  EXPECT_FALSE(overlay.same_scenario);
  EXPECT_THAT(overlay.notes, Contains(HasSubstr("not all results are of one scenario")));
  const Overlay alike = make_overlay({{"a", with_cost(0.01)}, {"b", with_cost(0.02)}});
  EXPECT_TRUE(alike.same_scenario);
  EXPECT_THAT(alike.notes, IsEmpty());
}

TEST(Overlay, SaysWhatMakesNumbersDoubtful) {
  Result r = with_cost(0.01);
  r.valid = false;
  r.failures = {"the gateway died"};
  r.finished = false;
  r.doubts = {"spans never reached the sink"};
  r.environment.cores = 64;
  const Overlay overlay = make_overlay({{"a", with_cost(0.01)}, {"b", r}});
  EXPECT_THAT(overlay.notes, Contains("B is not valid: the gateway died"));
  EXPECT_THAT(overlay.notes, Contains("B was cut short after 9 of 9 blocks"));
  EXPECT_THAT(overlay.notes, Contains("B: spans never reached the sink"));
  EXPECT_THAT(overlay.notes, Contains(HasSubstr("machines are of different classes")));
}

TEST(Overlay, LabelsGoOnBeyondZ) {
  const Overlay overlay = make_overlay(std::vector<SourcedResult>(28, {"a", with_cost(0.01)}));
  EXPECT_EQ(overlay.results[25].label, "Z");
  EXPECT_EQ(overlay.results[26].label, "AA");
  EXPECT_EQ(overlay.results[27].label, "AB");
}

}  // namespace
}  // namespace tracetax
