#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "harness/stats/distributions.h"
#include "harness/stats/holm.h"
#include "harness/stats/mean_interval.h"
#include "harness/stats/power.h"
#include "harness/stats/quantile.h"
#include "harness/stats/resample.h"
#include "harness/stats/welch.h"

namespace tracetax {
namespace {

TEST(StudentT, EqualsThePrintedTables) {
  // Two-sided 95 %, degrees 1, 5, 9, 19: as in any textbook's table.
  EXPECT_NEAR(student_t_quantile(0.975, 1), 12.706, 0.0005);
  EXPECT_NEAR(student_t_quantile(0.975, 5), 2.571, 0.0005);
  EXPECT_NEAR(student_t_quantile(0.975, 9), 2.262, 0.0005);
  EXPECT_NEAR(student_t_quantile(0.975, 19), 2.093, 0.0005);
}

TEST(ClopperPearson, EqualsPublishedIntervals) {
  EXPECT_DOUBLE_EQ(clopper_pearson(0, 10, 0.95).low, 0);
  EXPECT_NEAR(clopper_pearson(0, 10, 0.95).high, 0.3085, 0.00005);
  EXPECT_NEAR(clopper_pearson(5, 10, 0.95).low, 0.1871, 0.00005);
  EXPECT_NEAR(clopper_pearson(5, 10, 0.95).high, 0.8129, 0.00005);
  EXPECT_NEAR(clopper_pearson(10, 10, 0.95).low, 0.6915, 0.00005);
  EXPECT_DOUBLE_EQ(clopper_pearson(10, 10, 0.95).high, 1);
}

TEST(ClopperPearson, KnowsNothingFromNothing) {
  EXPECT_EQ(clopper_pearson(0, 0, 0.95).low, 0);
  EXPECT_EQ(clopper_pearson(0, 0, 0.95).high, 1);
}

TEST(Location, OfOutliers) {
  std::vector<double> values(20, 1.0);
  values.back() = 1000;
  EXPECT_DOUBLE_EQ(trimmed_mean_of_sorted(values), 1.0);  // one of twenty is cut at each side
  EXPECT_NEAR(mean_of(values), 50.95, 1e-12);
  const std::vector<double> unsorted{3, 1, 2, 10};
  EXPECT_DOUBLE_EQ(median_of(unsorted), 2.5);
}

TEST(OrderStatistic, IsARankAndNotARoundingError) {
  std::vector<double> values(1000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i + 1);
  EXPECT_DOUBLE_EQ(order_statistic_of_sorted(values, 0.999), 999);
  EXPECT_DOUBLE_EQ(order_statistic_of_sorted(values, 0.0), 1);
  EXPECT_DOUBLE_EQ(order_statistic_of_sorted(values, 1.0), 1000);
}

TEST(Units, BlocksOfOneLaunchCountAsOne) {
  const std::vector<double> values{1, 3, 10, 20};
  EXPECT_EQ(independent_units(values, std::vector<std::uint32_t>{0, 0, 1, 1}), (std::vector<double>{2, 15}));
  EXPECT_EQ(independent_units(values, std::vector<std::uint32_t>{0, 1, 2, 3}), values);
  EXPECT_EQ(independent_units(values, std::vector<std::uint32_t>{7, 7, 7, 7}), values);
  EXPECT_EQ(independent_units(values, std::vector<std::uint32_t>{0, 1, 1, 0}), (std::vector<double>{10.5, 6.5}));
}

TEST(Mean, OfEqualUnitsHasNoSpread) {
  const MeanEstimate same = estimate_mean(std::vector<double>{0.1, 0.1, 0.1});
  EXPECT_EQ(same.mean, 0.1);
  EXPECT_EQ(same.standard_error, 0);
  EXPECT_EQ(student_interval(same, 0.95).low, 0.1);
  EXPECT_EQ(p_above(same, 0.1), 1);
  EXPECT_EQ(p_above(same, 0.05), 0);
  Rng rng(1);
  EXPECT_EQ(bootstrap_t_interval(std::vector<double>{2, 2, 2}, 0.95, 99, rng).high, 2);
}

TEST(BootstrapT, IsTheSameForTheSameSeed) {
  const std::vector<double> units{3, 1, 4, 1, 5, 9};
  Rng a(7);
  Rng b(7);
  Rng c(8);
  const Interval first = bootstrap_t_interval(units, 0.95, 499, a);
  EXPECT_EQ(first.low, bootstrap_t_interval(units, 0.95, 499, b).low);
  EXPECT_NE(first.low, bootstrap_t_interval(units, 0.95, 499, c).low);
}

TEST(UnitsNeeded, AreTheFewestThatAreEnough) {
  const MeanEstimate estimate{.mean = 0, .standard_error = 10, .units = 4};  // spread 20
  const std::size_t n = units_needed(estimate, 0.95, 5);
  const auto half = [](double units) { return student_t_quantile(0.975, units - 1) * 20 / std::sqrt(units); };
  EXPECT_LE(half(static_cast<double>(n)), 5);
  EXPECT_GT(half(static_cast<double>(n - 1)), 5);
  EXPECT_EQ(n, 64U);
  EXPECT_EQ(units_needed(estimate, 0.95, 0), 0U);
  EXPECT_EQ(units_needed(estimate, 0.95, 1e-6), 0U);
}

TEST(SmallestEffect, IsThatOfTheTextbooks) {
  // Cohen's medium effect of 0.5 deviations, 5 % two-sided, power 0.8: 34 pairs are needed.
  EXPECT_LE(minimum_detectable_effect(1, 34, 0.95), 0.5);
  EXPECT_GT(minimum_detectable_effect(1, 33, 0.95), 0.5);
}

TEST(SmallestEffect, IsWiderThanTheHalfWidthAndScales) {
  const double effect = minimum_detectable_effect(3, 10, 0.95);
  EXPECT_GT(effect, half_width(3, 10, 0.95));
  EXPECT_NEAR(minimum_detectable_effect(30, 10, 0.95), 10 * effect, 1e-9);
  EXPECT_LT(effect, minimum_detectable_effect(3, 10, 0.95, 0.9));
  EXPECT_EQ(minimum_detectable_effect(0, 10, 0.95), 0);
  EXPECT_EQ(half_width(0, 10, 0.95), 0);
}

TEST(SmallestEffect, OfTwoUnitsIsHugeAndFound) {
  // Critical t 636.6: |T'| is above it when a half-normal number is below shift ÷ 636.6, nearly.
  EXPECT_NEAR(minimum_detectable_effect(1, 2, 0.999), 636.62 * 1.2816 / std::sqrt(2.0), 1);
}

TEST(Welch, OfWhatIsCertain) {
  const MeanEstimate certain{.mean = 5, .standard_error = 0, .units = 4};
  const MeanEstimate unsure{.mean = 3, .standard_error = 2, .units = 6};
  EXPECT_DOUBLE_EQ(welch(certain, unsure).degrees, 5);
  EXPECT_DOUBLE_EQ(welch(unsure, certain).degrees, 5);
  EXPECT_DOUBLE_EQ(welch(unsure, certain).standard_error, 2);
  const WelchDifference both = welch(certain, certain);
  EXPECT_EQ(both.degrees, 6);
  EXPECT_EQ(welch_interval(both, 0.95).low, 0);
  EXPECT_EQ(welch_interval(both, 0.95).high, 0);
  EXPECT_EQ(p_above(both, 0), 1);
  EXPECT_EQ(p_above(both, -1), 0);
}

TEST(Welch, DoesNotDependOnTheUnit) {
  const MeanEstimate later{.mean = 5, .standard_error = 2, .units = 6};
  const MeanEstimate earlier{.mean = 3, .standard_error = 1, .units = 9};
  const double degrees = welch(later, earlier).degrees;
  for (const double unit : {1e-100, 1e100}) {
    const MeanEstimate a{.mean = 5 * unit, .standard_error = 2 * unit, .units = 6};
    const MeanEstimate b{.mean = 3 * unit, .standard_error = unit, .units = 9};
    EXPECT_NEAR(welch(a, b).degrees, degrees, 1e-9);
  }
}

TEST(HierarchicalResampling, KeepsALaunchTogether) {
  // Two launches of equal values each: a resample's mean is 0, 5 or 10 and nothing between.
  const std::vector<double> values{0, 10, 0, 10};
  const std::vector<std::uint32_t> launches{0, 1, 0, 1};
  Rng rng(1);
  const Interval all = hierarchical_percentile_interval(values, launches, 0.95, 199, rng);
  EXPECT_EQ(all.low, 0);
  EXPECT_EQ(all.high, 10);
  EXPECT_EQ(
      hierarchical_percentile_interval(std::vector<double>{2, 2}, std::vector<std::uint32_t>{0, 0}, 0.95, 9, rng).high,
      2);
}

TEST(Holm, RejectsStepByStep) {
  // Holm's own rule by hand, alpha 0.05: 0.01 ≤ 0.05/4, 0.013 ≤ 0.05/3, 0.03 > 0.05/2 ends it.
  EXPECT_EQ(holm_rejects(std::vector<double>{0.03, 0.01, 0.04, 0.013}, 0.05),
            (std::vector<bool>{false, true, false, true}));
  EXPECT_EQ(holm_rejects(std::vector<double>{0.05}, 0.05), std::vector<bool>{true});
  EXPECT_TRUE(holm_rejects(std::vector<double>{}, 0.05).empty());
  EXPECT_EQ(holm_rejects(std::vector<double>{0.04, 0.04}, 0.05), (std::vector<bool>{false, false}));
}

// Sums of the binomial distribution, as exact fractions: ranks 936 and 964 for 95 % of 1,000.
TEST(QuantileRanks, AreThoseOfTheBinomialDistribution) {
  const RankInterval ranks = quantile_ranks(1000, 0.95, 0.95);
  EXPECT_EQ(ranks.low, 936u);
  EXPECT_EQ(ranks.high, 964u);
  // Of 10 values the median lies between the 2nd and the 9th: P(B <= 1) = P(B >= 9) = 11/1024.
  EXPECT_EQ(quantile_ranks(10, 0.5, 0.95).low, 2u);
  EXPECT_EQ(quantile_ranks(10, 0.5, 0.95).high, 9u);
  EXPECT_EQ(quantile_ranks(10, 0.5, 1 - 22.0 / 1024 - 1e-9).low, 2u);
  EXPECT_EQ(quantile_ranks(10, 0.5, 1 - 22.0 / 1024 + 1e-9).low, 1u);
}

// 0.95^72 is 2.49 %, 0.95^71 is 2.62 %.
TEST(QuantileRanks, AreOpenWithFewValues) {
  EXPECT_EQ(quantile_ranks(71, 0.95, 0.95).high, 72u);
  EXPECT_EQ(quantile_ranks(72, 0.95, 0.95).high, 72u);
  EXPECT_EQ(quantile_ranks(1, 0.5, 0.95).low, 0u);
  EXPECT_EQ(quantile_ranks(1, 0.5, 0.95).high, 2u);
}

}  // namespace
}  // namespace tracetax
