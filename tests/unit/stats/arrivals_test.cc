#include "harness/stats/arrivals.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "harness/base/rng.h"

namespace tracetax {
namespace {

TEST(Arrivals, CoefficientOfVariation) {
  EXPECT_DOUBLE_EQ(coefficient_of_variation(std::vector<double>{2, 2, 2}), 0);
  EXPECT_NEAR(coefficient_of_variation(std::vector<double>{1, 3}), std::sqrt(2.0) / 2, 1e-15);
  Rng rng(1);
  std::vector<double> gaps(100'000);
  for (double& gap : gaps) gap = rng.exponential(3);
  EXPECT_NEAR(coefficient_of_variation(gaps), 1, 0.02);
}

// Smirnov (1948), the table of Kolmogorov's limiting distribution.
TEST(Arrivals, KolmogorovsDistribution) {
  EXPECT_NEAR(kolmogorov_survival(0.5), 0.963945, 1e-6);
  EXPECT_NEAR(kolmogorov_survival(1.0), 0.270000, 1e-6);
  EXPECT_NEAR(kolmogorov_survival(1.36), 0.049486, 1e-6);
  EXPECT_NEAR(kolmogorov_survival(1.63), 0.009846, 1e-6);
  EXPECT_NEAR(kolmogorov_survival(0.999999), kolmogorov_survival(1.000001), 1e-5);
  EXPECT_EQ(kolmogorov_survival(0), 1);
  EXPECT_NEAR(kolmogorov_survival(0.1), 1, 1e-12);
}

TEST(Arrivals, DistanceOfOneGap) {
  // F(ln 2) = 1/2: the step from 0 to 1 is half away on both sides.
  EXPECT_NEAR(exponential_fit(std::vector<double>{std::log(2.0)}, 1).distance, 0.5, 1e-12);
}

TEST(Arrivals, PoissonStreamsPassAsOftenAsTheyShould) {
  int refused = 0;
  constexpr int streams = 2000;
  for (int i = 0; i < streams; ++i) {
    Rng rng(derive_seed({77, static_cast<std::uint64_t>(i)}));
    std::vector<double> gaps(200);
    for (double& gap : gaps) gap = rng.exponential(5);
    refused += exponential_fit(gaps, 5).p < 0.05 ? 1 : 0;
  }
  EXPECT_NEAR(refused, 0.05 * streams, 30);  // three standard deviations
}

TEST(Arrivals, OtherStreamsDoNot) {
  const std::vector<double> even(500, 1.0);
  EXPECT_LT(exponential_fit(even, 1).p, 1e-9);
  Rng rng(5);
  std::vector<double> slow(2000);
  for (double& gap : slow) gap = rng.exponential(1.2);
  EXPECT_LT(exponential_fit(slow, 1).p, 1e-6);
}

}  // namespace
}  // namespace tracetax
