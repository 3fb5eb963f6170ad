// `tracetax compare` as a gate of a CI: how often does it fail a change that cost nothing, and how often does it miss
// one that did? Thousands of simulated pairs of experiments say so. The table in docs/statistics.md is this test's
// output.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "harness/base/rng.h"
#include "harness/stats/mean_interval.h"
#include "harness/verdict/budgets.h"
#include "harness/verdict/compare_results.h"
#include "harness/verdict/looks.h"

namespace tracetax {
namespace {

// What tracing really costs in one commit: shares of the control's value, and nanoseconds.
struct Truth {
  double p50 = 0.01, cpu = 0.05;
  double p99_ns = 300e3;
};

// An experiment stops early when all its budgets are decided, as a run does, or has its planned blocks.
struct Design {
  std::vector<std::uint32_t> looks{};
};
constexpr double stalls = 0.1;  // share of blocks in which the treatment meets a stall of the machine
const Design fixed{{9}};
const Design with_looks{{6, 12, 18, 24}};

// Values of one metric in both arms, block by block.
struct Series {
  std::string metric, service;
  double limit = 0;
  bool relative = true;
  std::vector<double> differences{}, log_ratios{};

  void add(double off, double on) {
    differences.push_back(on - off);
    log_ratios.push_back(std::log(on / off));
  }
};

// As harness/verdict/comparison.cc makes it, without what this test does not need.
Comparison compared(const Series& series, std::uint32_t blocks, double level) {
  Comparison c;
  c.metric = series.metric;
  c.service = series.service;
  c.control = "off";
  c.treatment = "on";
  c.blocks = c.units = blocks;
  const MeanEstimate difference = estimate_mean(std::span(series.differences).first(blocks));
  const Interval absolute = student_interval(difference, 1 - 2 * level);
  c.difference = {difference.mean, difference.standard_error};
  c.absolute = {difference.mean, absolute.low, absolute.high};
  const MeanEstimate ratio = estimate_mean(std::span(series.log_ratios).first(blocks));
  const Interval relative = student_interval(ratio, 1 - 2 * level);
  c.log_ratio = UnitMean{ratio.mean, ratio.standard_error};
  c.relative = Estimate{std::expm1(ratio.mean), std::expm1(relative.low), std::expm1(relative.high)};
  return c;
}

BudgetResult budget_of(const Series& series) {
  BudgetResult budget;
  budget.metric = series.metric;
  budget.service = series.service;
  budget.arm = "on";
  budget.limit = series.limit;
  budget.relative = series.relative;
  return budget;
}

// The one-sided level of each look (harness/verdict/looks.h).
std::vector<double> levels_of(const Design& design) {
  std::vector<double> levels;
  Looks looks{{}, design.looks.back(), Stopped::decided};
  for (const std::uint32_t blocks : design.looks) {
    looks.blocks.push_back(blocks);
    looks.stopped = blocks == design.looks.back() ? Stopped::at_plans_end : Stopped::decided;
    levels.push_back(level_of(looks, 0.025));
  }
  return levels;
}

bool all_decided(const Result& result) {
  for (std::size_t i = 0; i < result.budgets.size(); ++i) {
    const Comparison& c = result.comparisons[i];
    const Estimate& e = result.budgets[i].relative ? *c.relative : c.absolute;
    if (judge(Interval{e.low, e.high}, result.budgets[i].limit) == Verdict::inconclusive) return false;
  }
  return true;
}

// A machine has a speed of its own in each experiment and drifts within it; every block's ratio of the arms is noisy,
// as pairs are for the median (0.4 %) and blocks for CPU (2 %) and the tail (8 %), with stalls that lean to one side.
Result experiment(const Truth& truth, const Design& design, const std::vector<double>& levels, std::uint64_t seed) {
  Rng rng(seed);
  double speed = std::exp(0.2 * rng.normal());
  std::array<Series, 3> all{
      {{"latency.p50", "", 0.05}, {"latency.p99", "", 5e6, false}, {"cpu_per_call", "gateway", 0.3}}};
  auto& [p50, p99, cpu] = all;
  for (std::uint32_t block = 0; block < design.looks.back(); ++block) {
    speed *= std::exp(0.02 * rng.normal());
    const auto noise = [&](double deviation) {
      return std::exp(deviation * (rng.normal() + (rng.uniform() < stalls ? rng.exponential(2) : 0)));
    };
    p50.add(2e6 * speed, 2e6 * speed * (1 + truth.p50) * noise(0.004));
    p99.add(4e6 * speed, 4e6 * speed * noise(0.08) + truth.p99_ns);
    cpu.add(130e3 * speed, 130e3 * speed * (1 + truth.cpu) * noise(0.02));
  }
  Result result;
  for (const Series& series : all) result.budgets.push_back(budget_of(series));
  for (std::size_t look = 0; look < design.looks.size(); ++look) {
    result.blocks_done = design.looks[look];
    result.comparisons.clear();
    for (const Series& series : all) result.comparisons.push_back(compared(series, result.blocks_done, levels[look]));
    if (all_decided(result)) break;
  }
  return result;
}

struct Tally {
  int pairs = 0, within = 0, exceeded = 0, held = 0;
  double blocks = 0;

  double share(int n) const { return static_cast<double>(n) / pairs; }
};

// `held`: pairs whose interval of the growth of p50 holds the true one.
Tally compare_many(int pairs, const Truth& before, const Truth& now, const Design& design, std::uint64_t stream) {
  Tally tally{.pairs = pairs};
  const std::vector<double> levels = levels_of(design);
  const double grown = (1 + now.p50) / (1 + before.p50) - 1;
  for (int i = 0; i < pairs; ++i) {
    const auto seed = [&](std::uint64_t which) { return derive_seed({stream, static_cast<std::uint64_t>(i), which}); };
    const GrowthReport report =
        compare_results(experiment(before, design, levels, seed(0)), experiment(now, design, levels, seed(1)), {});
    tally.within += report.verdict == Verdict::within;
    tally.exceeded += report.verdict == Verdict::exceeded;
    const Estimate& p50_growth = *report.growths.at(0).relative;
    tally.held += p50_growth.low <= grown && grown <= p50_growth.high;
    tally.blocks += report.later.blocks;
  }
  return tally;
}

void print(const char* what, const Tally& t) {
  std::printf("%-44s %5d pairs  within %5.1f%%  exceeded %5.2f%%  interval holds %5.1f%%  blocks %4.1f\n", what,
              t.pairs, 100 * t.share(t.within), 100 * t.share(t.exceeded), 100 * t.share(t.held), t.blocks / t.pairs);
}

TEST(Gate, AChangeThatCostsNothingIsNotFailed) {
  for (const Design& design : {fixed, with_looks}) {
    EXPECT_EQ(compare_many(50, {}, {}, design, 1).exceeded, 0);
    const Tally many = compare_many(2000, {}, {}, design, 2);
    print(design.looks.size() > 1 ? "nothing changed, 6 to 24 blocks" : "nothing changed, 9 blocks", many);
    EXPECT_LE(many.share(many.exceeded), 0.005);
    EXPECT_GE(many.share(many.within), 0.9);
    EXPECT_GE(many.share(many.held), 0.93);
  }
}

TEST(Gate, FivePercentOfTheMedianCallIsAlwaysFound) {
  for (const Design& design : {fixed, with_looks}) {
    const Tally planted = compare_many(50, {}, {.p50 = 0.0605}, design, 3);
    print(design.looks.size() > 1 ? "p50 + 5 %, 6 to 24 blocks" : "p50 + 5 %, 9 blocks", planted);
    EXPECT_EQ(planted.exceeded, 50);
  }
}

// The hardest innocent change: every cost grew by exactly what is allowed.
TEST(Gate, AtTheLimitOfAllThreeBudgetsHolmKeepsItsLevel) {
  const Truth edge{.p50 = 1.01 * 1.025 - 1, .cpu = 1.05 * 1.15 - 1, .p99_ns = 300e3 + 2.5e6};
  for (const Design& design : {fixed, with_looks}) {
    const Tally many = compare_many(2000, {}, edge, design, 4);
    print(design.looks.size() > 1 ? "all grew by what is allowed, 6 to 24 blocks"
                                  : "all grew by what is allowed, 9 blocks",
          many);
    // 2.5 % and three standard errors of the simulation.
    EXPECT_LE(many.share(many.exceeded), 0.025 + 3 * std::sqrt(0.025 * 0.975 / 2000));
  }
}

}  // namespace
}  // namespace tracetax
