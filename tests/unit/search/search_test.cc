#include "harness/search/search.h"

#include <gtest/gtest.h>

namespace tracetax {
namespace {

SearchTerms terms(std::vector<double> limits = {0.05}) {
  SearchTerms terms;
  terms.knob = make_knob("k", "0.001", "1");
  terms.limits = std::move(limits);
  return terms;
}

// A probe of one budget with a limit of 0.05, judged as its interval says.
Probe probe(double x, double overhead, double error = 0.001) {
  const Verdict verdict = overhead + 2.3 * error <= 0.05  ? Verdict::within
                          : overhead - 2.3 * error > 0.05 ? Verdict::exceeded
                                                          : Verdict::inconclusive;
  return {x, {{overhead, error, 9, verdict}}};
}

TEST(Search, BeginsAtTheTopAndEndsThereWhenAllIsWithin) {
  EXPECT_EQ(next_step(terms(), {}).probe, 1.0);
  const std::vector<Probe> probes{probe(1, 0.03)};
  const SearchStep step = next_step(terms(), probes);
  EXPECT_FALSE(step.probe);
  EXPECT_EQ(step.end, SearchEnd::all_within);
  EXPECT_EQ(state_of(terms(), probes).safe, 1.0);
}

TEST(Search, EndsAtTheBottomWhenEvenThatBreaksABudget) {
  const std::vector<Probe> top{probe(1, 0.3)};
  EXPECT_EQ(next_step(terms(), top).probe, 0.001);
  const std::vector<Probe> both{probe(1, 0.3), probe(0.001, 0.2)};
  EXPECT_EQ(next_step(terms(), both).end, SearchEnd::none_within);
  EXPECT_FALSE(next_step(terms(), both).probe);
}

SearchTerms asking(double value) {
  SearchTerms asked = terms();
  asked.asked = value;
  return asked;
}

TEST(Search, ForAValueThatIsAskedAboutBeginsThereAndEndsWhenItIsKnown) {
  EXPECT_EQ(next_step(asking(0.1), {}).probe, 0.1);
  const std::vector<Probe> kept{probe(0.1, 0.03)};
  EXPECT_EQ(next_step(asking(0.1), kept).end, SearchEnd::reaches);
  EXPECT_EQ(state_of(asking(0.1), kept).safe, 0.1);
  const std::vector<Probe> broken{probe(0.1, 0.3)};
  EXPECT_EQ(next_step(asking(0.1), broken).end, SearchEnd::below_asked);
  EXPECT_EQ(state_of(asking(0.1), broken).unsafe, 0.1);
}

TEST(Search, ForAValueThatAProbeLeavesOpenGoesOnWithTheLine) {
  std::vector<Probe> probes{probe(0.19, 0.0485)};  // 0.0105 + 0.2 x
  EXPECT_EQ(next_step(asking(0.19), probes).probe, 1.0);
  probes.push_back(probe(1, 0.2105));
  EXPECT_EQ(next_step(asking(0.19), probes).probe, 0.001);
  probes.push_back(probe(0.001, 0.0107));
  for (int i = 0; i < 20 && next_step(asking(0.19), probes).probe; ++i) {
    const double x = *next_step(asking(0.19), probes).probe;
    EXPECT_NEAR(x, 0.1975, 0.03);
    probes.push_back(probe(x, 0.0105 + 0.2 * x));
  }
  EXPECT_EQ(next_step(asking(0.19), probes).end, SearchEnd::reaches);
}

TEST(Search, ProbesWhereTheLineMeetsTheLimitAndThenAnswers) {
  std::vector<Probe> probes{probe(1, 0.21), probe(0.001, 0.0102)};
  const SearchStep third = next_step(terms(), probes);
  ASSERT_TRUE(third.probe);
  EXPECT_NEAR(*third.probe, 0.2, 0.02);
  probes.push_back(probe(*third.probe, 0.01 + 0.2 * *third.probe));
  const SearchStep end = next_step(terms(), probes);
  EXPECT_FALSE(end.probe);
  EXPECT_EQ(end.end, SearchEnd::found);
  const SearchState state = state_of(terms(), probes);
  EXPECT_LT(*state.safe, 0.2);
  EXPECT_GT(*state.safe, 0.16);
  EXPECT_NEAR(*state.crossing, 0.2, 0.001);
  EXPECT_LE(width_of(terms(), state), 0.2);
}

TEST(Search, AProbeNearTheAnswerConfirmsIt) {
  const std::vector<Probe> probes{probe(1, 0.21), probe(0.001, 0.0102)};
  EXPECT_FALSE(confirmed(terms(), probes, 0.19));
  std::vector<Probe> near = probes;
  near.push_back(probe(0.2, 0.05));
  EXPECT_TRUE(confirmed(terms(), near, 0.19));
  near.back() = probe(0.2, 0.09);  // breaks the budget
  EXPECT_FALSE(confirmed(terms(), near, 0.19));
}

TEST(Search, TheSameProbesGiveTheSameStep) {
  const std::vector<Probe> probes{probe(1, 0.21), probe(0.001, 0.0102), probe(0.3, 0.071)};
  const SearchStep once = next_step(terms(), probes);
  const SearchStep again = next_step(terms(), probes);
  EXPECT_EQ(once.probe, again.probe);
  EXPECT_EQ(once.why, again.why);
}

TEST(Search, TheTightestBudgetBinds) {
  std::vector<Probe> probes;
  for (const double x : {1.0, 0.001, 0.1, 0.2}) {
    Probe two = probe(x, 0.01 + 0.2 * x);
    const double cpu = 0.1 + 4 * x;
    two.budgets.push_back({cpu, 0.005, 9, cpu < 0.5 ? Verdict::within : Verdict::exceeded});
    probes.push_back(two);
  }
  const SearchState state = state_of(terms({0.05, 0.5}), probes);
  EXPECT_NEAR(*state.crossing, 0.1, 0.005);
  EXPECT_LT(*state.safe, 0.1);
}

TEST(Search, NothingIsSafeWhileOneBudgetIsNotKnown) {
  std::vector<Probe> probes;
  for (const double x : {1.0, 0.001, 0.1, 0.2}) {
    Probe two = probe(x, 0.01 + 0.2 * x);
    two.budgets.push_back({0.5, 5, 9, Verdict::inconclusive});
    probes.push_back(two);
  }
  EXPECT_FALSE(state_of(terms({0.05, 0.5}), probes).safe);
  EXPECT_TRUE(state_of(terms({0.05}), probes).safe);
}

TEST(Search, WithoutASpreadItBisects) {
  const auto verdict = [](double x) { return Probe{x, {{0, 0, 9, x <= 0.1 ? Verdict::within : Verdict::exceeded}}}; };
  std::vector<Probe> probes;
  SearchStep step = next_step(terms(), probes);
  for (; step.probe; step = next_step(terms(), probes)) probes.push_back(verdict(*step.probe));
  EXPECT_EQ(step.end, SearchEnd::found);
  const SearchState state = state_of(terms(), probes);
  EXPECT_LE(*state.safe, 0.1);
  EXPECT_GE(*state.safe, 0.08);
  EXPECT_LE(probes.size(), 9u);
}

TEST(Search, SaysWhenTheCostFalls) {
  const std::vector<Probe> probes{probe(1, 0.01), probe(0.5, 0.3)};
  const SearchState state = state_of(terms(), probes);
  EXPECT_TRUE(state.falls);
  EXPECT_EQ(next_step(terms(), probes).end, SearchEnd::not_monotone);
}

TEST(Search, GivesUpAfterTheMostProbes) {
  SearchTerms few = terms();
  few.most_probes = 5;
  std::vector<Probe> probes;
  SearchStep step = next_step(few, probes);
  for (; step.probe; step = next_step(few, probes)) probes.push_back(probe(*step.probe, 0.05, 0.5));
  EXPECT_EQ(probes.size(), 5u);
  EXPECT_EQ(step.end, SearchEnd::undecided);
  EXPECT_FALSE(state_of(few, probes).safe);
}

TEST(Search, WholeKnobsEndAtNeighbours) {
  SearchTerms whole = terms();
  whole.knob = make_knob("k", "0", "8");
  whole.knob.whole = true;
  const auto verdict = [](double x) { return Probe{x, {{0, 0, 9, x <= 3 ? Verdict::within : Verdict::exceeded}}}; };
  std::vector<Probe> probes;
  SearchStep step = next_step(whole, probes);
  for (; step.probe; step = next_step(whole, probes)) probes.push_back(verdict(*step.probe));
  EXPECT_EQ(step.end, SearchEnd::found);
  EXPECT_EQ(state_of(whole, probes).safe, 3.0);
}

}  // namespace
}  // namespace tracetax
