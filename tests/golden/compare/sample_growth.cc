#include "sample_growth.h"

namespace tracetax {
namespace {

constexpr const char* treatment = "full <b>\"&|*";

Growth growth(const std::string& metric, double before, double now, double half, double control,
              const std::string& service = {}, Phase phase = Phase::blocks) {
  Growth g;
  g.metric = metric;
  g.service = service;
  g.phase = phase;
  g.control = "untraced";
  g.treatment = treatment;
  g.before = {before, before - half, before + half};
  g.now = {now, now - half, now + half};
  g.absolute = {now - before, now - before - 1.5 * half, now - before + 1.5 * half};
  if (control > 0) {
    const auto share = [&](const Estimate& e) {
      return Estimate{e.estimate / control, e.low / control, e.high / control};
    };
    g.before_relative = share(g.before);
    g.now_relative = share(g.now);
    g.relative = share(g.absolute);
  }
  return g;
}

GrowthBudget judged(const Growth& g, double limit, bool relative, Verdict verdict) {
  GrowthBudget b;
  b.metric = g.metric;
  b.arm = g.treatment;
  b.service = g.service;
  b.phase = g.phase;
  b.limit = limit;
  b.relative = relative;
  b.allowed = limit / 2;
  b.measured = true;
  b.before = relative ? g.before_relative->estimate : g.before.estimate;
  b.now = relative ? g.now_relative->estimate : g.now.estimate;
  const Estimate& e = relative ? *g.relative : g.absolute;
  b.estimate = e.estimate;
  b.low = e.low;
  b.high = e.high;
  b.verdict = verdict;
  return b;
}

}  // namespace

GrowthReport sample_growth() {
  GrowthReport r;
  r.name = "bridge-quickstart";
  r.verdict = Verdict::exceeded;
  r.forced = true;
  r.baseline.source = "baselines/2026-01-02.json";
  r.baseline.started_at_unix_s = 1'767'348'900;
  r.baseline.blocks = 9;
  r.baseline.environment.host = "bench-1";
  r.baseline.environment.versions = {{"tracetax", "0.1.0"}};
  r.later = r.baseline;
  r.later.source = "out/quickstart";
  r.later.started_at_unix_s += 86'400;
  r.later.blocks = 12;
  r.later.environment.versions = {{"tracetax", "0.2.0"}};
  r.growths = {growth("latency.p50", 22'000, 81'000, 4'000, 2.2e6, "", Phase::pairs),
               growth("latency.p99", 212'000, 180'000, 300'000, 3.9e6),
               growth("cpu_per_call", 6'400, 9'600, 3'000, 130'000, "gateway"),
               growth("throughput", -0.4, -0.6, 0.5, 399),
               growth("memory", 1.2e6, 1.3e6, 2e5, 2.4e7),
               growth("spans_lost", 0, 0.0004, 0.0002, 0)};
  GrowthBudget missing;
  missing.metric = "latency.p95";
  missing.arm = treatment;
  missing.limit = 1e6;
  missing.allowed = 5e5;
  missing.detail = "not measured in the baseline";
  GrowthBudget throughput = judged(r.growths[3], 0.05, true, Verdict::within);
  throughput.before = 0.001;
  throughput.now = 0.0015;
  throughput.estimate = 0.0005;
  throughput.low = -0.0014;
  throughput.high = 0.0024;
  throughput.detail = "a drop counts against the budget";
  r.budgets = {
      judged(r.growths[0], 0.05, true, Verdict::exceeded),       judged(r.growths[1], 5e6, false, Verdict::within),
      judged(r.growths[2], 0.1, true, Verdict::inconclusive),    throughput,
      judged(r.growths[5], 0.001, false, Verdict::inconclusive), missing};
  r.budgets[2].blocks_needed = 40;
  r.budgets[4].blocks_needed_each = 31;
  r.notes = {
      "--force: compared in spite of different machines (cores \"2\" in the baseline, \"8\" now); a growth may be "
      "theirs",
      "kernel: Linux 6.1.0 in the baseline, Linux 6.1.7 now"};
  return r;
}

GrowthReport invalid_growth() {
  GrowthReport r;
  r.name = "bridge-quickstart";
  r.valid = false;
  r.baseline.source = "baselines";
  r.later.source = "out/quickstart";
  r.later.valid = false;
  r.notes = {"the result is not valid: the gateway ended with signal 9"};
  return r;
}

}  // namespace tracetax
