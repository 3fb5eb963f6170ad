#include "reports/openmetrics.h"

#include <array>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "harness/scenario/metric.h"
#include "reports/openmetrics_families.h"
#include "reports/words.h"

namespace tracetax {
namespace {

using namespace openmetrics;

BaseUnit base_unit_of(const std::string& metric) {
  const MetricInfo* const info = find_metric(metric);
  switch (info ? info->unit : Unit::count) {
    case Unit::nanoseconds:
      return {"seconds", 1e9};
    case Unit::bytes:
      return {"bytes", 1};
    case Unit::fraction:
      return {"ratio", 1};
    case Unit::per_second:
      return {"calls_per_second", 1};
    case Unit::count:
      break;
  }
  return {"", 1};
}

BaseUnit base_unit_of_check(const std::string& unit) {
  if (unit == "ns") return {"seconds", 1e9};
  if (unit == "bytes") return {"bytes", 1};
  if (unit == "per_s") return {"per_second", 1};
  return unit == "count" ? BaseUnit{"", 1} : BaseUnit{"ratio", 1};
}

Labels with(Labels labels, const std::string& name, const std::string& value) {
  labels.emplace_back(name, value);
  return labels;
}

std::string number_of_seconds(double ns) {
  return number(ns / 1e9);
}

class Exposition {
 public:
  explicit Exposition(const Result& result) : r_(result), base_{{"scenario", result.name}} {}

  std::string text() { return run() + budgets() + checks() + costs() + arms() + services() + counts() + "# EOF\n"; }

 private:
  Labels labels(Labels more) const {
    Labels all = base_;
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  static void add_verdict(Family& family, const Labels& labels, Verdict verdict) {
    for (const Verdict one : {Verdict::within, Verdict::exceeded, Verdict::inconclusive})
      family.add(with(labels, "verdict", std::string(to_string(one))), one == verdict ? 1 : 0);
  }

  static void add_bounds(ByUnit& families, const BaseUnit& unit, const Labels& labels, const Estimate& e,
                         std::optional<double> limit = {}) {
    families.add(unit, with(labels, "bound", "estimate"), e.estimate);
    families.add(unit, with(labels, "bound", "low"), e.low);
    families.add(unit, with(labels, "bound", "high"), e.high);
    if (limit) families.add(unit, with(labels, "bound", "limit"), *limit);
  }

  std::string run() const {
    Family info("tracetax_run_info", Type::gauge, "", "What ran, on what; always 1.");
    const auto version = r_.environment.versions.find("tracetax");
    info.add(labels({{"version", version == r_.environment.versions.end() ? "" : version->second},
                     {"host", r_.environment.host},
                     {"cpu", r_.environment.cpu},
                     {"kernel", r_.environment.kernel},
                     {"seed", std::to_string(r_.seed)},
                     {"fingerprint", r_.fingerprint},
                     {"stopped", r_.stopped}}),
             1);
    Family verdict("tracetax_run_verdict", Type::gauge, "", "Verdict of the whole run: 1 for the one it is.");
    add_verdict(verdict, base_, r_.verdict);
    Family valid("tracetax_run_valid", Type::gauge, "", "1: the run is valid; 0: its numbers are not to be used.");
    valid.add(base_, r_.valid ? 1 : 0);
    Family warnings("tracetax_run_warnings", Type::gauge, "",
                    "Warnings; of kind doubt: those that put numbers in doubt.");
    warnings.add(labels({{"kind", "all"}}), static_cast<double>(r_.warnings.size()));
    warnings.add(labels({{"kind", "doubt"}}), static_cast<double>(r_.doubts.size()));
    Family started("tracetax_run_start_timestamp_seconds", Type::gauge, "seconds", "When it began, since 1970 UTC.");
    started.add(base_, static_cast<double>(r_.started_at_unix_s));
    Family took("tracetax_run_duration_seconds", Type::gauge, "seconds", "How long it took.");
    took.add(base_, static_cast<double>(r_.duration.count()) / 1e9);
    Family blocks("tracetax_run_blocks", Type::gauge, "", "Blocks: each has every arm once.");
    blocks.add(labels({{"state", "done"}}), r_.blocks_done);
    blocks.add(labels({{"state", "planned"}}), r_.blocks_planned);
    return info.text() + verdict.text() + valid.text() + warnings.text() + started.text() + took.text() + blocks.text();
  }

  std::string budgets() const {
    Family verdict("tracetax_budget_verdict", Type::gauge, "", "Verdict of a budget: 1 for the one it is.");
    ByUnit overhead("tracetax_budget_overhead",
                    "What a budget is about, for the worse, with its limit; in shares of the control: unit ratio and "
                    "relative=true.");
    for (const BudgetResult& b : r_.budgets) {
      const std::string limit = b.relative                                 ? number(b.limit)
                                : base_unit_of(b.metric).name == "seconds" ? number_of_seconds(b.limit)
                                                                           : number(b.limit);
      const Labels about = labels({{"metric", b.metric},
                                   {"arm", b.arm},
                                   {"service", b.service},
                                   {"phase", std::string(to_string(b.phase))},
                                   {"relative", b.relative ? "true" : "false"},
                                   {"limit", limit}});
      add_verdict(verdict, about, b.verdict);
      if (words::was_measured(b))
        add_bounds(overhead, b.relative ? BaseUnit{"ratio", 1} : base_unit_of(b.metric), about,
                   {b.estimate, b.low, b.high}, b.limit);
    }
    return verdict.text() + overhead.text();
  }

  std::string checks() const {
    Family verdict("tracetax_check_verdict", Type::gauge, "", "Verdict of a check: 1 for the one it is.");
    ByUnit observed("tracetax_check_observed", "What a check found, with its interval and what it expects.");
    for (const CheckResult& c : r_.checks) {
      const Labels about = labels({{"check", c.name}, {"arm", c.arm}, {"expects", words::check_expected(c)}});
      add_verdict(verdict, about, c.verdict);
      add_bounds(observed, base_unit_of_check(c.unit), about, {c.observed, c.low, c.high}, c.expected);
    }
    return verdict.text() + observed.text();
  }

  std::string costs() const {
    ByUnit level("tracetax_level", "Mean over the blocks of a metric's value in an arm.");
    ByUnit cost("tracetax_cost", "Treatment - control of a metric, with its interval.");
    ByUnit share("tracetax_cost_of_control", "Treatment / control - 1 of a metric, with its interval.");
    std::set<std::vector<std::string>> controls;  // which have their level already: several treatments share one
    for (const Comparison& c : r_.comparisons) {
      const std::string phase(to_string(c.phase));
      const BaseUnit unit = base_unit_of(c.metric);
      const auto about = [&](const std::string& arm) {
        return labels({{"metric", c.metric}, {"arm", arm}, {"service", c.service}, {"phase", phase}});
      };
      if (controls.insert({c.metric, c.control, c.service, phase}).second)
        level.add(unit, about(c.control), c.control_value);
      level.add(unit, about(c.treatment), c.treatment_value);
      const Labels of_cost = with(about(c.treatment), "control", c.control);
      add_bounds(cost, unit, of_cost, c.absolute);
      if (c.relative) add_bounds(share, {"ratio", 1}, of_cost, *c.relative);
    }
    return level.text() + cost.text() + share.text();
  }

  std::string arms() const {
    Family latency("tracetax_latency_seconds", Type::gauge, "seconds",
                   "Latency of an arm's answered calls, from when they were due; all windows together.");
    Family service_time("tracetax_service_time_seconds", Type::gauge, "seconds", "The same from when they were sent.");
    Family lag("tracetax_send_lag_seconds", Type::gauge, "seconds", "How late the generator sent calls.");
    Family throughput("tracetax_throughput_calls_per_second", Type::gauge, "calls_per_second", "Answered calls.");
    for (const ArmSummary& arm : r_.arms) {
      const Labels of_arm = labels({{"arm", arm.name}});
      add_quantiles(latency, of_arm, arm.latency);
      add_quantiles(service_time, of_arm, arm.service_time);
      lag.add(with(of_arm, "statistic", "p50"), static_cast<double>(arm.send_lag_p50_ns) / 1e9);
      lag.add(with(of_arm, "statistic", "p99"), static_cast<double>(arm.send_lag_p99_ns) / 1e9);
      throughput.add(of_arm, arm.throughput_per_s);
    }
    return latency.text() + service_time.text() + lag.text() + throughput.text();
  }

  static void add_quantiles(Family& family, const Labels& labels, const LatencySummary& l) {
    if (l.count == 0) return;
    const std::array<std::pair<const char*, std::int64_t>, 8> all{{{"mean", l.mean_ns},
                                                                   {"trimmed_mean", l.trimmed_mean_ns},
                                                                   {"p50", l.p50_ns},
                                                                   {"p90", l.p90_ns},
                                                                   {"p95", l.p95_ns},
                                                                   {"p99", l.p99_ns},
                                                                   {"p99_9", l.p99_9_ns},
                                                                   {"max", l.max_ns}}};
    for (const auto& [name, ns] : all) family.add(with(labels, "statistic", name), static_cast<double>(ns) / 1e9);
  }

  std::string services() const {
    Family cpu("tracetax_service_cpu_seconds", Type::counter, "seconds", "CPU time of a service over all windows.");
    Family memory("tracetax_service_memory_bytes", Type::gauge, "bytes",
                  "Proportional set size, median over the trials.");
    for (const ArmSummary& arm : r_.arms) {
      for (const ServiceSummary& s : arm.services) {
        if (!s.measured.empty()) continue;  // it runs elsewhere
        const Labels of_service = labels({{"arm", arm.name}, {"service", s.name}});
        cpu.add(of_service, static_cast<double>(s.cpu_ns) / 1e9);
        memory.add(of_service, static_cast<double>(s.memory_bytes));
      }
    }
    return cpu.text() + memory.text();
  }

  std::string counts() const {
    Family calls("tracetax_calls", Type::counter, "", "Calls that were planned, by how they ended.");
    Family spans("tracetax_spans", Type::counter, "", "Spans that were started, by what became of them.");
    Family exported("tracetax_exported_bytes", Type::counter, "bytes", "OTLP payload that the sink received.");
    for (const ArmSummary& arm : r_.arms) {
      const Labels of_arm = labels({{"arm", arm.name}});
      const OutcomeCounts& c = arm.calls;
      const std::array<std::pair<const char*, std::uint64_t>, 6> outcomes{{{"ok", c.ok},
                                                                           {"tool_error", c.tool_error},
                                                                           {"protocol_error", c.protocol_error},
                                                                           {"timed_out", c.timed_out},
                                                                           {"disconnected", c.disconnected},
                                                                           {"never_sent", c.never_sent}}};
      for (const auto& [name, n] : outcomes) calls.add(with(of_arm, "outcome", name), static_cast<double>(n));
      const SpanCounts& s = arm.spans;
      const std::uint64_t unsampled = s.started > s.sampled ? s.started - s.sampled : 0;
      spans.add(with(of_arm, "fate", "not_sampled"), static_cast<double>(unsampled));
      spans.add(with(of_arm, "fate", "received"), static_cast<double>(s.received));
      spans.add(with(of_arm, "fate", "lost"), static_cast<double>(s.lost()));
      exported.add(of_arm, static_cast<double>(s.bytes));
    }
    return calls.text() + spans.text() + exported.text();
  }

  const Result& r_;
  Labels base_;
};

}  // namespace

std::string render_openmetrics(const Result& result) {
  return Exposition(result).text();
}

}  // namespace tracetax
