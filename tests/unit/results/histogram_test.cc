#include "harness/results/histogram.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "harness/base/rng.h"

namespace tracetax {
namespace {

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

TEST(Histogram, RefusesImpossibleRanges) {
  EXPECT_THROW(Histogram({.lowest = 0}), std::invalid_argument);
  EXPECT_THROW(Histogram({.lowest = -1}), std::invalid_argument);
  EXPECT_THROW(Histogram({.lowest = 10, .highest = 19}), std::invalid_argument);
  EXPECT_THROW(Histogram({.highest = 1}), std::invalid_argument);
  EXPECT_THROW(Histogram({.highest = -5}), std::invalid_argument);
  EXPECT_THROW(Histogram({.digits = 0}), std::invalid_argument);
  EXPECT_THROW(Histogram({.digits = 6}), std::invalid_argument);
  EXPECT_THROW(Histogram({.lowest = std::int64_t{1} << 60, .highest = largest, .digits = 3}), std::invalid_argument);
  EXPECT_NO_THROW(Histogram({.lowest = 10, .highest = 20, .digits = 1}));
}

TEST(Histogram, KeepsUnitsApartInTheFirstBucketAndPairsInTheSecond) {
  const Histogram histogram;  // 3 digits: 2048 sub-buckets
  EXPECT_EQ(histogram.lowest_equivalent(0), 0);
  EXPECT_EQ(histogram.highest_equivalent(0), 0);
  EXPECT_EQ(histogram.lowest_equivalent(2047), 2047);
  EXPECT_EQ(histogram.highest_equivalent(2047), 2047);
  EXPECT_EQ(histogram.lowest_equivalent(2048), 2048);
  EXPECT_EQ(histogram.highest_equivalent(2048), 2049);
  EXPECT_EQ(histogram.lowest_equivalent(2049), 2048);
  EXPECT_EQ(histogram.lowest_equivalent(4095), 4094);
  EXPECT_EQ(histogram.highest_equivalent(4095), 4095);
  EXPECT_EQ(histogram.lowest_equivalent(4096), 4096);
  EXPECT_EQ(histogram.highest_equivalent(4096), 4099);
  // 1 ms lies in 2^19 .. 2^20, whose 1024 sub-buckets are 512 wide.
  EXPECT_EQ(histogram.highest_equivalent(1'000'000) - histogram.lowest_equivalent(1'000'000), 511);
}

TEST(Histogram, HasTheUnitOfTheLowestPowerOfTwo) {
  const Histogram histogram({.lowest = 1000, .highest = 1'000'000, .digits = 2});  // unit 512, 256 sub-buckets
  EXPECT_EQ(histogram.lowest_equivalent(1000), 512);
  EXPECT_EQ(histogram.highest_equivalent(1000), 1023);
  EXPECT_EQ(histogram.lowest_equivalent(131'072), 131'072);  // 256 · 512: the second bucket
  EXPECT_EQ(histogram.highest_equivalent(131'072), 132'095);
}

TEST(Histogram, SpansAllOf64Bits) {
  Histogram histogram({.lowest = 1, .highest = largest, .digits = 1});
  for (const std::int64_t value : {std::int64_t{0}, std::int64_t{1} << 62, largest - 1, largest}) {
    histogram.record(value);
    EXPECT_GE(histogram.count_at(value), 1);
  }
  EXPECT_EQ(histogram.count(), 4);
  EXPECT_EQ(histogram.max(), largest);
  EXPECT_EQ(histogram.percentile(100), largest);
}

TEST(Histogram, EveryBucketBeginsWhereTheLastOneEnds) {
  for (const HistogramRange range :
       {HistogramRange{1, 1'000'000, 1}, HistogramRange{7, 3'000'000, 2}, HistogramRange{}}) {
    const Histogram histogram(range);
    for (std::int64_t value = 0; value <= std::min<std::int64_t>(range.highest, 3'000'000);) {
      const std::int64_t low = histogram.lowest_equivalent(value);
      const std::int64_t high = histogram.highest_equivalent(value);
      ASSERT_EQ(low, value);
      ASSERT_EQ(histogram.lowest_equivalent(high), low);
      // The promise of significant digits; below the first bucket's end the unit decides.
      if (static_cast<double>(low) >= 2 * std::pow(10, range.digits) * static_cast<double>(range.lowest)) {
        ASSERT_LE(static_cast<double>(high - low), static_cast<double>(low) * std::pow(10, -range.digits));
      }
      value = high + 1;
    }
  }
}

TEST(Histogram, CountsWhatIsOutOfRange) {
  Histogram histogram({.lowest = 1, .highest = 1000, .digits = 3});
  histogram.record(-1);
  histogram.record(std::numeric_limits<std::int64_t>::min());
  histogram.record(1001, 5);
  histogram.record(largest);
  EXPECT_EQ(histogram.count(), 0);
  EXPECT_EQ(histogram.out_of_range(), 8);
  EXPECT_EQ(histogram.max(), 0);
  histogram.record(1000);
  histogram.record(0);
  EXPECT_EQ(histogram.count(), 2);
  EXPECT_EQ(histogram.out_of_range(), 8);
  EXPECT_EQ(histogram.count_at(-1), 0);
  EXPECT_EQ(histogram.count_at(largest), 0);
}

TEST(Histogram, IsZeroWhenEmpty) {
  Histogram histogram;
  const auto expect_empty = [&] {
    EXPECT_EQ(histogram.count(), 0);
    EXPECT_EQ(histogram.min(), 0);
    EXPECT_EQ(histogram.max(), 0);
    EXPECT_EQ(histogram.mean(), 0);
    EXPECT_EQ(histogram.stddev(), 0);
    EXPECT_EQ(histogram.percentile(50), 0);
  };
  expect_empty();
  histogram.record(5, 0);
  expect_empty();
  histogram.record(70'000, 3);
  histogram.record(-1);
  EXPECT_EQ(histogram.count(), 3);
  histogram.reset();
  expect_empty();
  EXPECT_EQ(histogram.out_of_range(), 0);
  EXPECT_EQ(histogram, Histogram());
}

TEST(Histogram, GivesThePercentilesOfAUniformRow) {
  Histogram histogram({.lowest = 1, .highest = 100'000, .digits = 5});  // one unit a bucket up to 262143
  for (std::int64_t i = 1; i <= 10'000; ++i) histogram.record(i);
  EXPECT_EQ(histogram.min(), 1);
  EXPECT_EQ(histogram.max(), 10'000);
  EXPECT_DOUBLE_EQ(histogram.mean(), 5000.5);
  EXPECT_NEAR(histogram.stddev(), std::sqrt((1e8 - 1) / 12), 1e-9);
  EXPECT_EQ(histogram.percentile(0), 1);
  EXPECT_EQ(histogram.percentile(0.001), 1);
  EXPECT_EQ(histogram.percentile(0.01), 1);
  EXPECT_EQ(histogram.percentile(0.0101), 2);  // the rank is rounded up
  EXPECT_EQ(histogram.percentile(50), 5000);
  EXPECT_EQ(histogram.percentile(50.001), 5001);
  EXPECT_EQ(histogram.percentile(90), 9000);
  EXPECT_EQ(histogram.percentile(99), 9900);
  EXPECT_EQ(histogram.percentile(99.9), 9990);
  EXPECT_EQ(histogram.percentile(99.99), 9999);
  EXPECT_EQ(histogram.percentile(100), 10'000);
  EXPECT_EQ(histogram.percentile(-5), 1);
  EXPECT_EQ(histogram.percentile(500), 10'000);
  EXPECT_EQ(histogram.percentile(std::numeric_limits<double>::quiet_NaN()), 1);
}

// Rounding to the nearest, as the C implementation does, would give the first of two at 60 % … 74 %.
TEST(Histogram, RoundsTheRankUpOnSmallCounts) {
  Histogram histogram;
  histogram.record(10);
  histogram.record(20);
  EXPECT_EQ(histogram.percentile(50), 10);
  EXPECT_EQ(histogram.percentile(51), 20);
  EXPECT_EQ(histogram.percentile(1), 10);
}

std::vector<std::int64_t> draw(Rng& rng, int count, const std::function<double(Rng&)>& distribution) {
  std::vector<std::int64_t> values;
  for (int i = 0; i < count; ++i)
    values.push_back(std::clamp<std::int64_t>(std::llround(distribution(rng)), 0, 60'000'000'000));
  return values;
}

TEST(Histogram, PercentilesAreInTheBucketOfTheExactOrderStatistic) {
  const std::vector<std::function<double(Rng&)>> distributions{
      [](Rng& rng) { return rng.exponential(2e6); },
      [](Rng& rng) { return std::exp(14 + 1.5 * rng.normal()); },
      [](Rng& rng) { return rng.uniform() * 3000; },
      [](Rng& rng) { return rng.uniform() < 0.99 ? 2e5 + rng.normal() * 1e4 : 3e9 * rng.uniform(); },
      [](Rng& rng) { return 1000 / std::pow(rng.uniform(), 1.1); },
      [](Rng&) { return 123456.0; },
  };
  Rng rng(20260102);
  for (const auto& distribution : distributions) {
    for (const int count : {1, 2, 3, 10, 101, 5000}) {
      std::vector<std::int64_t> values = draw(rng, count, distribution);
      Histogram histogram;
      for (const std::int64_t value : values) histogram.record(value);
      std::ranges::sort(values);
      EXPECT_EQ(histogram.min(), histogram.lowest_equivalent(values.front()));
      EXPECT_EQ(histogram.max(), histogram.highest_equivalent(values.back()));
      for (const double percentile : {0.1, 1.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.9, 99.99, 100.0}) {
        const double wanted = std::ceil(std::nextafter(percentile, 0) / 100 * count);
        const auto rank = static_cast<std::size_t>(std::clamp<double>(wanted, 1, count));
        ASSERT_EQ(histogram.percentile(percentile), histogram.highest_equivalent(values[rank - 1]))
            << percentile << " % of " << count;
      }
    }
  }
}

TEST(Histogram, MergeIsTheSameAsRecordingInOne) {
  Rng rng(5);
  Histogram first;
  Histogram second;
  Histogram all;
  for (int i = 0; i < 20'000; ++i) {
    const auto value = static_cast<std::int64_t>(rng.exponential(1e7)) - 1000;  // some below the range
    (i % 3 == 0 ? first : second).record(value);
    all.record(value);
  }
  ASSERT_GT(all.out_of_range(), 0);
  Histogram merged;
  merged.merge(first);
  merged.merge(second);
  merged.merge(Histogram());
  EXPECT_EQ(merged, all);
  EXPECT_EQ(merged.out_of_range(), all.out_of_range());
  EXPECT_EQ(merged.min(), all.min());
  EXPECT_EQ(merged.max(), all.max());
  EXPECT_EQ(merged.percentile(99), all.percentile(99));
}

TEST(Histogram, MergeAcrossRangesCountsWhatDoesNotFit) {
  Histogram narrow({.lowest = 1, .highest = 10'000, .digits = 2});
  Histogram wide;
  wide.record(500, 3);
  wide.record(9'000);
  wide.record(1'000'000, 2);
  wide.record(-1);
  narrow.merge(wide);
  EXPECT_EQ(narrow.count(), 4);
  EXPECT_EQ(narrow.out_of_range(), 3);
  EXPECT_EQ(narrow.count_at(500), 3);
  EXPECT_EQ(narrow.max(), narrow.highest_equivalent(9'000));
  EXPECT_FALSE(narrow == wide);
}

TEST(Histogram, MergeRefusesSumsThatDoNotFit) {
  Histogram histogram;
  histogram.record(5, largest - 1);
  Histogram two;
  two.record(6, 2);
  const Histogram before = histogram;
  EXPECT_THROW(histogram.merge(two), std::overflow_error);
  EXPECT_EQ(histogram, before);
  // A rank of that size is above what a double holds exactly.
  EXPECT_EQ(histogram.percentile(100), 5);
  EXPECT_EQ(histogram.percentile(50), 5);
}

TEST(Histogram, DiffersByRangeAndByCounts) {
  Histogram one;
  Histogram other;
  EXPECT_EQ(one, other);
  one.record(7);
  EXPECT_FALSE(one == other);
  other.record(8);
  EXPECT_FALSE(one == other);
  EXPECT_FALSE(Histogram() == Histogram({.digits = 2}));
}

TEST(Histogram, IsNoLargerThanTheReference) {
  // HdrHistogram_c has 27 · 1024 counts of 8 bytes for this range.
  EXPECT_GE(Histogram().memory_bytes(), 27U * 1024 * 8);
  EXPECT_LE(Histogram().memory_bytes(), 27U * 1024 * 8 + 256);
}

TEST(Histogram, RefusesATableWithoutAUnitOrTicks) {
  EXPECT_THROW(Histogram().percentile_table(0), std::invalid_argument);
  EXPECT_THROW(Histogram().percentile_table(std::numeric_limits<double>::quiet_NaN()), std::invalid_argument);
  EXPECT_THROW(Histogram().percentile_table(1, 0), std::invalid_argument);
}

TEST(Histogram, TableEndsWithMoreSamplesThanADoubleCounts) {
  Histogram histogram;
  histogram.record(1, largest - 2);
  histogram.record(2);
  histogram.record(3);
  const std::string table = histogram.percentile_table(1);
  EXPECT_NE(table.find("3.000 1.000000000000 9223372036854775807\n"), std::string::npos);
}

}  // namespace
}  // namespace tracetax
