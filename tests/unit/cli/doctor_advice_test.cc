#include "harness/cli/doctor_advice.h"

#include <cstdlib>
#include <fstream>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/experiment/environment.h"
#include "harness/experiment/machine.h"
#include "tests/support/temporary_folder.h"

namespace tracetax::cli {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

DoctorReport doctor() {
  DoctorReport r;
  r.started_at = "2026-11-21T08:00:00Z";
  r.cores = {.online = 2, .allowed = 2};
  r.noise.seconds_per_unit = 6;
  r.noise.latency_p50_ns = 2.2e6;
  r.noise.floors = {{.metric = "latency.p50",
                     .phase = Phase::pairs,
                     .level = 2.2e6,
                     .deviation = 22e3,
                     .relative_deviation = 0.01,
                     .units = 9},
                    {.metric = "latency.p99",
                     .phase = Phase::blocks,
                     .level = 4e6,
                     .deviation = 2e6,
                     .relative_deviation = 0.5,
                     .units = 9}};
  return r;
}

Scenario scenario(std::vector<Budget> budgets) {
  Scenario s;
  s.arms.resize(2);
  s.arms[0].role = Role::control;
  s.plan.warmup = 2s;
  s.plan.settle = 0s;
  s.plan.window = s.plan.pairs_window = 4s;
  s.plan.blocks_min = s.plan.blocks_max = 10;
  s.budgets = std::move(budgets);
  return s;
}

Budget relative(const char* metric, double limit) {
  Budget b;
  b.metric = metric;
  b.relative = true;
  b.limit = limit;
  return b;
}

TEST(DoctorAdvice, APlanTakesItsWindowsAndItsStarts) {
  Scenario s = scenario({});
  EXPECT_EQ(plan_time(s), 10 * (3 * 4s + 2 * 2200ms));
  s.plan.launches = 2;
  EXPECT_EQ(plan_time(s), 10 * 3 * 4s + 2 * 2 * 2200ms);
  s.plan.run_pairs = false;
  EXPECT_EQ(plan_time(s), 10 * 2 * 4s + 2 * 2 * 2200ms);
}

TEST(DoctorAdvice, ABudgetBelowWhatCanBeResolvedIsNamed) {
  // 164 s are 27 units: p50 resolves about 0.6 %, p99 about 30 %.
  const auto advice =
      advice_from(doctor(), scenario({relative("latency.p50", 0.05), relative("latency.p99", 0.05)}), {});
  ASSERT_EQ(advice.size(), 1U);
  EXPECT_THAT(advice[0], HasSubstr("budget latency.p99 of 5 % is below"));
  EXPECT_THAT(advice[0], HasSubstr("doctor of 2026-11-21"));
  EXPECT_THAT(advice[0], HasSubstr("plan.blocks"));
}

TEST(DoctorAdvice, AbsoluteBudgetsAreHeldToTheAbsoluteFloor) {
  Budget wide{.metric = "latency.p99", .limit = 50e6};
  Budget narrow{.metric = "latency.p99", .limit = 100e3};
  EXPECT_TRUE(advice_from(doctor(), scenario({wide}), {}).empty());
  const auto advice = advice_from(doctor(), scenario({narrow}), {});
  ASSERT_EQ(advice.size(), 1U);
  EXPECT_THAT(advice[0], HasSubstr("of 100 µs"));
}

TEST(DoctorAdvice, LessTimeOrMoreArmsResolveLess) {
  Scenario s = scenario({relative("latency.p50", 0.008)});
  EXPECT_TRUE(advice_from(doctor(), s, {}).empty());
  EXPECT_EQ(advice_from(doctor(), s, Nanos(60s)).size(), 1U);
  s.budgets = {relative("latency.p50", 0.006)};
  EXPECT_TRUE(advice_from(doctor(), s, {}).empty());
  s.arms.resize(8);
  EXPECT_EQ(advice_from(doctor(), s, Nanos(164s)).size(), 1U);
}

TEST(DoctorAdvice, WhatWasNotMeasuredIsNotJudged) {
  EXPECT_TRUE(advice_from(doctor(), scenario({relative("network_per_call", 0)}), {}).empty());
  EXPECT_TRUE(advice_from({}, scenario({relative("latency.p50", 0)}), {}).empty());
}

TEST(DoctorAdvice, OnlyTheFileOfThisMachineCounts) {
  const TemporaryFolder cache;
  ::setenv("XDG_CACHE_HOME", cache.path().c_str(), 1);
  const Scenario s = scenario({relative("latency.p50", 0.0001)});
  EXPECT_TRUE(doctor_advice(s, {}).empty());

  const Environment here = read_environment();
  const std::filesystem::path file = doctor_file(here.host);
  EXPECT_EQ(file, cache.path() / "tracetax" / ("doctor-" + here.host + ".json"));
  std::filesystem::create_directories(file.parent_path());
  DoctorReport report = doctor();
  report.host = here.host;
  report.cpu = here.cpu;
  report.cores = read_machine().cores;
  const auto remember = [&] { std::ofstream(file, std::ios::trunc) << write_doctor_json(report); };
  remember();
  EXPECT_EQ(doctor_advice(s, {}).size(), 1U);
  report.cpu = "another one";
  remember();
  EXPECT_TRUE(doctor_advice(s, {}).empty());
  report.cpu = here.cpu;
  ++report.cores.online;
  report.cores.allowed = report.cores.online;
  report.cores.quota.reset();
  remember();
  EXPECT_TRUE(doctor_advice(s, {}).empty());
  std::ofstream(file, std::ios::trunc) << "{}";
  EXPECT_TRUE(doctor_advice(s, {}).empty());
  ::unsetenv("XDG_CACHE_HOME");
}

}  // namespace
}  // namespace tracetax::cli
