#include "harness/results/doctor.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tracetax {
namespace {

TEST(DoctorReport, IsTheSameAfterJson) {
  DoctorReport r;
  r.verdict = Fitness::large_effects_only;
  r.started_at = "2026-11-21T08:00:00Z";
  r.duration = std::chrono::seconds(60);
  r.host = "h";
  r.cores = {.online = 4, .allowed = 2, .quota = 1.5};
  r.busy.pressure = 0.25;
  r.frequency = {.visible = true, .governor = "powersave", .boost = true};
  r.noise.floors = {{.metric = "latency.p50",
                     .phase = Phase::pairs,
                     .difference = {1, -2, 3},
                     .relative_deviation = 0.01,
                     .units = 9,
                     .resolutions = {{.minutes = 1, .units = 1, .absolute = std::numeric_limits<double>::infinity()},
                                     {.minutes = 5, .units = 50, .absolute = 12, .relative = 0.1}}}};
  r.findings = {{Severity::doubtful, "load", "busy", "stop it"}};
  const std::string json = write_doctor_json(r);
  const DoctorReport back = read_doctor_json(json);
  EXPECT_EQ(write_doctor_json(back), json);
  EXPECT_EQ(back.verdict, r.verdict);
  EXPECT_EQ(back.cores.usable(), 1.5);
  EXPECT_FALSE(back.cores.smt_width);
  EXPECT_EQ(back.frequency.boost, true);
  ASSERT_NE(back.floor("latency.p50", Phase::pairs), nullptr);
  EXPECT_TRUE(std::isnan(back.noise.floors[0].resolutions[0].absolute));  // JSON has no infinity: null
  EXPECT_EQ(back.noise.floors[0].resolutions[1].relative, 0.1);
}

TEST(DoctorReport, AnotherSchemaIsRefused) {
  EXPECT_THROW(read_doctor_json("{}"), std::runtime_error);
  EXPECT_THROW(read_doctor_json(R"({"schema": "tracetax.result/1"})"), std::runtime_error);
}

TEST(DoctorReport, TheExitCodeIsTheVerdict) {
  DoctorReport r;
  EXPECT_EQ(exit_code(r), 4);
  r.verdict = Fitness::large_effects_only;
  EXPECT_EQ(exit_code(r), 3);
  r.verdict = Fitness::fit;
  EXPECT_EQ(exit_code(r), 0);
  r.failures = {"mcp-server died"};
  EXPECT_EQ(exit_code(r), 4);
}

TEST(DoctorReport, WhatIsShownLeavesOutZeroAndOneUnitNever) {
  NoiseFloor floor;
  floor.difference = {5, 1, 9};
  EXPECT_FALSE(floor.leaves_out_zero());
  floor.units = 2;
  EXPECT_TRUE(floor.leaves_out_zero());
  floor.relative = Estimate{0.05, -0.01, 0.09};
  EXPECT_FALSE(floor.leaves_out_zero());
}

}  // namespace
}  // namespace tracetax
