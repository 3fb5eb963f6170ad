#include "harness/experiment/diagnosis.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/experiment/doctor.h"
#include "harness/stats/power.h"

namespace tracetax {
namespace {

using testing::HasSubstr;

Comparison compared(const char* metric, Phase phase, double level, double standard_error) {
  Comparison c;
  c.metric = metric;
  c.phase = phase;
  c.control_value = level;
  c.units = 9;
  c.difference = {0, standard_error};
  c.log_ratio = UnitMean{0, standard_error / level};
  c.absolute = {0, -2.3 * standard_error, 2.3 * standard_error};
  c.relative = Estimate{0, -2.3 * standard_error / level, 2.3 * standard_error / level};
  return c;
}

// A machine without a fault: 8 cores of its own, 0.1 % of noise.
DoctorReport fine() {
  DoctorReport r;
  r.timers = {.clock_source = "tsc",
              .resolution_ns = 1,
              .step_ns = 20,
              .read_ns = 20,
              .sleeps = 600,
              .sleep_late_p50_ns = 55e3,
              .sleep_late_p99_ns = 80e3,
              .slack_ns = 50e3};
  r.cores = {.online = 8, .allowed = 8, .smt_width = 1};
  r.frequency = {.visible = true, .governor = "performance", .boost = false};
  r.noise.latency_p50_ns = 2.2e6;
  r.noise.send_lag_p99_ns = 150e3;
  r.noise.planned_rate_per_s = r.noise.sent_rate_per_s = 400;
  r.noise.blocks = 9;
  r.noise.seconds_per_unit = 6;
  r.noise.floors = noise_floors(
      std::vector{compared("latency.p50", Phase::pairs, 2.2e6, 700), compared("latency.p50", Phase::blocks, 2.2e6, 1e3),
                  compared("latency.p99", Phase::blocks, 2.8e6, 50e3),
                  compared("cpu_per_call", Phase::blocks, 300e3, 500), compared("memory", Phase::blocks, 12e6, 20e3)},
      r.noise.seconds_per_unit);
  return r;
}

// The one finding that `spoil` brings.
template <class Spoil>
DoctorFinding after(Spoil spoil) {
  DoctorReport r = fine();
  spoil(r);
  const auto findings = diagnose(r, {});
  EXPECT_EQ(findings.size(), 1U);
  return findings.empty() ? DoctorFinding{} : findings.front();
}

TEST(Diagnosis, AFineMachineIsFit) {
  const auto findings = diagnose(fine(), {});
  EXPECT_TRUE(findings.empty()) << findings.front().what;
  EXPECT_EQ(fitness_of(findings), Fitness::fit);
}

TEST(Diagnosis, FloorsAreTheUnitsSpread) {
  const DoctorReport r = fine();
  ASSERT_EQ(r.noise.floors.size(), 5U);
  const NoiseFloor* p50 = r.floor("latency.p50", Phase::pairs);
  ASSERT_NE(p50, nullptr);
  EXPECT_NEAR(p50->deviation, 700 * 3, 1e-6);  // √9 units
  EXPECT_NEAR(p50->relative_deviation.value(), 700 * 3 / 2.2e6, 1e-12);
  ASSERT_EQ(p50->resolutions.size(), 3U);
  EXPECT_EQ(p50->resolutions[0].units, 10U);  // 60 s of 6 s
  EXPECT_EQ(p50->resolutions[2].units, 300U);
  EXPECT_DOUBLE_EQ(p50->resolutions[1].absolute, minimum_detectable_effect(p50->deviation, 50, 0.95, 0.8));
  EXPECT_DOUBLE_EQ(p50->resolutions[1].relative.value(),
                   std::expm1(minimum_detectable_effect(*p50->relative_deviation, 50, 0.95, 0.8)));
  EXPECT_GT(p50->resolutions[0].absolute, 2 * p50->resolutions[2].absolute);
  EXPECT_EQ(r.floor("latency.p99", Phase::pairs), nullptr);
}

TEST(Diagnosis, TooFewUnitsResolveNothing) {
  NoiseFloor floor = fine().noise.floors.front();
  const Resolution r = resolution_in(floor, 11, 6);
  EXPECT_EQ(r.units, 1U);
  EXPECT_TRUE(std::isinf(r.absolute));
  EXPECT_TRUE(std::isinf(r.relative.value()));
}

TEST(Diagnosis, ASlowClock) {
  const DoctorFinding f = after([](DoctorReport& r) { r.timers.read_ns = 900; });
  EXPECT_EQ(f.severity, Severity::doubtful);
  EXPECT_THAT(f.what, HasSubstr("costs 900 ns"));
  EXPECT_THAT(after([](DoctorReport& r) { r.timers.resolution_ns = 4e6; }).what, HasSubstr("steps of 4.00 ms"));
}

TEST(Diagnosis, LateSleeps) {
  EXPECT_THAT(after([](DoctorReport& r) { r.timers.sleep_late_p99_ns = 3e6; }).what, HasSubstr("3.00 ms or more"));
}

TEST(Diagnosis, Steal) {
  const DoctorFinding some = after([](DoctorReport& r) { r.busy.steal_share = 0.03; });
  EXPECT_EQ(some.severity, Severity::doubtful);
  EXPECT_THAT(some.what, HasSubstr("3.0 %"));
  EXPECT_EQ(after([](DoctorReport& r) { r.busy.steal_share = 0.2; }).severity, Severity::unfit);
}

TEST(Diagnosis, FewOrSharedCoresAreANote) {
  const DoctorFinding few = after([](DoctorReport& r) { r.cores.online = r.cores.allowed = 2; });
  EXPECT_EQ(few.severity, Severity::note);
  EXPECT_THAT(few.what, HasSubstr("with 2 cores"));
  EXPECT_THAT(after([](DoctorReport& r) { r.cores.allowed = 4; }).what, HasSubstr("4 of 8 cores"));
  EXPECT_THAT(after([](DoctorReport& r) { r.cores.smt_width = 2; }).what, HasSubstr("2 hardware threads"));
}

TEST(Diagnosis, WhatIsHiddenIsSaid) {
  const auto hide = [](DoctorReport& r) { r.frequency = {.virtual_machine = true}; };
  EXPECT_EQ(after(hide).severity, Severity::note);
  EXPECT_THAT(after(hide).what, HasSubstr("virtual machine that hides"));
  EXPECT_THAT(after([](DoctorReport& r) { r.frequency = {}; }).what, HasSubstr("no frequency policy"));
  EXPECT_THAT(after([](DoctorReport& r) { r.frequency.boost = true; }).what, HasSubstr("turbo is on"));
}

TEST(Diagnosis, ALateGenerator) {
  const DoctorFinding f = after([](DoctorReport& r) { r.noise.send_lag_p99_ns = 1.1e6; });
  EXPECT_EQ(f.severity, Severity::doubtful);
  EXPECT_THAT(f.what, HasSubstr("50 % of the median latency"));
  EXPECT_THAT(after([](DoctorReport& r) { r.noise.sent_rate_per_s = 300; }).what, HasSubstr("300 of 400 calls"));
}

TEST(Diagnosis, OneDifferenceOutOfNothingIsChanceTwoAreNot) {
  const auto one = [](DoctorReport& r) { r.noise.floors[0].relative = Estimate{0.05, 0.01, 0.09}; };
  EXPECT_EQ(after(one).severity, Severity::note);
  EXPECT_THAT(after(one).what, HasSubstr("latency p50 (pairs)"));
  const DoctorFinding two = after([](DoctorReport& r) {
    r.noise.floors[0].relative = Estimate{0.05, 0.01, 0.09};
    r.noise.floors[3].relative = Estimate{-0.05, -0.09, -0.01};
  });
  EXPECT_EQ(two.severity, Severity::doubtful);
  EXPECT_THAT(two.what, HasSubstr("latency p50 (pairs), CPU per call (blocks)"));
}

TEST(Diagnosis, WhatFiveMinutesShowDecidesForWhatItIsFit) {
  const auto noisy = [](double relative) {
    return [relative](DoctorReport& r) { r.noise.floors[0].resolutions[1].relative = relative; };
  };
  EXPECT_EQ(after(noisy(0.03)).severity, Severity::doubtful);
  EXPECT_THAT(after(noisy(0.03)).what, HasSubstr("changes of 3.0 % and more"));
  EXPECT_EQ(after(noisy(0.2)).severity, Severity::unfit);
  EXPECT_THAT(after(noisy(std::numeric_limits<double>::infinity())).what, HasSubstr("too short"));
  EXPECT_EQ(after([](DoctorReport& r) { r.noise.floors[2].resolutions[1].relative = 9; }).severity, Severity::doubtful);
}

TEST(Diagnosis, TheWorstComesFirstAndDecides) {
  DoctorReport r = fine();
  r.frequency = {};
  r.noise.send_lag_p99_ns = 1e6;
  r.busy.steal_share = 0.5;
  const auto findings = diagnose(r, {{Severity::doubtful, "load", "busy", "stop it"}});
  ASSERT_EQ(findings.size(), 4U);
  EXPECT_EQ(findings[0].topic, "steal");
  EXPECT_EQ(findings[1].topic, "load");
  EXPECT_EQ(findings[3].severity, Severity::note);
  EXPECT_EQ(fitness_of(findings), Fitness::unfit);
  EXPECT_EQ(fitness_of(std::span(findings).subspan(1)), Fitness::large_effects_only);
  EXPECT_EQ(fitness_of(std::span(findings).subspan(3)), Fitness::fit);
}

TEST(Doctor, ItsScenarioFitsItsTime) {
  for (const Nanos time : {shortest_doctor, Nanos(std::chrono::seconds(60)), longest_doctor}) {
    const Scenario scenario = doctor_scenario(time);
    ASSERT_EQ(scenario.arms.size(), 2U);
    EXPECT_TRUE(scenario.plan.run_blocks && scenario.plan.run_pairs);
    EXPECT_EQ(scenario.plan.launches, 0U);  // every unit has its own start
    EXPECT_GE(scenario.plan.blocks_max, 3U);
    EXPECT_LT(scenario.plan.blocks_max * 3 * (scenario.plan.window + scenario.plan.settle), time);
  }
}

}  // namespace
}  // namespace tracetax
