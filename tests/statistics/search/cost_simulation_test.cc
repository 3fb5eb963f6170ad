// Do the intervals of `tracetax model` hold what was planted, and does its test of fit find what the model leaves out?

#include <cmath>
#include <cstdio>

#include <gtest/gtest.h>

#include "harness/base/rng.h"
#include "harness/search/cost_model.h"
#include "harness/stats/mean_interval.h"

namespace tracetax {
namespace {

struct World {
  std::size_t results = 1;
  std::size_t blocks = 8;
  double control_noise = 3e3, treatment_noise = 3e3;  // of a block's value, ns
  double heavier = 0;                                 // more noise for each span sampled, as a share
  double interaction = 0;                             // ns for each span started times span sampled
};

constexpr double c0 = 20e3;
constexpr double started_ns = 300;
constexpr double sampled_ns = 900;

// Twelve arms whose blocks share the control's.
std::vector<CostPoint> measure(const World& world, Rng& rng) {
  std::vector<CostPoint> points;
  for (std::size_t result = 0; result < world.results; ++result) {
    std::vector<double> control;
    for (std::size_t b = 0; b < world.blocks; ++b) control.push_back(world.control_noise * rng.normal());
    for (const double ratio : {0.0, 0.1, 0.5, 1.0}) {
      for (const double started : {7.0, 17.0, 57.0}) {
        const double sampled = ratio * started;
        const double truth = c0 + started_ns * started + sampled_ns * sampled + world.interaction * started * sampled;
        std::vector<double> units;
        for (const double of_control : control)
          units.push_back(truth + world.treatment_noise * (1 + world.heavier * sampled) * rng.normal() - of_control);
        const MeanEstimate mean = estimate_mean(units);
        points.push_back(
            {result, {1, started, sampled, 410 * sampled}, mean.mean, mean.standard_error, mean.units, false});
      }
    }
  }
  return points;
}

struct Coverage {
  double call = 0, started = 0, sampled = 0, prediction = 0, held_out = 0, misfit = 0;
};

Coverage cover(const char* name, const World& world, std::size_t experiments = 1000) {
  Coverage coverage;
  for (std::size_t i = 0; i < experiments; ++i) {
    Rng rng(derive_seed({77, i}));
    std::vector<CostPoint> points = measure(world, rng);
    const CostModel model = *fit_costs(points, 0.95);
    coverage.call += model.terms.at(0).interval.contains(c0);
    coverage.started += model.terms.at(1).interval.contains(started_ns);
    coverage.sampled += model.terms.at(2).interval.contains(sampled_ns);
    coverage.prediction +=
        model.predict({1, 27, 6.75, 0}, 0.95).mean.contains(c0 + started_ns * 27 + sampled_ns * 6.75);
    coverage.misfit += model.lack_of_fit < 0.05;
    CostPoint& out = points[i % points.size()];
    out.held_out = true;
    const CostModel without = *fit_costs(points, 0.95);
    coverage.held_out += without.predict(out.row, 0.95, out.standard_error).measured.contains(out.value);
  }
  for (double* x : {&coverage.call, &coverage.started, &coverage.sampled, &coverage.prediction, &coverage.held_out,
                    &coverage.misfit})
    *x /= static_cast<double>(experiments);
  std::printf("%-44s call %.3f started %.3f sampled %.3f prediction %.3f held out %.3f misfit %.3f\n", name,
              coverage.call, coverage.started, coverage.sampled, coverage.prediction, coverage.held_out,
              coverage.misfit);
  return coverage;
}

void expect_honest(const Coverage& coverage) {
  for (const double share : {coverage.call, coverage.started, coverage.sampled, coverage.prediction, coverage.held_out})
    EXPECT_GE(share, 0.945);
  EXPECT_LE(coverage.misfit, 0.05);
}

TEST(CostSimulation, IntervalsHoldWhatWasPlanted) {
  expect_honest(cover("one result, 8 blocks", {}));
  expect_honest(cover("one result, 20 blocks", {.blocks = 20}));
  expect_honest(cover("three results", {.results = 3}));
  expect_honest(cover("control twice as noisy", {.control_noise = 6e3}));
  expect_honest(cover("treatments twice as noisy", {.treatment_noise = 6e3}));
  expect_honest(cover("noise grows with the spans sampled", {.heavier = 0.05}));
}

TEST(CostSimulation, FindsWhatTheModelLeavesOut) {
  EXPECT_GE(cover("an interaction of 20 ns", {.interaction = 20}).misfit, 0.95);
}

}  // namespace
}  // namespace tracetax
