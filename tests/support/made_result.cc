#include "tests/support/made_result.h"

#include <cmath>

#include "harness/stats/mean_interval.h"

namespace tracetax::made {

Comparison comparison(const Cost& cost) {
  Comparison c;
  c.metric = cost.metric;
  c.service = cost.service;
  c.phase = cost.phase;
  c.control = "off";
  c.treatment = "on";
  c.control_value = cost.control_value;
  c.treatment_value = cost.control_value * (1 + cost.share);
  c.blocks = c.units = cost.units;
  c.difference = {cost.control_value * cost.share, cost.control_value * cost.standard_error};
  c.log_ratio = UnitMean{std::log1p(cost.share), cost.standard_error};
  const Interval absolute = student_interval({c.difference.mean, c.difference.standard_error, cost.units}, 0.95);
  c.absolute = {c.difference.mean, absolute.low, absolute.high};
  const Interval ratio = student_interval({c.log_ratio->mean, c.log_ratio->standard_error, cost.units}, 0.95);
  c.relative = Estimate{cost.share, std::expm1(ratio.low), std::expm1(ratio.high)};
  return c;
}

BudgetResult budget(const std::string& metric, double limit, bool relative, const std::string& service, Phase phase) {
  BudgetResult b;
  b.metric = metric;
  b.arm = "on";
  b.service = service;
  b.phase = phase;
  b.limit = limit;
  b.relative = relative;
  return b;
}

Result result(std::int64_t started_at) {
  Result r;
  r.name = "made";
  r.verdict = Verdict::within;
  r.started_at_unix_s = started_at;
  r.duration = std::chrono::seconds(90);
  r.seed = 42;
  r.fingerprint = "0123456789abcdef";
  r.blocks_planned = r.blocks_done = 9;
  r.launches = 9;
  r.environment.host = "bench-1";
  r.environment.cpu = "Example CPU";
  r.environment.cores = 2;
  r.environment.kernel = "Linux 6.1.0";
  r.environment.build_type = "optimised";
  r.environment.versions = {{"opentelemetry-cpp", "1.19.0"}, {"tracetax", "0.1.0"}};
  ArmSummary off;
  off.name = "off";
  off.role = "control";
  ArmSummary on;
  on.name = "on";
  on.role = "treatment";
  r.arms = {off, on};
  return r;
}

}  // namespace tracetax::made
