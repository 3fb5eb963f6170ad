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
  EXPECT_EQ(pacing.spin_ns, 120000);
  EXPECT_EQ(pacing.wake_late_p50_ns, 50000);
  EXPECT_EQ(pacing.wake_late_p99_ns, 120000);
  EXPECT_EQ(pacing.sleeps, 102u);
  EXPECT_EQ(pacing.reason, "spins 120 µs before a call is due: 99 % of 102 sleeps ended within that");
}

TEST(Pacing, OneCoreIsTheServices) {
  const Pacing pacing = decide_pacing(late(50, 120), 500, 1);
  EXPECT_EQ(pacing.spin_ns, 0);
  EXPECT_EQ(pacing.reason, "does not spin: the services need the only core");
}

TEST(Pacing, TakesHalfOfOneOfFewCoresAndAllOfOneOfMany) {
  EXPECT_EQ(decide_pacing(late(50, 120), 10'000, 2).spin_ns, 50000);
  EXPECT_EQ(decide_pacing(late(50, 120), 10'000, 8).spin_ns, 100000);
  EXPECT_EQ(decide_pacing(late(50, 120), 10'000, 2).reason,
            "spins 50.0 µs before a call is due: more than 50 % of a core is not to be spared of 2");
}

TEST(Pacing, NeverSpinsAgainstPreemption) {
  EXPECT_EQ(decide_pacing(late(900, 5000), 0, 8).spin_ns, 250000);
}

TEST(Pacing, WhatTheScenarioSaysIsNotLearnt) {
  LoadThreads threads(1);
  Load load;
  load.spin = 70us;
  const Pacing given = make_pacing(load, threads, 2);
  EXPECT_EQ(given.spin_ns, 70000);
  EXPECT_EQ(given.sleeps, 0u);
  EXPECT_EQ(given.spin_for_answers_ns, 0);
  load.spin.reset();
  load.arrivals = OpenArrivals{.process = OpenArrivals::Process::poisson, .rate_per_s = 100};
  const Pacing learnt = make_pacing(load, threads, 2);
  EXPECT_EQ(learnt.sleeps, 100u);
  EXPECT_GT(learnt.spin_ns, 0);
  EXPECT_LE(learnt.wake_late_p50_ns, learnt.wake_late_p99_ns);
}

// While a call is answered the services work; the generator may keep a core from them only where there are others.
TEST(Pacing, SpinsForAnswersWhereThereAreCores) {
  LoadThreads threads(1);
  Load load;
  load.spin = 70us;
  const Pacing many = make_pacing(load, threads, 4);
  EXPECT_EQ(many.spin_for_answers_ns, 70'000);
  EXPECT_EQ(many.reason, "spins 70.0 µs before a call is due: the scenario says so; as long for answers");
  EXPECT_EQ(make_pacing(load, threads, 3).spin_for_answers_ns, 0);
  load.spin_for_answers = 30us;
  const Pacing said = make_pacing(load, threads, 2);
  EXPECT_EQ(said.spin_for_answers_ns, 30'000);
  EXPECT_EQ(spin_of(said).for_answers, 30us);
  EXPECT_EQ(spin_of(said).before_due, 70us);
}

}  // namespace
}  // namespace tracetax
