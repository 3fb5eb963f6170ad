#include "harness/experiment/audit.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/rng.h"

namespace tracetax {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Nanos start = 1000s;

Load poisson(double rate) {
  Load load;
  load.arrivals = OpenArrivals{.process = OpenArrivals::Process::poisson, .rate_per_s = rate};
  return load;
}

std::vector<Sample> samples_due(const std::vector<Nanos>& due) {
  std::vector<Sample> samples;
  for (const Nanos time : due) {
    Sample sample;
    sample.intended = time;
    sample.outcome = Outcome::ok;
    samples.push_back(sample);
  }
  return samples;
}

std::vector<Nanos> poisson_times(double rate, std::size_t n) {
  Rng rng(3);
  std::vector<Nanos> times;
  double at = 0;
  for (std::size_t i = 0; i < n; ++i) times.push_back(from_seconds(at += rng.exponential(1 / rate)));
  return times;
}

TEST(Audit, AStreamThatArrivesAsPlanned) {
  const std::vector<Nanos> due = poisson_times(1000, 5000);
  std::vector<Nanos> arrived;
  for (const Nanos time : due) arrived.push_back(start + time + 30us);
  const ArrivalSummary audit = audit_arrivals(arrived, start, samples_due(due), poisson(1000), Phase::blocks);
  EXPECT_EQ(audit.count, 5000u);
  EXPECT_DOUBLE_EQ(audit.rate_per_s, audit.planned_per_s);
  EXPECT_NEAR(audit.rate_per_s, 1000, 50);
  EXPECT_DOUBLE_EQ(audit.variation, audit.planned_variation);
  EXPECT_NEAR(audit.variation, 1, 0.05);
  EXPECT_LT(audit.fit_distance, 0.03);
  EXPECT_GT(audit.fit_p, 0.01);
  EXPECT_EQ(audit.delay_p50_ns, 30'000);
  EXPECT_EQ(audit.delay_p99_ns, 30'000);
}

TEST(Audit, AStreamInClumpsIsSeen) {
  const std::vector<Nanos> due = poisson_times(5000, 5000);
  std::vector<Nanos> arrived;
  // Whoever sleeps for whole milliseconds sends what was due meanwhile at once.
  for (const Nanos time : due) arrived.push_back(start + std::chrono::ceil<std::chrono::milliseconds>(time));
  const ArrivalSummary audit = audit_arrivals(arrived, start, samples_due(due), poisson(5000), Phase::blocks);
  EXPECT_GT(audit.variation, 2);
  EXPECT_GT(audit.fit_distance, 0.5);
  EXPECT_LT(audit.fit_p, 1e-6);
  EXPECT_NEAR(static_cast<double>(audit.delay_p50_ns), 500e3, 30e3);
}

TEST(Audit, ARateThatChangesIsHeldToWhatItShouldBeAtEachTime) {
  Load load;
  const OpenArrivals ramp{.process = OpenArrivals::Process::ramp, .from_per_s = 100, .to_per_s = 3900, .over = 5s};
  load.arrivals = ramp;
  const RateProfile profile = profile_of(ramp);
  std::vector<Nanos> due, arrived;
  Rng rng(3);
  for (double calls = rng.exponential(1); calls < 10'000; calls += rng.exponential(1))
    due.push_back(Nanos(static_cast<std::int64_t>(profile.time_ns_of(calls))));
  for (const Nanos time : due) arrived.push_back(start + time + 30us);
  const ArrivalSummary audit = audit_arrivals(arrived, start, samples_due(due), load, Phase::blocks);
  EXPECT_DOUBLE_EQ(audit.rate_per_s, audit.planned_per_s);
  EXPECT_GT(audit.fit_p, 0.01);
  EXPECT_LT(audit.fit_distance, 0.02);
  EXPECT_LT(audit_arrivals(arrived, start, samples_due(due), poisson(2000), Phase::blocks).fit_p, 1e-6)
      << "of one rate it is none";
}

// A recording has no distribution to be held to; rate, variation and delay are the stretch's.
TEST(Audit, AReplayIsHeldToItsPlan) {
  Load load;
  load.arrivals = OpenArrivals{.process = OpenArrivals::Process::replay, .rate_per_s = 500};
  std::vector<Nanos> due, arrived;
  for (int burst = 0; burst < 20; ++burst) {
    for (int call = 0; call < 10; ++call) due.push_back(100ms * burst + 1ms * call);
  }
  for (const Nanos time : due) arrived.push_back(start + time + 40us);
  const ArrivalSummary audit = audit_arrivals(arrived, start, samples_due(due), load, Phase::blocks);
  EXPECT_DOUBLE_EQ(audit.rate_per_s, audit.planned_per_s);
  EXPECT_NEAR(audit.planned_per_s, 199 / 1.909, 1e-6);
  EXPECT_GT(audit.planned_variation, 2);
  EXPECT_DOUBLE_EQ(audit.variation, audit.planned_variation);
  EXPECT_EQ(audit.fit_distance, 0);
  EXPECT_EQ(audit.fit_p, 1);
  EXPECT_EQ(audit.delay_p50_ns, 40'000);
}

TEST(Audit, WhatCannotBeSaidIsNot) {
  const std::vector<Nanos> due{1ms, 2ms, 3ms, 4ms};
  const std::vector<Sample> samples = samples_due(due);
  EXPECT_EQ(audit_arrivals(std::vector<Nanos>{start, start + 1ms}, start, samples, poisson(1), Phase::blocks).count,
            0u);
  // One of four did not arrive: whose delay is whose is not known. In pairs a share of a Poisson stream arrives.
  const std::vector<Nanos> three{start + 2ms, start + 3ms, start + 5ms};
  const ArrivalSummary audit = audit_arrivals(three, start, samples, poisson(1000), Phase::pairs);
  EXPECT_EQ(audit.count, 3u);
  EXPECT_EQ(audit.delay_p50_ns, 0);
  EXPECT_EQ(audit.fit_distance, 0);
  EXPECT_EQ(audit.fit_p, 1);
}

Scenario two_arms() {
  Scenario scenario;
  scenario.load = poisson(100);
  scenario.arms.resize(2);
  scenario.arms[0].name = "off";
  scenario.arms[1].name = "on";
  return scenario;
}

TrialRecord trial_of(const std::string& arm) {
  TrialRecord trial;
  trial.arm = arm;
  trial.duration = 1s;
  trial.generator_cpu = 100ms;
  trial.generator_spun = 60ms;
  trial.arrivals = {.count = 100, .rate_per_s = 100, .planned_per_s = 101, .variation = 1.1, .planned_variation = 1};
  return trial;
}

TEST(Limits, AreHeldAgainstTheMedianTrial) {
  const Scenario scenario = two_arms();
  std::vector<TrialRecord> trials;
  for (int i = 0; i < 3; ++i) {
    trials.push_back(trial_of("off"));
    trials.push_back(trial_of("on"));
  }
  EXPECT_THAT(broken_limits(scenario, trials), IsEmpty());
  trials[1].arrivals.rate_per_s = 50;
  EXPECT_THAT(broken_limits(scenario, trials), IsEmpty());
  trials[3].arrivals.rate_per_s = 50;
  EXPECT_THAT(broken_limits(scenario, trials),
              ElementsAre(HasSubstr("arm on: calls reached the first hop at a rate that is 50.50 % off the plan")));
}

TEST(Limits, EachIsSaidWithWhatToChange) {
  const Scenario scenario = two_arms();
  std::vector<TrialRecord> trials{trial_of("off"), trial_of("on")};
  trials[0].arrivals.variation = 3.5;
  trials[1].generator_cpu = 1s;
  trials[1].generator_spun = 10ms;
  trials[1].steal_share = 0.6;
  EXPECT_THAT(broken_limits(scenario, trials),
              ElementsAre(HasSubstr("arm off: the gaps between arrivals at the first hop vary by 2.50"),
                          HasSubstr("arm on: the load threads worked 99 % of the time"),
                          HasSubstr("arm on: the hypervisor took 60 % of the CPU time")));
}

TEST(Limits, WithoutArrivalsOrValidTrialsThereIsNothingToHold) {
  const Scenario scenario = two_arms();
  std::vector<TrialRecord> trials{trial_of("off"), trial_of("on")};
  trials[0].arrivals = {};
  trials[1].failure = "died";
  trials[1].steal_share = 1;
  EXPECT_THAT(broken_limits(scenario, trials), IsEmpty());
}

}  // namespace
}  // namespace tracetax
