#include "harness/load/pacing.h"

#include <vector>

#include <gtest/gtest.h>

namespace tracetax {
namespace {

using namespace std::chrono_literals;

std::vector<double> late(double p50_us, double p99_us) {
  std::vector<double> out(99, p50_us * 1e3);
  for (int i = 0; i < 3; ++i) out.push_back(p99_us * 1e3);
  return out;
}

TEST(Pacing, SpinsAsLongAsSleepersAreLate) {
  const Pacing pacing = decide_pacing(late(50, 120), 500, 2);
  EXPECT_EQ(pacing.spin, 120us);
  EXPECT_EQ(pacing.wake_late_p50, 50us);
  EXPECT_EQ(pacing.wake_late_p99, 120us);
  EXPECT_EQ(pacing.sleeps, 102u);
  EXPECT_EQ(pacing.reason, "spins 120 µs before a call is due: 99 % of 102 sleeps ended within that");
}

TEST(Pacing, OneCoreIsTheServices) {
  const Pacing pacing = decide_pacing(late(50, 120), 500, 1);
  EXPECT_EQ(pacing.spin, 0us);
  EXPECT_EQ(pacing.reason, "does not spin: the services need the only core");
}

TEST(Pacing, TakesHalfOfOneOfFewCoresAndAllOfOneOfMany) {
  EXPECT_EQ(decide_pacing(late(50, 120), 10'000, 2).spin, 50us);
  EXPECT_EQ(decide_pacing(late(50, 120), 10'000, 8).spin, 100us);
  EXPECT_EQ(decide_pacing(late(50, 120), 10'000, 2).reason,
            "spins 50.0 µs before a call is due: more than 50 % of a core is not to be spared of 2");
}

TEST(Pacing, NeverSpinsAgainstPreemption) {
  EXPECT_EQ(decide_pacing(late(900, 5000), 0, 8).spin, 250us);
}

TEST(Pacing, WhatTheScenarioSaysIsNotLearnt) {
  LoadThreads threads(1);
  Load load;
  load.spin = 70us;
  const Pacing given = make_pacing(load, threads, 2);
  EXPECT_EQ(given.spin, 70us);
  EXPECT_EQ(given.sleeps, 0u);
  load.spin.reset();
  load.arrivals = OpenArrivals{.process = OpenArrivals::Process::poisson, .rate_per_s = 100};
  const Pacing learnt = make_pacing(load, threads, 2);
  EXPECT_EQ(learnt.sleeps, 100u);
  EXPECT_GT(learnt.spin, 0us);
  EXPECT_LE(learnt.wake_late_p50, learnt.wake_late_p99);
}

}  // namespace
}  // namespace tracetax
