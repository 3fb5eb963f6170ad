#include "sample_result.h"

namespace tracetax {
namespace {

Environment environment() {
  Environment e;
  e.host = "bench-1";
  e.cpu = "Example CPU @ 2.60GHz";
  e.cores = 8;
  e.memory_bytes = 16'000'000'000;
  e.kernel = "Linux 6.1.0";
  e.compiler = "g++ 12.2.0";
  e.build_type = "Release";
  e.versions = {{"opentelemetry-cpp", "1.19.0"}, {"tracetax", "0.1.0"}};
  return e;
}

LatencySummary latency(std::int64_t shift_us) {
  const std::int64_t s = shift_us * 1000;
  return {.count = 15960,
          .mean_ns = 2'260'000 + s,
          .trimmed_mean_ns = 2'240'000 + s,
          .p50_ns = 2'210'000 + s,
          .p90_ns = 2'480'000 + 2 * s,
          .p95_ns = 2'690'000 + 3 * s,
          .p99_ns = 3'900'000 + 10 * s,
          .p99_9_ns = 9'800'000 + 30 * s,
          .max_ns = 31'000'000 + 40 * s};
}

ArmSummary arm(const std::string& name, const std::string& role, std::int64_t shift_us) {
  ArmSummary a;
  a.name = name;
  a.role = role;
  a.calls = {.planned = 16000, .ok = 15960, .tool_error = 0, .timed_out = 40};
  a.latency = latency(shift_us);
  a.service_time = latency(shift_us);
  a.send_lag_p50_ns = 9'000;
  a.send_lag_p99_ns = 110'000;
  a.throughput_per_s = 399.1;
  a.error_rate = 0.0025;
  a.services = {{.name = "gateway",
                 .processes = 1,
                 .cpu_ns = 2'400'000'000,
                 .cpu_per_call_ns = 150'000 + shift_us * 900,
                 .memory_bytes = 14'200'000,
                 .network_sent_bytes_per_call = 1310,
                 .network_received_bytes_per_call = 1290},
                {.name = "tools",
                 .processes = 1,
                 .cpu_ns = 4'800'000'000,
                 .cpu_per_call_ns = 300'000 + shift_us * 700,
                 .memory_bytes = 11'900'000,
                 .network_sent_bytes_per_call = 820,
                 .network_received_bytes_per_call = 410}};
  return a;
}

Comparison compared(const std::string& metric, const std::string& treatment, double control, double treated, double low,
                    double high, const std::string& service = {}, Phase phase = Phase::blocks) {
  Comparison c;
  c.metric = metric;
  c.phase = phase;
  c.service = service;
  c.control = "untraced";
  c.treatment = treatment;
  c.control_value = control;
  c.treatment_value = treated;
  c.absolute = {treated - control, low, high};
  if (control > 0) c.relative = Estimate{treated / control - 1, low / control, high / control};
  c.blocks = 8;
  return c;
}

}  // namespace

Result sample_result() {
  const std::string hostile = "full <b>\"&|*";
  Result r;
  r.name = "bridge-quickstart";
  r.description = "What does 10 % trace sampling cost a 2 ms tool call through router & gateway?";
  r.scenario_file = "scenarios/quickstart.yaml";
  r.verdict = Verdict::exceeded;
  r.started_at_unix_s = 1'767'348'900;
  r.duration = std::chrono::milliseconds(195'400);
  r.seed = 42;
  r.blocks_planned = 12;
  r.blocks_done = r.launches = 8;
  r.looks = {{.blocks = 6, .level = 0.0063, .undecided = 4}, {.blocks = 8, .level = 0.0081, .undecided = 3}};
  r.stopped = "decided";
  r.window_s = 5;
  r.load_description = "open loop, poisson 400/s, 4 sessions";
  r.environment = environment();
  r.arms = {arm("untraced", "control", 0), arm("ratio10", "treatment", 19), arm(hostile, "treatment", 140)};
  r.arms[1].spans = {.started = 112'000, .sampled = 11'200, .received = 11'200, .bytes = 4'900'000};
  r.arms[2].spans = {.started = 112'000, .sampled = 112'000, .received = 111'488, .bytes = 48'000'000};
  r.comparisons = {
      compared("latency.mean", "ratio10", 2.26e6, 2.281e6, 4e3, 38e3),
      compared("latency.p50", "ratio10", 2.21e6, 2.229e6, 16e3, 22e3),
      compared("latency.p99", "ratio10", 3.9e6, 4.09e6, -90e3, 470e3),
      compared("throughput", "ratio10", 399.2, 399.1, -0.4, 0.2),
      compared("error_rate", "ratio10", 0.0025, 0.0025, -0.0002, 0.0002),
      compared("cpu_per_call", "ratio10", 450e3, 480e3, 27e3, 33e3),
      compared("cpu_per_call", "ratio10", 150e3, 167e3, 15e3, 19e3, "gateway"),
      compared("memory", "ratio10", 26.1e6, 28.3e6, 2.1e6, 2.3e6),
      compared("network_per_span", "ratio10", 0, 437, 431, 443),
      compared("spans_lost", "ratio10", 0, 0, -0.0003, 0.0003),
      compared("latency.p50", hostile, 2.21e6, 2.35e6, 132e3, 148e3),
      compared("latency.p50", "ratio10", 2.24e6, 2.256e6, 14e3, 18e3, "", Phase::pairs),
      compared("cpu_per_call", hostile, 450e3, 674e3, 210e3, 238e3),
  };
  r.budgets = {
      {.metric = "latency.p50",
       .arm = "ratio10",
       .phase = Phase::pairs,
       .limit = 0.02,
       .relative = true,
       .estimate = 0.0071,
       .low = 0.0063,
       .high = 0.008,
       .verdict = Verdict::within},
      {.metric = "latency.p50",
       .arm = "ratio10",
       .limit = 0.05,
       .relative = true,
       .estimate = 0.0086,
       .low = 0.0072,
       .high = 0.01,
       .verdict = Verdict::within},
      {.metric = "latency.p50",
       .arm = hostile,
       .limit = 0.05,
       .relative = true,
       .estimate = 0.0633,
       .low = 0.0597,
       .high = 0.067,
       .verdict = Verdict::exceeded},
      {.metric = "latency.p99",
       .arm = "ratio10",
       .limit = 0.05,
       .relative = true,
       .estimate = 0.0487,
       .low = -0.0231,
       .high = 0.1205,
       .verdict = Verdict::inconclusive,
       .resolvable = false},
      {.metric = "cpu_per_call",
       .arm = "ratio10",
       .service = "gateway",
       .limit = 18e3,
       .estimate = 17e3,
       .low = 15e3,
       .high = 19e3,
       .verdict = Verdict::inconclusive,
       .resolvable = true,
       .blocks_needed = 24},
      {.metric = "memory",
       .arm = "ratio10",
       .limit = 5e6,
       .estimate = 2.2e6,
       .low = 2.1e6,
       .high = 2.3e6,
       .verdict = Verdict::within},
      {.metric = "network_per_span",
       .arm = hostile,
       .limit = 1000,
       .resolvable = false,
       .detail = "not measured: fewer than two blocks have this metric in both arms"},
  };
  r.checks = {
      {.name = "sampling_ratio",
       .arm = "ratio10",
       .expected = 0.1,
       .observed = 0.1002,
       .low = 0.0956,
       .high = 0.105,
       .verdict = Verdict::within,
       .detail = "1,603 traces kept of 16,000 calls; accepted: 8.00 % to 12.00 %"},
      {.name = "complete_traces",
       .arm = hostile,
       .expects = "at most",
       .expected = 0,
       .observed = 0.0021,
       .low = 0.0014,
       .high = 0.003,
       .verdict = Verdict::exceeded,
       .detail = "33 of 16,000 traces miss a service they passed, 4 orphaned spans; 512 spans were lost on their way"}};
  r.warnings = {"arm " + hostile +
                ": 512 of 112,000 sampled spans never reached the sink (0.46 %); it looks cheaper than it is. Raise "
                "batch.queue or lower the load"};
  return r;
}

Result broken_result() {
  Result r;
  r.name = "bridge-quickstart";
  r.scenario_file = "scenarios/quickstart.yaml";
  r.valid = r.finished = false;
  r.failures = {"arm ratio10: gateway (pid 123) was ended by signal 9 (Killed)"};
  r.started_at_unix_s = 1'767'348'900;
  r.duration = std::chrono::milliseconds(8'000);
  r.seed = 42;
  r.blocks_planned = 8;
  r.window_s = 5;
  r.environment = environment();
  r.arms = {ArmSummary{.name = "untraced", .role = "control"}, ArmSummary{.name = "ratio10", .role = "treatment"}};
  r.budgets = {{.metric = "latency.p50",
                .arm = "ratio10",
                .limit = 30e3,
                .resolvable = false,
                .detail = "not measured: fewer than two blocks have this metric in both arms"}};
  r.warnings = {"the run ended after 0 of 8 blocks; what is here was measured, and there is less of it"};
  return r;
}

}  // namespace tracetax
