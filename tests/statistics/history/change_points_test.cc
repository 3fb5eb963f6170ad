// `tracetax history` as a watchman: how often does it cry when nothing changed, and how soon and how exactly does it
// see what did? Thousands of simulated series say so. The tables in docs/statistics.md are this test's output.

#include "harness/stats/change_points.h"

#include <cmath>
#include <cstdio>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "harness/base/rng.h"
#include "harness/stats/segment_levels.h"
#include "harness/verdict/test_together.h"

namespace tracetax {
namespace {

constexpr double level = 0.05;

// Results as a CI makes them: a truth, another day's luck, and an error that the result knows from its own blocks, each
// making up half of the variance, which is 1.
struct World {
  std::string name;
  std::function<double(Rng&)> luck = [](Rng& rng) { return rng.normal(); };    // mean 0, variance 1
  std::function<double(std::size_t)> width = [](std::size_t) { return 1.0; };  // of a result's error, by its number
  double carried = 0;  // correlation of one day's luck with the next's
};

// A standard error as 9 blocks know it.
double estimated(double error, Rng& rng) {
  double squares = 0;
  for (int i = 0; i < 8; ++i) {
    const double x = rng.normal();
    squares += x * x;
  }
  return error * std::sqrt(squares / 8);
}

std::vector<SeriesValue> simulate(const World& world, const std::vector<double>& truth, Rng& rng) {
  std::vector<SeriesValue> series;
  double luck = world.luck(rng);
  for (std::size_t i = 0; i < truth.size(); ++i) {
    luck = world.carried * luck + std::sqrt(1 - world.carried * world.carried) * world.luck(rng);
    const double error = world.width(i) * std::sqrt(0.5);
    series.push_back({truth[i] + luck * std::sqrt(0.5) + error * rng.normal(), estimated(error, rng)});
  }
  return series;
}

double student_like(Rng& rng) {
  double squares = 0;
  for (int i = 0; i < 3; ++i) {
    const double x = rng.normal();
    squares += x * x;
  }
  return rng.normal() / std::sqrt(squares / 3) / std::sqrt(3.0);
}

double lognormal_like(Rng& rng) {
  constexpr double s = 0.8;
  const double mean = std::exp(s * s / 2);
  return (std::exp(s * rng.normal()) - mean) / (mean * std::sqrt(std::exp(s * s) - 1));
}

std::vector<World> worlds() {
  return {{"normal"},
          {"heavy tails (t, 3 degrees)", student_like},
          {"leaning to one side (lognormal)", lognormal_like},
          {"half the blocks in the first 20 results", World{}.luck, [](std::size_t i) { return i < 20 ? 1.41 : 1.0; }},
          {"every tenth result 6 times as noisy", World{}.luck, [](std::size_t i) { return i % 10 == 4 ? 6.0 : 1.0; }}};
}

std::vector<double> levels(std::initializer_list<std::pair<int, double>> segments) {
  std::vector<double> truth;
  for (const auto& [length, value] : segments) truth.insert(truth.end(), static_cast<std::size_t>(length), value);
  return truth;
}

// Not more than the level, as far as so many draws can say.
void expect_at_most(std::uint64_t hits, std::uint64_t n, double most, const std::string& what) {
  EXPECT_LE(clopper_pearson(hits, n, 0.99).low, most) << what << ": " << hits << " of " << n;
}
void expect_at_least(std::uint64_t hits, std::uint64_t n, double least, const std::string& what) {
  EXPECT_GE(clopper_pearson(hits, n, 0.99).high, least) << what << ": " << hits << " of " << n;
}

double percent(std::uint64_t hits, std::uint64_t n) {
  return 100.0 * static_cast<double>(hits) / static_cast<double>(n);
}

TEST(History, CriesSeldomWhenNothingChanged) {
  constexpr std::uint64_t series = 2000;
  ChangePointFinder finder(level);
  for (const World& world : worlds()) {
    for (const int n : {8, 12, 40, 100}) {
      std::uint64_t alarms = 0;
      for (std::uint64_t seed = 0; seed < series; ++seed) {
        Rng rng(derive_seed({1, seed, static_cast<std::uint64_t>(n)}));
        alarms += finder.find(simulate(world, levels({{n, 0}}), rng)).begins.empty() ? 0 : 1;
      }
      std::printf("nothing changed, %-36s %3d results  false alarms %4.1f%%\n", world.name.c_str(), n,
                  percent(alarms, series));
      expect_at_most(alarms, series, level, world.name);
    }
  }
}

// Standard errors that differ very much: the centre is then known by the precise half alone, and the other half strays
// from it together.
TEST(History, SaysHowFarItIsOffWhenErrorsDifferMuch) {
  constexpr std::uint64_t series = 2000;
  ChangePointFinder finder(level);
  const World world{"8 times as noisy", World{}.luck, [](std::size_t i) { return i < 20 ? 4.0 : 0.5; }};
  std::uint64_t alarms = 0;
  for (std::uint64_t seed = 0; seed < series; ++seed) {
    Rng rng(derive_seed({7, seed}));
    alarms += finder.find(simulate(world, levels({{40, 0}}), rng)).begins.empty() ? 0 : 1;
  }
  std::printf("nothing changed, the first 20 of 40 results with errors 8 times as large  false alarms %4.1f%%\n",
              percent(alarms, series));
  EXPECT_LT(alarms, series / 6);
}

// A promise that cannot be kept: what is carried from one result to the next looks like changes.
TEST(History, SaysHowFarItIsOffWhenLuckIsCarriedOver) {
  constexpr std::uint64_t series = 2000;
  ChangePointFinder finder(level);
  for (const double carried : {0.2, 0.5, 0.8}) {
    World world{"carried over"};
    world.carried = carried;
    std::uint64_t alarms = 0;
    for (std::uint64_t seed = 0; seed < series; ++seed) {
      Rng rng(derive_seed({2, seed}));
      alarms += finder.find(simulate(world, levels({{40, 0}}), rng)).begins.empty() ? 0 : 1;
    }
    std::printf("nothing changed, half of the variance carried over by %.1f  40 results  false alarms %4.1f%%\n",
                carried, percent(alarms, series));
    EXPECT_GT(alarms, 0U);
  }
}

struct Shift {
  double size = 0;
  int before = 0, after = 0;
  double least_found = 0;  // share that must be found within one result of the place
};

TEST(History, FindsAChangeAndItsPlaceAndSize) {
  constexpr std::uint64_t series = 1000;
  ChangePointFinder finder(level);
  for (const Shift& shift : std::vector<Shift>{
           {3, 15, 15, 0.9}, {2, 15, 15, 0.5}, {1, 15, 15, 0}, {3, 37, 3, 0}, {3, 36, 4, 0.5}, {3, 5, 5, 0.5}}) {
    const std::vector<double> truth = levels({{shift.before, 0}, {shift.after, shift.size}});
    std::uint64_t found = 0;
    std::uint64_t placed = 0;
    std::uint64_t covered = 0;
    std::uint64_t rises = 0;
    for (std::uint64_t seed = 0; seed < series; ++seed) {
      Rng rng(derive_seed({3, seed}));
      const std::vector<SeriesValue> values = simulate({}, truth, rng);
      const ChangePoints changes = finder.find(values);
      if (changes.begins.size() != 1) continue;
      ++found;
      const auto off = static_cast<std::int64_t>(changes.begins[0]) - shift.before;
      placed += std::abs(off) <= 1 ? 1 : 0;
      const Interval step = segment_levels(values, changes.begins).step_interval(1, 0.95);
      covered += step.contains(shift.size) ? 1 : 0;
      rises += step.low > 0 ? 1 : 0;
    }
    std::printf(
        "a rise of %.0f, %2d results before and %2d after  found %5.1f%%  within one result %5.1f%%  a rise for sure "
        "%5.1f%%  its interval holds %5.1f%%\n",
        shift.size, shift.before, shift.after, percent(found, series), percent(placed, series), percent(rises, series),
        found == 0 ? 0 : percent(covered, found));
    expect_at_least(placed, series, shift.least_found, "placed");
    if (shift.least_found >= 0.9) expect_at_least(covered, found, 0.92, "interval of the growth");
  }
}

TEST(History, TakesASingleOutlierForNoChange) {
  constexpr std::uint64_t series = 1000;
  ChangePointFinder finder(level);
  for (const double size : {5.0, 20.0}) {
    for (const std::size_t at : {std::size_t{0}, std::size_t{14}, std::size_t{29}}) {
      std::uint64_t alarms = 0;
      for (std::uint64_t seed = 0; seed < series; ++seed) {
        Rng rng(derive_seed({4, seed}));
        std::vector<double> truth(30, 0.0);
        truth[at] = size;
        alarms += finder.find(simulate({}, truth, rng)).begins.empty() ? 0 : 1;
      }
      std::printf("an outlier of %2.0f at result %2zu of 30  false alarms %4.1f%%\n", size, at + 1,
                  percent(alarms, series));
      // At an end it takes two more that lean to its side by chance to make a segment.
      expect_at_most(alarms, series, at == 14 ? level : 0.07, "outlier");
    }
  }
}

TEST(History, FindsTwoChanges) {
  constexpr std::uint64_t series = 1000;
  ChangePointFinder finder(level);
  for (const double last : {0.0, 6.0}) {
    const std::vector<double> truth = levels({{15, 0}, {15, 3}, {15, last}});
    std::uint64_t both = 0;
    for (std::uint64_t seed = 0; seed < series; ++seed) {
      Rng rng(derive_seed({5, seed}));
      const std::vector<std::size_t> begins = finder.find(simulate({}, truth, rng)).begins;
      const auto near = [](std::size_t at, int place) { return std::abs(static_cast<int>(at) - place) <= 1; };
      both += begins.size() == 2 && near(begins[0], 15) && near(begins[1], 30) ? 1 : 0;
    }
    std::printf("0, 3, %.0f with 15 results each  both found within one result %5.1f%%\n", last, percent(both, series));
    expect_at_least(both, series, 0.85, "both");
  }
}

// A page of many overheads in which nothing changed must not cry more often than one.
TEST(History, CriesNoMoreOftenOverManySeries) {
  constexpr std::uint64_t pages = 1000;
  ChangePointFinder finder(level);
  for (const std::size_t overheads : {std::size_t{1}, std::size_t{5}, std::size_t{20}}) {
    std::uint64_t alarms = 0;
    std::uint64_t uncorrected = 0;
    std::uint64_t rises_found = 0;
    for (std::uint64_t seed = 0; seed < pages; ++seed) {
      Rng rng(derive_seed({6, seed}));
      std::vector<std::vector<SeriesValue>> all;
      for (std::size_t i = 0; i < overheads; ++i) all.push_back(simulate({}, levels({{40, 0}}), rng));
      std::vector<std::span<const SeriesValue>> series(all.begin(), all.end());
      const auto any_cut = [&] {
        for (const TestedSeries& t : test_together(series, level, finder)) {
          if (!t.begins.empty()) return true;
        }
        return false;
      };
      alarms += any_cut() ? 1 : 0;
      bool any = false;
      for (const auto& one : series) any = any || !finder.find(one).begins.empty();
      uncorrected += any ? 1 : 0;
      all[0] = simulate({}, levels({{25, 0}, {15, 3}}), rng);
      series[0] = all[0];
      rises_found += test_together(series, level, finder)[0].begins.empty() ? 0 : 1;
    }
    std::printf(
        "%2zu overheads, 40 results, nothing changed: any false alarm %4.1f%% (uncorrected %4.1f%%); one rose by 3: "
        "found %5.1f%%\n",
        overheads, percent(alarms, pages), percent(uncorrected, pages), percent(rises_found, pages));
    expect_at_most(alarms, pages, level, "pages");
    expect_at_least(rises_found, pages, 0.95, "one that rose");
  }
}

}  // namespace
}  // namespace tracetax
