#include "harness/stats/sequential.h"

#include <cmath>
#include <cstddef>
#include <functional>
#include <vector>

#include <gtest/gtest.h>

#include "harness/stats/distributions.h"
#include "harness/stats/holm.h"

namespace tracetax {
namespace {

std::vector<double> equal_steps(std::size_t looks) {
  std::vector<double> fractions;
  for (std::size_t k = 1; k <= looks; ++k) fractions.push_back(static_cast<double>(k) / static_cast<double>(looks));
  return fractions;
}

double upper_tail(double z) {
  return 0.5 * std::erfc(z / std::sqrt(2.0));
}

// Constants of Jennison & Turnbull (2000), tables 2.1 and 2.3, two-sided 5 %. Both sides are crossed in less than 1 of
// 100,000 experiments, so one side is crossed in 2.5 %; three decimals of the constant are worth 4e-5 of that.
TEST(CrossingProbabilities, OfPublishedBoundaries) {
  struct Constants {
    std::size_t looks;
    double pocock, obrien_fleming;
  };
  for (const Constants& c :
       {Constants{2, 2.178, 1.977}, {3, 2.289, 2.004}, {4, 2.361, 2.024}, {5, 2.413, 2.040}, {10, 2.555, 2.087}}) {
    const std::vector<double> fractions = equal_steps(c.looks);
    const std::vector<double> constant(c.looks, c.pocock);
    EXPECT_NEAR(crossing_probabilities(fractions, constant).back(), 0.025, 5e-5) << c.looks;
    std::vector<double> falling;
    for (const double fraction : fractions) falling.push_back(c.obrien_fleming / std::sqrt(fraction));
    EXPECT_NEAR(crossing_probabilities(fractions, falling).back(), 0.025, 5e-5) << c.looks;
  }
}

// One-sided 2.5 %, five equal steps: boundaries that Lan & DeMets' programs print for their two spending functions.
TEST(NominalLevels, OfPublishedSpending) {
  const std::vector<double> fractions = equal_steps(5);
  std::vector<double> like_obrien_fleming;
  std::vector<double> like_pocock;
  for (const double t : fractions) {
    like_obrien_fleming.push_back(2 *
                                  upper_tail(2.241402727604947 / std::sqrt(t)));  // the normal quantile of 1 - 0.0125
    like_pocock.push_back(0.025 * std::log1p((std::exp(1.0) - 1) * t));
  }
  const std::vector<double> obrien_fleming{4.8769, 3.3569, 2.6803, 2.2898, 2.0310};
  const std::vector<double> pocock{2.4380, 2.4268, 2.4101, 2.3966, 2.3859};
  const std::vector<double> falling = nominal_levels(fractions, like_obrien_fleming);
  const std::vector<double> flat = nominal_levels(fractions, like_pocock);
  for (std::size_t k = 0; k < fractions.size(); ++k) {
    EXPECT_NEAR(falling[k] / upper_tail(obrien_fleming[k]), 1, 1e-3) << k;
    EXPECT_NEAR(flat[k] / upper_tail(pocock[k]), 1, 1e-3) << k;
  }
}

TEST(NominalLevels, SpendWhatTheySay) {
  const std::vector<double> fractions{0.02, 0.1, 0.11, 0.5, 0.97};
  for (const double alpha : {0.05, 0.025, 0.0025, 1e-5}) {
    std::vector<double> spent;
    for (const double t : fractions) spent.push_back(spent_alpha(alpha, t));
    std::vector<double> z;
    // By bisection, so that no second formula of quantiles is needed for levels of 1e-9.
    for (const double level : nominal_levels(fractions, spent)) {
      double low = 0;
      double high = 20;
      for (int i = 0; i < 100; ++i) (upper_tail((low + high) / 2) > level ? low : high) = (low + high) / 2;
      z.push_back(low);
    }
    const std::vector<double> crossed = crossing_probabilities(fractions, z);
    for (std::size_t k = 0; k < fractions.size(); ++k) EXPECT_NEAR(crossed[k] / spent[k], 1, 1e-8) << alpha << " " << k;
  }
}

TEST(NominalLevels, OfALookThatSpendsNothingAre0) {
  const std::vector<double> levels =
      nominal_levels(std::vector<double>{0.25, 0.5, 1}, std::vector<double>{0, 0.01, 0.025});
  const std::vector<double> without = nominal_levels(std::vector<double>{0.5, 1}, std::vector<double>{0.01, 0.025});
  EXPECT_EQ(levels[0], 0);
  EXPECT_NEAR(levels[1], without[0], 1e-10);
  EXPECT_NEAR(levels[2], without[1], 1e-10);
}

// Looks of the smallest and of quickly shrinking steps: the integration must follow the step's scale.
TEST(NominalLevels, OfALookThatAddsAlmostNothing) {
  const std::vector<double> levels = look_levels(0.025, {{0.5, 0.999, 1}});
  const std::vector<double> two = look_levels(0.025, {{0.5, 1}});
  EXPECT_LT(levels[2], two[1]);
  EXPECT_NEAR(levels[1] / nominal_levels(std::vector<double>{0.5, 0.999},
                                         std::vector<double>{0.025 * 0.25, 0.025 * 0.999 * 0.999})[1],
              1, 1e-12);
}

TEST(LookLevel, OfOneLookIsTheWhole) {
  EXPECT_EQ(look_level(0.025, std::vector<double>{1}, true), 0.025);
  EXPECT_EQ(look_level(0.025, std::vector<double>{0.3}, true), 0.025);  // cut short
  EXPECT_EQ(look_level(0.025, std::vector<double>{0.25}, false), 0.025 / 16);
}

TEST(LookLevel, SpendsWhatIsLeftAtTheLast) {
  const std::vector<double> so_far{0.25, 0.5};
  const double middle = look_level(0.025, so_far, false);
  const double final = look_level(0.025, so_far, true);
  EXPECT_LT(middle, final);
  EXPECT_LT(final, 0.025);
  EXPECT_EQ(final, look_levels(0.025, {so_far}).back());
  EXPECT_EQ(look_level(0.025, std::vector<double>{0.25}, false), look_levels(0.025, {so_far}).front());
}

// What Ye, Li, Liu & Yao's procedure asks for: fewer hypotheses left, a higher level at every look.
TEST(LookLevel, FallsWithTheNumberThatShareIt) {
  const std::vector<double> fractions{0.25, 0.5, 0.75, 1};
  std::vector<double> before = look_levels(0.025, {fractions});
  for (std::size_t share = 2; share <= 10; ++share) {
    const std::vector<double> levels = look_levels(0.025 / static_cast<double>(share), {fractions});
    for (std::size_t k = 0; k < levels.size(); ++k) EXPECT_LT(levels[k], before[k]) << share << " " << k;
    before = levels;
  }
}

TEST(Holm, TakesTheLevelOfEachStepFromTheCaller) {
  const std::vector<double> p{0.03, 0.01, 0.04, 0.013};
  EXPECT_EQ(holm_rejects(p, [](std::size_t share) { return 0.05 / static_cast<double>(share); }),
            holm_rejects(p, 0.05));
  std::vector<std::size_t> asked;
  const auto level = [&](std::size_t share) {
    asked.push_back(share);
    return share == 4 ? 0.01 : 0.012;
  };
  EXPECT_EQ(holm_rejects(p, level), (std::vector<bool>{false, true, false, false}));
  EXPECT_EQ(asked, (std::vector<std::size_t>{4, 3}));
}

}  // namespace
}  // namespace tracetax
