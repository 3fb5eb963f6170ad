#include "harness/scenario/arrivals.h"

#include <cmath>
#include <filesystem>

#include <gtest/gtest.h>

#include "harness/scenario/load_scenario.h"

namespace tracetax {
namespace {

using namespace std::chrono_literals;
using After = RateProfile::After;

LoadedScenario minimal(const std::vector<std::string>& sets) {
  return load_scenario(std::filesystem::path(TRACETAX_SOURCE_DIR) / "tests/data/scenarios/valid/minimal.yaml", sets);
}
std::string refusal(const std::vector<std::string>& sets) {
  try {
    minimal(sets);
  } catch (const ScenarioError& error) {
    return error.what();
  }
  return "accepted";
}

OpenArrivals arrivals_of(const std::string& yaml) {
  const Scenario s = minimal({"load.arrivals=" + yaml}).scenario;
  return std::get<OpenArrivals>(s.load.arrivals);
}

TEST(RateProfile, ExpectsTheAreaUnderTheRate) {
  RateProfile profile;
  profile.add(2s, 100, 300);
  profile.add(1s, 50, 50);
  EXPECT_DOUBLE_EQ(profile.expected(0s), 0);
  EXPECT_DOUBLE_EQ(profile.expected(1s), 150);
  EXPECT_DOUBLE_EQ(profile.expected(2s), 400);
  EXPECT_DOUBLE_EQ(profile.expected(2500ms), 425);
  EXPECT_DOUBLE_EQ(profile.expected(5s), 450 + 2 * 50) << "the rate stays as it ended";
  EXPECT_DOUBLE_EQ(profile.mean_per_s(), 150);
  EXPECT_DOUBLE_EQ(profile.highest_per_s(), 300);
}

TEST(RateProfile, RepeatsWhereItIsToldTo) {
  RateProfile profile(After::repeats);
  profile.add(900ms, 10, 10);
  profile.add(100ms, 1000, 1000);
  EXPECT_NEAR(profile.expected(3s), 3 * 109, 1e-9);
  EXPECT_NEAR(profile.expected(2950ms), 2 * 109 + 9 + 50, 1e-6);
  EXPECT_NEAR(profile.time_ns_of(2 * 109 + 9 + 50), 2.95e9, 1);
}

TEST(RateProfile, TheTimeOfACallIsTheInverseOfTheCallsExpected) {
  for (const auto& [from, to] :
       {std::pair{100.0, 900.0}, {900.0, 100.0}, {0.001, 500.0}, {500.0, 0.001}, {70.0, 70.0}}) {
    RateProfile profile;
    profile.add(3s, from, to);
    profile.add(1s, 20, 40);
    for (int k = 0; k <= 1000; ++k) {
      const double calls = profile.expected(4s) * k / 1000;
      const double time = profile.time_ns_of(calls);
      ASSERT_NEAR(profile.expected(Nanos(std::llround(time))), calls, 1e-5) << from << " " << to << " " << calls;
    }
  }
}

TEST(RateProfile, ARateThatEndsAtNothingHasNoMoreCalls) {
  RateProfile profile;
  profile.add(1s, 10, 0);
  EXPECT_NEAR(profile.time_ns_of(5), 1e9, 1);
  EXPECT_TRUE(std::isinf(profile.time_ns_of(5.001)));
}

TEST(Arrivals, ThatChangeAreRead) {
  const OpenArrivals ramp = arrivals_of("{ process: ramp, from: 100/s, to: 10/s, over: 900ms }");
  EXPECT_EQ(ramp.process, OpenArrivals::Process::ramp);
  EXPECT_DOUBLE_EQ(profile_of(ramp).expected(900ms), 0.9 * 55);
  EXPECT_TRUE(ramp.by_chance());
  EXPECT_EQ(describe(ramp), "ramp 100/s to 10/s over 900 ms");

  const OpenArrivals steps =
      arrivals_of("{ process: steps, even: true, steps: [ { rate: 10/s, for: 400ms }, { rate: 200/s, for: 100ms } ] }");
  EXPECT_DOUBLE_EQ(profile_of(steps).expected(600ms), 4 + 20 + 20);
  EXPECT_FALSE(steps.by_chance());
  EXPECT_EQ(describe(steps), "steps 10/s for 400 ms, 200/s for 100 ms, evenly spaced");

  const OpenArrivals burst = arrivals_of("{ process: burst, rate: 10/s, burst: 500/s, every: 1s, for: 200ms }");
  EXPECT_NEAR(profile_of(burst).expected(10s), 10 * (8 + 100), 1e-6);
  EXPECT_NEAR(mean_rate(burst), 108, 1e-9);
  EXPECT_EQ(highest_rate(burst), 500);
}

TEST(Arrivals, OfOneRateKeepTheirChance) {
  OpenArrivals ramp{.process = OpenArrivals::Process::ramp, .from_per_s = 1, .to_per_s = 9, .over = 1s};
  EXPECT_EQ(at_rate(ramp, 70).process, OpenArrivals::Process::poisson);
  ramp.even = true;
  EXPECT_EQ(at_rate(ramp, 70).process, OpenArrivals::Process::constant);
  EXPECT_EQ(at_rate(ramp, 70).rate_per_s, 70);
}

TEST(Arrivals, ThatDoNotFitAreRefusedWithTheirPlace) {
  EXPECT_NE(refusal({"load.arrivals={ process: burst, rate: 1/s, burst: 9/s, every: 1s, for: 1s }"})
                .find("a burst must be over before the next begins"),
            std::string::npos);
  EXPECT_NE(refusal({"load.arrivals={ process: ramp, from: 1/s, to: 9/s, over: 30m }"})
                .find("and a window of 5s ends before it"),
            std::string::npos);
  EXPECT_NE(refusal({"load.arrivals={ process: ramp, from: 1/s, over: 1s }"}).find("`to`"), std::string::npos);
}

}  // namespace
}  // namespace tracetax
