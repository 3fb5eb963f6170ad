#include "reports/sections.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "reports/words.h"

namespace tracetax::sections {
namespace {

constexpr std::array<std::string_view, 10> main_metrics{
    "latency.mean", "latency.p50",  "latency.p95", "latency.p99", "throughput",
    "error_rate",   "cpu_per_call", "memory",      "spans_lost",  "network_per_call"};

}  // namespace

bool is_main(std::string_view metric) {
  return std::ranges::find(main_metrics, metric) != main_metrics.end();
}

Table budgets(const Result& result) {
  Table table;
  table.header = {"budget", "arm",    "control", "treatment", "change", words::confidence(result) + " interval",
                  "limit",  "verdict"};
  table.left_columns = 2;
  table.foldable = {2, 3};
  for (const BudgetResult& budget : result.budgets) {
    const Comparison* comparison = words::comparison_of(result, budget);
    table.rows.push_back({words::metric_title(budget), budget.arm,
                          comparison ? words::value(budget.metric, comparison->control_value) : "–",
                          comparison ? words::value(budget.metric, comparison->treatment_value) : "–",
                          words::budget_estimate(budget), words::budget_interval(budget), words::limit(budget),
                          std::string(to_string(budget.verdict))});
  }
  return table;
}

Table checks(const Result& result) {
  Table table;
  table.header = {"check", "arm", "expected", "observed", "95 % interval", "verdict"};
  table.left_columns = 2;
  table.foldable = {2};
  for (const CheckResult& check : result.checks) {
    CheckResult unnamed = check;
    unnamed.arm.clear();
    table.rows.push_back({words::check_title(unnamed), check.arm, words::check_expected(check),
                          words::check_value(check, check.observed), words::check_interval(check),
                          std::string(to_string(check.verdict))});
  }
  return table;
}

Table costs(const Result& result, const std::string& treatment, Detail detail) {
  Table table;
  table.last_left = false;
  table.with_previous = {4, 6};
  const std::string interval = words::confidence(result) + " interval";
  for (const Comparison& c : result.comparisons) {
    if (c.treatment != treatment || (detail == Detail::main && !(c.service.empty() && is_main(c.metric)))) continue;
    if (table.header.empty()) {
      table.header = {"cost of " + treatment, c.control, treatment, "change", interval, "relative", interval};
    }
    table.rows.push_back({words::metric_title(c), words::value(c.metric, c.control_value),
                          words::value(c.metric, c.treatment_value), words::difference(c.metric, c.absolute.estimate),
                          words::interval(c.metric, c.absolute.low, c.absolute.high),
                          c.relative ? words::relative(c.relative->estimate) : "–",
                          c.relative ? words::relative_interval(c.relative->low, c.relative->high) : "–"});
  }
  return table;
}

Table arms(const Result& result) {
  Table table;
  table.last_left = false;
  table.header = words::arm_header();
  for (const ArmSummary& arm : result.arms) table.rows.push_back(words::arm_cells(arm));
  return table;
}

Table generator(const Result& result) {
  Table table;
  table.last_left = false;
  table.header = {"generator",
                  "arrivals/s (planned)",
                  "variation of gaps (planned)",
                  "due to arrived p50",
                  "p99",
                  "send lag p50",
                  "p99",
                  "CPU per call",
                  "spun per call",
                  "busy"};
  for (const ArmSummary& arm : result.arms) {
    const GeneratorAudit& g = arm.generator;
    if (g.trials == 0) continue;
    const ArrivalSummary& a = g.arrivals;
    const auto time = [](std::int64_t ns) { return format_duration(static_cast<double>(ns)); };
    const bool heard = a.count > 0;
    table.rows.push_back({arm.name, heard ? fmt::format("{:.1f} ({:.1f})", a.rate_per_s, a.planned_per_s) : "–",
                          heard ? fmt::format("{:.2f} ({:.2f})", a.variation, a.planned_variation) : "–",
                          heard && a.delay_p50_ns != 0 ? time(a.delay_p50_ns) : "–",
                          heard && a.delay_p99_ns != 0 ? time(a.delay_p99_ns) : "–", time(arm.send_lag_p50_ns),
                          time(arm.send_lag_p99_ns), time(g.working_ns_per_call), time(g.spun_ns_per_call),
                          words::share(g.busy_share)});
  }
  return table;
}

Table services(const Result& result) {
  Table table;
  table.last_left = false;
  table.left_columns = 2;
  table.header = {"arm",           "service",           "processes",      "CPU per call", "memory",
                  "sent per call", "received per call", "spans received", "lost"};
  for (const ArmSummary& arm : result.arms) {
    for (const ServiceSummary& s : arm.services) {
      if (!s.measured.empty()) {
        table.rows.push_back({arm.name, s.name, s.measured, "–", "–", "–", "–", "–", "–"});
        continue;
      }
      table.rows.push_back(
          {arm.name, s.name, std::to_string(s.processes), format_duration(static_cast<double>(s.cpu_per_call_ns)),
           format_bytes(static_cast<double>(s.memory_bytes)), format_bytes(s.network_sent_bytes_per_call),
           format_bytes(s.network_received_bytes_per_call), format_count(static_cast<std::int64_t>(s.spans.received)),
           format_count(static_cast<std::int64_t>(s.spans.lost()))});
    }
  }
  return table;
}

}  // namespace tracetax::sections
