// A result with every field set, against result.json beside this file. TRACETAX_UPDATE_GOLDEN=1 rewrites it.
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "harness/results/files.h"
#include "harness/results/result.h"

namespace tracetax {
namespace {

Result example() {
  Result result;
  result.name = "bridge-quickstart";
  result.description = "What does 10 % trace sampling cost?";
  result.scenario_file = "scenarios/quickstart.yaml";
  result.verdict = Verdict::exceeded;
  result.valid = false;
  result.finished = false;
  result.failures = {"the gateway ended with signal 9"};
  result.started_at_unix_s = 1767348900;
  result.duration = Nanos(123'456'789'012);
  result.seed = 42;
  result.blocks_planned = 24;
  result.blocks_done = 6;
  result.launches = 2;
  result.window_s = 5;
  result.load_description = "open loop, poisson 400/s, 4 sessions";
  result.environment = {.host = "lab-3",
                        .cpu = "AMD EPYC",
                        .kernel = "6.1.0",
                        .compiler = "g++ 12.2.0",
                        .build_type = "Release",
                        .cores = 2,
                        .memory_bytes = 8'000'000'000,
                        .versions = {{"grpc", "1.51.1"}, {"tracetax", "0.1.0"}},
                        .warnings = {"no frequency governor to be seen"}};

  const LatencySummary latency{.count = 11'990,
                               .mean_ns = 2'212'001,
                               .trimmed_mean_ns = 2'190'002,
                               .p50_ns = 2'180'003,
                               .p90_ns = 2'400'004,
                               .p95_ns = 2'500'005,
                               .p99_ns = 3'100'006,
                               .p99_9_ns = 7'700'007,
                               .max_ns = 21'000'008};
  LatencySummary service_time = latency;
  service_time.p50_ns = 2'100'009;
  result.arms.push_back(
      {.name = "untraced",
       .role = "control",
       .calls = {.planned = 12'000,
                 .ok = 11'985,
                 .tool_error = 5,
                 .protocol_error = 4,
                 .timed_out = 3,
                 .disconnected = 2,
                 .never_sent = 1},
       .latency = latency,
       .service_time = service_time,
       .send_lag_p50_ns = 210,
       .send_lag_p99_ns = 48'000,
       .throughput_per_s = 399.5,
       .error_rate = 0.00125,
       .services = {{.name = "router",
                     .processes = 1,
                     .cpu_ns = 900'000'000,
                     .cpu_per_call_ns = 75'000,
                     .memory_bytes = 9'437'184,
                     .network_sent_bytes_per_call = 812.5,
                     .network_received_bytes_per_call = 1024.25,
                     .spans = {.started = 12'000, .sampled = 1'200, .received = 1'190, .bytes = 952'000}}},
       .spans = {.started = 36'000, .sampled = 3'600, .received = 3'590, .bytes = 2'872'000},
       .traces = {.traces = 1'200,
                  .orphans = 7,
                  .multi_root = 1,
                  .requests = 60,
                  .service_sets = {{"mcp-gateway,mcp-router,tools", 1'190}}}});
  result.arms.push_back({.name = "ratio10", .role = "treatment"});

  result.comparisons.push_back({.metric = "latency.p50",
                                .phase = Phase::pairs,
                                .control = "untraced",
                                .treatment = "ratio10",
                                .control_value = 2'180'003.5,
                                .treatment_value = 2'199'003.5,
                                .absolute = {.estimate = 19'000, .low = 16'000, .high = 23'000},
                                .relative = Estimate{.estimate = 0.00871, .low = 0.0073, .high = 0.0105},
                                .confidence = 0.99,
                                .blocks = 6,
                                .units = 6,
                                .difference = {.mean = 19'000, .standard_error = 1'400},
                                .log_ratio = UnitMean{.mean = 0.00867, .standard_error = 0.0006},
                                .smallest_effect = 5'250});
  result.comparisons.push_back(
      {.metric = "cpu_per_call", .service = "gateway", .control = "untraced", .treatment = "ratio10"});
  result.budgets.push_back({.metric = "cpu_per_call",
                            .arm = "ratio10",
                            .service = "gateway",
                            .phase = Phase::pairs,
                            .limit = 0.1,
                            .relative = true,
                            .estimate = 0.14,
                            .low = 0.11,
                            .high = 0.17,
                            .verdict = Verdict::exceeded,
                            .resolvable = false,
                            .blocks_needed = 40,
                            .detail = "above by 4 %"});
  result.checks.push_back({.name = "sampling_ratio",
                           .arm = "ratio10",
                           .expected = 0.1,
                           .observed = 0.0998,
                           .low = 0.095,
                           .high = 0.105,
                           .verdict = Verdict::within,
                           .detail = "1,200 of 12,000 traces"});
  result.fingerprint = "0123456789abcdef";
  result.blocks_least = 4;
  result.looks = {{.blocks = 4, .level = 0.004, .undecided = 2}, {.blocks = 6, .level = 0.021, .undecided = 1}};
  result.stopped = "plan's end";
  result.doubts = {"send lag p99 was 2.1 ms in 3 of 20 trials"};
  result.strict = true;
  result.warnings = {"send lag p99 was 2.1 ms in 3 of 20 trials"};
  return result;
}

TEST(ResultJsonGolden, IsAsStored) {
  const auto path = std::filesystem::path(TRACETAX_SOURCE_DIR) / "tests/golden/results/result.json";
  const std::string text = write_result_json(example());
  if (std::getenv("TRACETAX_UPDATE_GOLDEN") != nullptr) write_file_atomically(path, text);
  EXPECT_EQ(text, read_file(path));
}

TEST(ResultJsonGolden, IsReadBackWhole) {
  const std::string text = write_result_json(example());
  const Result read = read_result_json(text);
  // Keys are named once for both directions: what a reader forgot would be written as its default.
  EXPECT_EQ(write_result_json(read), text);
  EXPECT_EQ(read.started_at_unix_s, 1767348900);
  EXPECT_EQ(read.duration, Nanos(123'456'789'012));
  EXPECT_EQ(read.load_description, "open loop, poisson 400/s, 4 sessions");
  EXPECT_EQ(read.verdict, Verdict::exceeded);
  EXPECT_EQ(read.arms.at(0).send_lag_p99_ns, 48'000);
  EXPECT_EQ(read.arms.at(0).services.at(0).spans.bytes, 952'000U);
  EXPECT_EQ(read.arms.at(0).traces.complete("mcp-gateway,mcp-router,tools"), 1'190U);
  EXPECT_EQ(read.comparisons.at(0).relative->low, 0.0073);
  EXPECT_EQ(read.comparisons.at(1).service, "gateway");
  EXPECT_FALSE(read.comparisons.at(1).relative);
  EXPECT_EQ(read.budgets.at(0).blocks_needed, 40U);
  EXPECT_EQ(read.checks.at(0).verdict, Verdict::within);
}

}  // namespace
}  // namespace tracetax
