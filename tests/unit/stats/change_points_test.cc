#include "harness/stats/change_points.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "harness/base/rng.h"
#include "harness/stats/partition.h"
#include "harness/stats/quantile.h"
#include "harness/stats/segment_levels.h"

namespace tracetax {
namespace {

using Begins = std::vector<std::size_t>;

double cost_of(const std::vector<double>& values, const Begins& begins, double penalty) {
  double cost = 0;
  std::size_t begin = 0;
  for (std::size_t k = 0; k <= begins.size(); ++k) {
    const std::size_t end = k < begins.size() ? begins[k] : values.size();
    const std::vector<double> part(values.begin() + static_cast<std::ptrdiff_t>(begin),
                                   values.begin() + static_cast<std::ptrdiff_t>(end));
    const double mean = mean_of(part);
    for (const double x : part) cost += (x - mean) * (x - mean);
    begin = end;
  }
  return cost + penalty * static_cast<double>(begins.size());
}

// Every partition there is.
void each_partition(std::size_t n, std::size_t least, std::size_t from, Begins& begins, const auto& see) {
  see(begins);
  for (std::size_t at = from + least; at + least <= n; ++at) {
    begins.push_back(at);
    each_partition(n, least, at, begins, see);
    begins.pop_back();
  }
}

std::vector<double> drawn(std::uint64_t seed, std::size_t n) {
  Rng rng(seed);
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i) values.push_back(rng.normal() + (i > n / 2 ? 2 : 0));
  return values;
}

std::vector<SeriesValue> series_of(const std::vector<double>& values, double standard_error = 0.1) {
  std::vector<SeriesValue> series;
  for (const double v : values) series.push_back({v, standard_error});
  return series;
}

TEST(OptimalPartition, CutsWhereItPays) {
  const std::vector<double> step{0, 0, 0, 10, 10, 10};
  EXPECT_EQ(optimal_partition(step, 1, 1), (Begins{3}));
  EXPECT_EQ(optimal_partition(step, 149, 1), (Begins{3}));
  EXPECT_EQ(optimal_partition(step, 151, 1), Begins{});  // the cut saves 150
  EXPECT_EQ(optimal_partition(std::vector<double>{0, 0, 10, 0, 0}, 1, 1), (Begins{2, 3}));
  EXPECT_EQ(optimal_partition(std::vector<double>{1}, 0, 1), Begins{});
  EXPECT_EQ(optimal_partition(std::vector<double>{}, 0, 1), Begins{});
}

TEST(OptimalPartition, KeepsSegmentsAsLongAsTold) {
  const std::vector<double> outlier{0, 0, 0, 0, 50, 0, 0, 0, 0};
  EXPECT_EQ(optimal_partition(outlier, 1, 1), (Begins{4, 5}));
  for (const std::size_t begin : optimal_partition(outlier, 1, 3)) EXPECT_TRUE(begin >= 3 && begin <= 6) << begin;
  EXPECT_EQ(optimal_partition(std::vector<double>{0, 0, 10, 10, 10}, 0.1, 3), Begins{});
}

TEST(OptimalPartition, IsTheBestOfAll) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const std::vector<double> values = drawn(seed, 12);
    for (const double penalty : {0.5, 2.0, 6.0}) {
      for (const std::size_t least : {1U, 2U, 3U}) {
        double best = 1e300;
        Begins begins;
        each_partition(values.size(), least, 0, begins,
                       [&](const Begins& b) { best = std::min(best, cost_of(values, b, penalty)); });
        EXPECT_NEAR(cost_of(values, optimal_partition(values, penalty, least), penalty), best, 1e-9) << seed;
      }
    }
  }
}

TEST(LargestCuttingPenalty, IsTheBestRatioOfAll) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const std::vector<double> values = drawn(seed, 12);
    double best = 0;
    Begins begins;
    const double whole = cost_of(values, {}, 0);
    each_partition(values.size(), 3, 0, begins, [&](const Begins& b) {
      if (!b.empty()) best = std::max(best, (whole - cost_of(values, b, 0)) / static_cast<double>(b.size()));
    });
    const double penalty = largest_cutting_penalty(values, 3);
    EXPECT_NEAR(penalty, best, 1e-9) << seed;
    EXPECT_FALSE(optimal_partition(values, penalty * 0.999, 3).empty());
    EXPECT_TRUE(optimal_partition(values, penalty * 1.001, 3).empty());
  }
}

// tests/data/history/make_reference.py wrote it with the library ruptures: "penalty least | values | begins" a line.
TEST(OptimalPartition, EqualsAPublishedImplementation) {
  std::ifstream file(std::string(TRACETAX_SOURCE_DIR) + "/tests/data/history/reference.txt");
  ASSERT_TRUE(file);
  std::size_t lines = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') continue;
    std::istringstream parts(line);
    double penalty = 0;
    std::size_t least = 0;
    std::size_t n = 0;
    std::size_t cuts = 0;
    parts >> penalty >> least >> n;
    std::vector<double> values(n);
    for (double& v : values) parts >> v;
    parts >> cuts;
    Begins expected(cuts);
    for (std::size_t& b : expected) parts >> b;
    ASSERT_TRUE(parts) << line;
    EXPECT_EQ(optimal_partition(values, penalty, least), expected) << line;
    ++lines;
  }
  EXPECT_GE(lines, 20U);
}

TEST(SpreadBetween, IsWhatTheErrorsLeaveUnexplained) {
  Rng rng(7);
  std::vector<SeriesValue> series;
  for (int i = 0; i < 4000; ++i) series.push_back({rng.normal() * std::hypot(3.0, 1.0), 1});
  EXPECT_NEAR(spread_between(series), 3, 0.15);
  for (SeriesValue& v : series) v.standard_error = 5;  // more than there is
  EXPECT_EQ(spread_between(series), 0);
  EXPECT_EQ(spread_between(series_of({1})), 0);
  EXPECT_EQ(spread_between(series_of({1, 1, 1}, 0)), 0);
}

TEST(SpreadBetween, IsNotMovedByAChangeOrAnOutlier) {
  Rng rng(8);
  std::vector<double> values;
  for (int i = 0; i < 400; ++i) values.push_back(rng.normal() + (i < 200 ? 0 : 50));
  values[100] = 1000;
  EXPECT_NEAR(spread_between(series_of(values, 0)), 1, 0.15);
}

TEST(LeastResults, AreThoseInWhichHalvesCanBeToldApart) {
  EXPECT_EQ(least_results(0.05), 8U);   // 2 ÷ 70 = 0.029; 4 ÷ 35 with 7
  EXPECT_EQ(least_results(0.01), 10U);  // 2 ÷ 252 = 0.0079; 4 ÷ 126 with 9
  EXPECT_EQ(least_results(0.0025), 12U);
}

TEST(ChangePoints, AreFoundInTheFewestResultsThatCanShowThem) {
  ChangePointFinder finder(0.05);
  const ChangePoints found = finder.find(series_of({1, 1.2, 0.9, 1.1, 5.1, 5, 5.2, 4.9}));
  EXPECT_EQ(found.begins, (Begins{4}));
  EXPECT_NEAR(found.p_value, 2.0 / 70, 0.006);
  const ChangePoints too_few = finder.find(series_of({1, 1.2, 0.9, 5.1, 5, 5.2, 4.9}));
  EXPECT_TRUE(too_few.begins.empty());
  EXPECT_GT(too_few.p_value, 0.05);
}

TEST(ChangePoints, NeedADifference) {
  ChangePointFinder finder(0.05);
  const ChangePoints none = finder.find(series_of(std::vector<double>(20, 1.0), 0));
  EXPECT_TRUE(none.begins.empty());
  EXPECT_EQ(none.p_value, 1);
  EXPECT_EQ(finder.find({}).p_value, 1);
  // Counts of nothing, and then of something: equal values, errors of 0.
  std::vector<double> counts(12, 0.0);
  counts.insert(counts.end(), 12, 0.01);
  EXPECT_EQ(finder.find(series_of(counts, 0)).begins, (Begins{12}));
}

TEST(ChangePoints, AnOutlierIsNone) {
  Rng rng(3);
  std::vector<double> quiet;
  for (int i = 0; i < 30; ++i) quiet.push_back(rng.normal());
  ChangePointFinder finder(0.05);
  ASSERT_TRUE(finder.find(series_of(quiet)).begins.empty());
  for (std::size_t at = 0; at < quiet.size(); ++at) {
    std::vector<double> values = quiet;
    values[at] += 100;
    EXPECT_TRUE(finder.find(series_of(values)).begins.empty()) << at;
  }
}

TEST(ChangePoints, AreTheSameEachTime) {
  const std::vector<SeriesValue> series = series_of(drawn(5, 40));
  ChangePointFinder first(0.05);
  ChangePointFinder second(0.05);
  EXPECT_EQ(first.find(series).p_value, second.find(series).p_value);
  EXPECT_EQ(first.find(series).begins, second.find(series).begins);
  EXPECT_EQ(first.find(series).p_value, first.find(series).p_value);
}

TEST(ChangePoints, DoNotDependOnTheUnit) {
  std::vector<SeriesValue> series = series_of(drawn(5, 40));
  ChangePointFinder finder(0.05);
  const ChangePoints before = finder.find(series);
  for (SeriesValue& v : series) v = {1e6 + v.value * 1e3, v.standard_error * 1e3};
  EXPECT_EQ(finder.find(series).begins, before.begins);
  EXPECT_EQ(finder.find(series).p_value, before.p_value);
}

TEST(SegmentLevels, AreMeansWhereNothingIsFarOff) {
  const std::vector<SeriesValue> series = series_of({1, 2, 1, 2, 11, 12, 11, 12}, 1);
  const SegmentLevels levels = segment_levels(series, std::vector<std::size_t>{4});
  ASSERT_EQ(levels.segments.size(), 2U);
  EXPECT_NEAR(levels.segments[0].level, 1.5, 1e-9);
  EXPECT_NEAR(levels.segments[1].level, 11.5, 1e-9);
  EXPECT_NEAR(levels.step(1), 10, 1e-9);
  EXPECT_EQ(levels.degrees, 6);
  // Σ residual² = 8 · 0.25 = 2 on 6 degrees: each level's variance is a quarter of a third.
  EXPECT_NEAR(levels.segments[0].standard_error, std::sqrt(2.0 / 6 / 4), 1e-9);
  const double half = 2.4469 * std::sqrt(2 * 2.0 / 6 / 4);  // t of 6 degrees, two-sided 95 %
  EXPECT_NEAR(levels.step_interval(1, 0.95).low, 10 - half, 1e-3);
  EXPECT_NEAR(levels.step_interval(1, 0.95).high, 10 + half, 1e-3);
  EXPECT_NEAR(levels.interval(1, 0.95).half_width(), 2.4469 * std::sqrt(2.0 / 6 / 4), 1e-3);
}

TEST(SegmentLevels, OfPreciseResultsCountMore) {
  const std::vector<SeriesValue> series{{0, 1}, {0.2, 1}, {1, 100}, {0.1, 1}};
  EXPECT_LT(segment_levels(series, {}).segments[0].level, 0.12);
}

TEST(SegmentLevels, AnOutlierMovesThemALittle) {
  Rng rng(4);
  std::vector<double> values;
  for (int i = 0; i < 30; ++i) values.push_back(rng.normal() + (i < 15 ? 0 : 3));
  const Begins begins{15};
  const SegmentLevels before = segment_levels(series_of(values), begins);
  values[4] = 1e6;
  const SegmentLevels after = segment_levels(series_of(values), begins);
  EXPECT_NEAR(after.step(1), before.step(1), 0.4);
  EXPECT_GT(after.step_interval(1, 0.95).low, 0);
}

TEST(SegmentLevels, WithoutAnySpreadArePoints) {
  const SegmentLevels levels = segment_levels(series_of({2, 2, 2, 5, 5, 5}, 0), std::vector<std::size_t>{3});
  EXPECT_EQ(levels.step(1), 3);
  EXPECT_EQ(levels.step_interval(1, 0.95).low, 3);
  EXPECT_EQ(levels.step_interval(1, 0.95).high, 3);
}

}  // namespace
}  // namespace tracetax
