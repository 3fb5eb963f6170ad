#include "harness/base/rng.h"

#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include <gtest/gtest.h>

namespace tracetax {
namespace {

constexpr std::uint64_t default_seed = 5489;  // of std::mt19937_64

TEST(Rng, GivesTheFirstOutputsOfMt19937_64) {
  Rng rng(default_seed);
  EXPECT_EQ(rng.bits(), 14514284786278117030U);
  EXPECT_EQ(rng.bits(), 4620546740167642908U);
  EXPECT_EQ(rng.bits(), 13109570281517897720U);
}

TEST(Rng, GivesTheTenThousandthOutputThatTheStandardFixes) {
  Rng rng(default_seed);
  for (int i = 1; i < 10000; ++i) rng.bits();
  EXPECT_EQ(rng.bits(), 9981545732273789042U);
}

TEST(Rng, MixesAsSplitMix64) {
  // Published outputs of SplitMix64 for the seeds 0 and 1234567.
  EXPECT_EQ(mix64(0), 0xe220a8397b1dcdafU);
  EXPECT_EQ(mix64(1234567), 6457827717110365317U);
  EXPECT_EQ(mix64(1234567 + 0x9e3779b97f4a7c15U), 3203168211198807973U);
}

TEST(Rng, DerivesSeedsByPartsAndTheirOrder) {
  const std::array seeds{derive_seed({}),     derive_seed({0}),    derive_seed({0, 0}),
                         derive_seed({1, 2}), derive_seed({2, 1}), derive_seed({1, 2, 0})};
  for (std::size_t i = 0; i < seeds.size(); ++i) {
    for (std::size_t j = i + 1; j < seeds.size(); ++j) EXPECT_NE(seeds[i], seeds[j]) << i << " and " << j;
  }
  EXPECT_EQ(derive_seed({1, 2}), derive_seed({1, 2}));
}

TEST(Rng, UniformIsInsideTheOpenInterval) {
  EXPECT_EQ(uniform_from_bits(0), 0x1.0p-53);
  EXPECT_EQ(uniform_from_bits(std::numeric_limits<std::uint64_t>::max()), 1 - 0x1.0p-53);
  EXPECT_EQ(uniform_from_bits(std::uint64_t{1} << 63), 0.5 + 0x1.0p-53);
  EXPECT_LT(uniform_from_bits(std::numeric_limits<std::uint64_t>::max()), 1);
}

TEST(Rng, QuantilesOfTheEndsAreFinite) {
  for (const std::uint64_t bits : {std::uint64_t{0}, std::numeric_limits<std::uint64_t>::max()}) {
    EXPECT_TRUE(std::isfinite(normal_quantile(uniform_from_bits(bits))));
    EXPECT_TRUE(std::isfinite(exponential_quantile(uniform_from_bits(bits), 1)));
  }
}

TEST(Rng, NormalQuantileGivesPublishedValues) {
  // Wichura (1988) and scipy.stats.norm.ppf.
  const std::vector<std::pair<double, double>> table{
      {0.5, 0},
      {0.25, -0.6744897501960817},
      {0.75, 0.6744897501960817},
      {0.9, 1.2815515655446004},
      {0.975, 1.959963984540054},
      {0.025, -1.959963984540054},
      {0.99, 2.3263478740408408},
      {0.995, 2.5758293035489004},
      {0.001, -3.090232306167813},
      {1e-10, -6.361340902404056},
      {1e-20, -9.262340089798408},
  };
  for (const auto& [p, z] : table) EXPECT_NEAR(normal_quantile(p), z, 4e-15 * std::max(1.0, std::fabs(z))) << p;
}

TEST(Rng, NormalQuantileInvertsTheDistribution) {
  // All three branches of the algorithm and their borders at |p - 0.5| = 0.425 and p = exp(-25).
  for (double p = 1e-300; p < 0.5; p = p < 1e-3 ? p * 7.3 : p + 0.0037) {
    const double z = normal_quantile(p);
    // The last bit of z moves p by z² bits.
    EXPECT_NEAR(std::erfc(-z / std::sqrt(2.0)) / 2 / p, 1, 1e-15 * (3 + z * z)) << p;
  }
  for (double p = 0.0037; p < 0.5; p += 0.0037) EXPECT_NEAR(normal_quantile(1 - p), -normal_quantile(p), 1e-13) << p;
}

TEST(Rng, ExponentialQuantileGivesKnownValues) {
  EXPECT_DOUBLE_EQ(exponential_quantile(0.5, 1), std::log(2.0));
  EXPECT_DOUBLE_EQ(exponential_quantile(1 - std::exp(-1.0), 3), 3);
  EXPECT_DOUBLE_EQ(exponential_quantile(1e-18, 2), 2e-18);
}

TEST(Rng, BelowScalesTheHighBits) {
  Rng rng(default_seed);
  // The outputs above are 0.787, 0.250 and 0.711 of 2^64.
  EXPECT_EQ(rng.below(10), 7U);
  EXPECT_EQ(rng.below(10), 2U);
  EXPECT_EQ(rng.below(10), 7U);
  EXPECT_EQ(rng.below(1), 0U);
}

TEST(Rng, BelowIsUniformWhereRejectionMatters) {
  // Of n = 3/4 · 2^64 a plain multiply-shift would give some values twice as often: a third of the draws would differ
  // from the two others.
  constexpr std::uint64_t n = 3ULL << 62;
  Rng rng(7);
  std::array<int, 3> by_residue{};
  constexpr int draws = 30000;
  for (int i = 0; i < draws; ++i) {
    const std::uint64_t value = rng.below(n);
    ASSERT_LT(value, n);
    ++by_residue[value % 3];
  }
  // 5 standard deviations of a binomial count with p = 1/3.
  for (const int count : by_residue) EXPECT_NEAR(count, draws / 3, 5 * std::sqrt(draws * 2 / 9.0));
}

TEST(Rng, ShuffleGivesEveryOrderEquallyOften) {
  Rng rng(11);
  std::map<std::vector<int>, int> orders;
  constexpr int draws = 12000;
  for (int i = 0; i < draws; ++i) {
    std::vector<int> order{1, 2, 3};
    shuffle(order, rng);
    ++orders[order];
  }
  EXPECT_EQ(orders.size(), 6U);
  for (const auto& [order, count] : orders) EXPECT_NEAR(count, draws / 6, 5 * std::sqrt(draws * 5 / 36.0));
}

TEST(Rng, ShuffleIsReplayedBySeed) {
  std::vector<int> first{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  std::vector<int> second = first;
  Rng one(3);
  Rng two(3);
  shuffle(first, one);
  shuffle(second, two);
  EXPECT_EQ(first, second);
  std::vector<int> empty;
  shuffle(empty, one);
  EXPECT_TRUE(empty.empty());
}

}  // namespace
}  // namespace tracetax
