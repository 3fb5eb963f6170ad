#include "harness/verdict/details.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <gtest/gtest.h>

#include "harness/verdict/evaluate.h"
#include "synthetic.h"

namespace tracetax {
namespace {

using namespace std::chrono_literals;

Digest digest_of(const std::vector<TrialRecord>& trials) {
  Digest digest;
  for (const TrialRecord& trial : trials) digest.add(trial);
  return digest;
}

std::size_t point(double percent) {
  return static_cast<std::size_t>(std::ranges::find(percent_grid, percent) - percent_grid.begin());
}

TEST(Details, TheDifferenceAtTheMedianIsTheComparisonOfTheMedian) {
  const Scenario scenario = synthetic::scenario();
  const Digest digest = digest_of(synthetic::trials(scenario, synthetic::planted_shift(25us)));
  const Details details = make_details(scenario, digest);
  const Result result = evaluate(scenario, digest, {});
  const auto p50 = std::ranges::find(result.comparisons, "latency.p50", &Comparison::metric);
  ASSERT_NE(p50, result.comparisons.end());
  ASSERT_EQ(details.differences.size(), 1u);
  const Details::Difference& difference = details.differences[0];
  EXPECT_EQ(difference.treatment, "on");
  EXPECT_EQ(difference.blocks, 6u);
  EXPECT_NEAR(difference.estimate_ns[point(50)], p50->absolute.estimate, 1);
  EXPECT_NEAR(difference.low_ns[point(50)], p50->absolute.low, 1);
  EXPECT_NEAR(difference.high_ns[point(50)], p50->absolute.high, 1);
}

TEST(Details, AShiftIsTheSameAtEveryPercentileThatHasCallsEnough) {
  const Scenario scenario = synthetic::scenario();
  const Digest digest = digest_of(synthetic::trials(scenario, synthetic::planted_shift(25us)));
  const Details::Difference difference = make_details(scenario, digest).differences.at(0);
  for (std::size_t i = 0; i < percent_grid.size(); ++i) {
    if (200 * (100 - percent_grid[i]) / 100 < 5) {  // calls beyond it in a window
      EXPECT_TRUE(std::isnan(difference.estimate_ns[i])) << percent_grid[i];
    } else {
      EXPECT_LE(difference.low_ns[i], 25'000) << percent_grid[i];
      EXPECT_GE(difference.high_ns[i], 25'000) << percent_grid[i];
      EXPECT_LT(difference.high_ns[i] - difference.low_ns[i], 5'000) << percent_grid[i];
    }
  }
}

TEST(Details, ABlockWithoutAValidTrialOfBothArmsIsInNoDifference) {
  const Scenario scenario = synthetic::scenario();
  std::vector<TrialRecord> trials = synthetic::trials(scenario, synthetic::planted_shift(25us));
  synthetic::find(trials, "on", 2).failure = "a service died";
  const Details details = make_details(scenario, digest_of(trials));
  EXPECT_EQ(details.differences.at(0).blocks, 5u);
  EXPECT_EQ(std::ranges::count(details.trials.valid, false), 1);
}

TEST(Details, CurvesAreOfAllWindowsAndEndAtTheMaximum) {
  const Scenario scenario = synthetic::scenario();
  const Digest digest = digest_of(synthetic::trials(scenario, synthetic::planted_shift(0us)));
  const Details details = make_details(scenario, digest);
  ASSERT_EQ(details.curves.size(), 2u);
  const Details::Curve& curve = details.curves[0];
  EXPECT_EQ(curve.arm, "off");
  EXPECT_EQ(curve.count, 1200u);
  ASSERT_EQ(curve.latency_ns.size(), percent_grid.size());
  // The last call of the last block: 2000 + 20 · 5 µs, and 199 · 500 ns.
  EXPECT_EQ(curve.latency_ns.back(), 2'199'500);
  EXPECT_TRUE(std::isnan(curve.latency_ns[point(99.99)])) << "1200 calls have none beyond it";
  std::vector<double> there;
  std::ranges::copy_if(curve.latency_ns, std::back_inserter(there), [](double v) { return !std::isnan(v); });
  EXPECT_TRUE(std::ranges::is_sorted(there));
}

TEST(Details, TheTimelineHasEveryAnsweredCallOnceAndTheExportsOfTheWindow) {
  const Scenario scenario = synthetic::scenario();
  std::vector<TrialRecord> trials = synthetic::trials(scenario, synthetic::planted_shift(0us));
  TrialRecord& with = synthetic::find(trials, "on", 1);
  with.exports = {{-5'000'000, 7}, {10'000'000, 100}, {700'000'000, 20}, {1'200'000'000, 4000}};
  const Details details = make_details(scenario, digest_of(trials));
  std::uint64_t calls = 0, bytes = 0;
  for (const std::uint64_t n : details.timeline.calls) calls += n;
  for (const std::uint64_t n : details.timeline.export_bytes) bytes += n;
  EXPECT_EQ(calls, 12u * 200u);
  EXPECT_EQ(bytes, 120u) << "what came before the window or with the flush after it is not within it";
  EXPECT_EQ(details.timeline.trial.size(), details.timeline.at_s.size());
}

TEST(Details, ATimelineThatWouldBeTooLongIsLeftOut) {
  Scenario scenario = synthetic::scenario();
  scenario.plan.blocks_max = 2600;
  const Details details = make_details(scenario, digest_of(synthetic::trials(scenario, synthetic::planted_shift(0us))));
  EXPECT_TRUE(details.timeline.trial.empty());
  EXPECT_EQ(details.trials.number.size(), 5200u);
}

TEST(Details, RatiosAreThoseOfHeadSamplers) {
  Scenario scenario = synthetic::scenario();
  scenario.arms[0].tracing.sampler.type = SamplerType::always_off;
  Arm tenth = scenario.arms[1];
  tenth.name = "tenth";
  tenth.tracing.sampler.type = SamplerType::parentbased_traceidratio;
  tenth.tracing.sampler.ratio = 0.1;
  Arm adaptive = tenth;
  adaptive.name = "adaptive";
  adaptive.tracing.sampler.type = SamplerType::adaptive;
  scenario.arms.push_back(tenth);
  scenario.arms.push_back(adaptive);
  const Details details = make_details(scenario, Digest{});
  ASSERT_EQ(details.ratios.size(), 3u);
  EXPECT_EQ(details.ratios[0].ratio, 0);
  EXPECT_EQ(details.ratios[1].ratio, 1);
  EXPECT_EQ(details.ratios[2].arm, "tenth");
  EXPECT_EQ(details.ratios[2].ratio, 0.1);
}

}  // namespace
}  // namespace tracetax
