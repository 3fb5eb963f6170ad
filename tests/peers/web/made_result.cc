#include <cmath>

#include <fmt/format.h>

#include "harness/base/rng.h"
#include "harness/scenario/metric.h"
#include "tests/peers/web/made_names.h"
#include "tests/peers/web/made_page.h"

namespace tracetax::made {
namespace {

double base_of(const MetricInfo& metric) {
  if (metric.name == "cpu_per_call") return 412'345.678;
  switch (metric.unit) {
    case Unit::nanoseconds:
      return metric.name.ends_with("p50") ? 2.2e6 : metric.name.ends_with("max") ? 31e6 : 3.9e6;
    case Unit::bytes:
      return metric.name == "memory" ? 26.1e6 : 1310.25;
    case Unit::fraction:
      return 0.00123;
    case Unit::per_second:
      return 399.2;
    case Unit::count:
      return 1;
  }
  return 1;
}

Comparison compared(const Shape& shape, Rng& rng, const MetricInfo& metric, std::uint32_t arm, Phase phase,
                    const std::string& service) {
  const double base = base_of(metric) * (1 + 0.01 * rng.uniform());
  const double cost = base * (0.002 + 0.05 * ratio_of(shape, arm)) * (1 + 0.1 * rng.normal());
  const double error = base * 0.0015 * (1 + rng.uniform());
  Comparison c;
  c.metric = metric.name;
  c.service = service;
  c.phase = phase;
  c.control = arm_name(shape, 0);
  c.treatment = arm_name(shape, arm);
  c.control_value = base;
  c.treatment_value = base + cost;
  c.absolute = {cost, cost - 2.3 * error, cost + 2.3 * error};
  c.relative = Estimate{cost / base, (cost - 2.3 * error) / base, (cost + 2.3 * error) / base};
  c.blocks = c.units = shape.blocks;
  c.difference = {cost, error};
  c.log_ratio = UnitMean{std::log1p(cost / base), error / base};
  c.smallest_effect = 3.1 * error;
  return c;
}

ArmSummary arm_of(const Shape& shape, Rng& rng, std::uint32_t i) {
  ArmSummary a;
  a.name = arm_name(shape, i);
  a.role = i == 0 ? "control" : "treatment";
  a.calls = {.planned = shape.calls, .ok = shape.calls - 3, .timed_out = 3};
  const auto late = static_cast<std::int64_t>(90'000 * ratio_of(shape, i));
  a.latency = {.count = shape.calls - 3,
               .mean_ns = 2'260'123 + late,
               .trimmed_mean_ns = 2'240'321 + late,
               .p50_ns = 2'210'111 + late,
               .p90_ns = 2'480'222 + late,
               .p95_ns = 2'690'333 + late,
               .p99_ns = 3'900'444 + late,
               .p99_9_ns = 9'800'555 + late,
               .max_ns = 31'000'666 + late};
  a.service_time = a.latency;
  a.send_lag_p50_ns = 9'012;
  a.send_lag_p99_ns = 110'321;
  a.throughput_per_s = 399.1 + rng.uniform();
  a.error_rate = 3.0 / static_cast<double>(shape.calls);
  a.generator = {.trials = shape.blocks,
                 .arrivals = {.count = shape.calls,
                              .rate_per_s = 399.7,
                              .planned_per_s = 400,
                              .variation = 0.98,
                              .planned_variation = 1,
                              .fit_distance = 0.01,
                              .fit_p = 0.4,
                              .delay_p50_ns = 21'000,
                              .delay_p99_ns = 160'000},
                 .working_ns_per_call = 41'000,
                 .spun_ns_per_call = 90'000,
                 .busy_share = 0.09,
                 .steal_share = 0.003,
                 .preempted_per_s = 4.5};
  const auto started = shape.calls * 5;
  for (const std::string& service : service_names(shape, i > 0)) {
    const SpanCounts spans{.started = i == 0 ? 0 : started / 4, .sampled = 0, .received = 0};
    a.services.push_back({.name = service,
                          .processes = 1,
                          .cpu_ns = 2'400'000'000,
                          .cpu_per_call_ns = static_cast<std::int64_t>(80'000 + 120'000 * rng.uniform()) + late / 3,
                          .memory_bytes = static_cast<std::uint64_t>(9e6 + 9e6 * rng.uniform()),
                          .network_sent_bytes_per_call = 600 + 900 * rng.uniform(),
                          .network_received_bytes_per_call = 600 + 900 * rng.uniform(),
                          .spans = spans});
  }
  if (i > 0) {
    const auto sampled = static_cast<std::uint64_t>(static_cast<double>(started) * ratio_of(shape, i));
    a.spans = {.started = started, .sampled = sampled, .received = sampled - sampled / 200, .bytes = sampled * 431};
  }
  return a;
}

BudgetResult judged(const Result& result, const std::string& metric, std::uint32_t arm, const Shape& shape,
                    double limit, bool relative) {
  BudgetResult b;
  b.metric = metric;
  b.arm = arm_name(shape, arm);
  b.limit = limit;
  b.relative = relative;
  for (const Comparison& c : result.comparisons) {
    if (c.metric != metric || c.treatment != b.arm || !c.service.empty() || c.phase != Phase::blocks) continue;
    const Estimate e = relative ? *c.relative : c.absolute;
    b.estimate = e.estimate;
    b.low = e.low;
    b.high = e.high;
    b.verdict = e.high <= limit ? Verdict::within : e.low > limit ? Verdict::exceeded : Verdict::inconclusive;
    if (b.verdict == Verdict::inconclusive) b.blocks_needed = shape.blocks * 3;
  }
  return b;
}

}  // namespace

Result page_result(const Shape& shape) {
  Rng rng(20261121);
  Result r;
  r.name = "made" + shape.mark;
  r.description = "A page of made numbers." + shape.mark;
  r.scenario_file = "scenarios/made.yaml" + shape.mark;
  r.started_at_unix_s = 1'767'348'900;
  r.duration = std::chrono::seconds(1234);
  r.seed = 18'446'744'073'709'551'557U;
  r.blocks_planned = r.blocks_done = r.launches = shape.blocks;
  r.looks = {{.blocks = shape.blocks, .level = 0.025, .undecided = 1}};
  r.stopped = "plan's end";
  r.window_s = 2;
  r.load_description = "open loop, poisson 400/s, 4 sessions" + shape.mark;
  r.environment.host = "bench-1" + shape.mark;
  r.environment.cpu = "Example CPU @ 2.60GHz";
  r.environment.cores = 8;
  r.environment.memory_bytes = 16'000'000'000;
  r.environment.kernel = "Linux 6.1.0";
  r.environment.compiler = "g++ 12.2.0";
  r.environment.build_type = "Release";
  r.environment.versions = {{"opentelemetry-cpp", "1.19.0"}, {"tracetax", "0.1.0"}};
  for (std::uint32_t i = 0; i < shape.arms; ++i) r.arms.push_back(arm_of(shape, rng, i));
  for (std::uint32_t i = 1; i < shape.arms; ++i) {
    for (const MetricInfo& metric : all_metrics()) {
      r.comparisons.push_back(compared(shape, rng, metric, i, Phase::blocks, {}));
      if (shape.pairs && metric.pairs_allowed)
        r.comparisons.push_back(compared(shape, rng, metric, i, Phase::pairs, {}));
      if (!metric.per_service) continue;
      for (const std::string& service : service_names(shape, true))
        r.comparisons.push_back(compared(shape, rng, metric, i, Phase::blocks, service));
    }
    r.budgets.push_back(judged(r, "latency.p50", i, shape, 0.05, true));
    r.budgets.push_back(judged(r, "cpu_per_call", i, shape, 0.02, true));
    r.budgets.push_back(judged(r, "latency.p99", i, shape, 60e3, false));
    r.checks.push_back({.name = "sampling_ratio",
                        .arm = arm_name(shape, i),
                        .expected = ratio_of(shape, i),
                        .observed = ratio_of(shape, i) * 1.002,
                        .low = ratio_of(shape, i) * 0.98,
                        .high = ratio_of(shape, i) * 1.03,
                        .verdict = i == 2 ? Verdict::exceeded : Verdict::within,
                        .detail = "made traces of made calls" + shape.mark});
  }
  for (const BudgetResult& b : r.budgets) {
    if (b.verdict == Verdict::exceeded) r.verdict = Verdict::exceeded;
  }
  r.warnings = {
      fmt::format("arm {}: 512 of 112,000 sampled spans never reached the sink (0.46 %); it looks cheaper than "
                  "it is. Raise batch.queue or lower the load",
                  arm_name(shape, 1))};
  r.doubts = r.warnings;
  return r;
}

}  // namespace tracetax::made
