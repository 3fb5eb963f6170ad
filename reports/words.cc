#include "reports/words.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/scenario/metric.h"

namespace tracetax::words {
namespace {

Unit unit_of(std::string_view metric) {
  const MetricInfo* info = find_metric(metric);
  return info ? info->unit : Unit::count;
}

struct Scale {
  double factor;
  std::string_view name;
};

// The unit in which the larger end has one to three digits before the point.
Scale scale_for(Unit unit, double magnitude) {
  static constexpr std::array<Scale, 4> times{{{1, "ns"}, {1e3, "µs"}, {1e6, "ms"}, {1e9, "s"}}};
  static constexpr std::array<Scale, 4> sizes{{{1, "B"}, {1e3, "kB"}, {1e6, "MB"}, {1e9, "GB"}}};
  const auto pick = [&](const auto& scales) {
    std::size_t i = 0;
    while (i + 1 < scales.size() && magnitude / scales[i].factor >= 999.5) ++i;
    return scales[i];
  };
  switch (unit) {
    case Unit::nanoseconds:
      return pick(times);
    case Unit::bytes:
      return pick(sizes);
    case Unit::fraction:
      return {0.01, "pp"};  // percentage points: a difference of shares is not a share
    case Unit::per_second:
      return {1, "/s"};
    case Unit::count:
      return {1, ""};
  }
  return {1, ""};
}

int digits_for(double scaled) {
  const double size = std::fabs(scaled);
  return size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
}

std::string with_name(std::string number, std::string_view name) {
  return name.empty() ? number : number + " " + std::string(name);
}

std::string count_of(std::uint64_t n) {
  return format_count(static_cast<std::int64_t>(n));
}
std::string plural(std::size_t n, std::string_view noun) {
  return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
}

// -0.00 is 0.00.
double no_negative_zero(double x, int digits) {
  return std::fabs(x) < 0.5 * std::pow(10, -digits) ? 0.0 : x;
}

std::string both_ends(double low, double high, std::string_view name) {
  const int digits = digits_for(std::max(std::fabs(low), std::fabs(high)));
  return with_name(fmt::format("{:+.{}f} to {:+.{}f}", no_negative_zero(low, digits), digits,
                               no_negative_zero(high, digits), digits),
                   name);
}

}  // namespace

std::string duration(Nanos t) {
  const auto seconds = static_cast<std::int64_t>(std::llround(to_seconds(t)));
  if (seconds < 60) return format_duration(static_cast<double>(t.count()));
  if (seconds < 3600) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
  return fmt::format("{} h {} min", seconds / 3600, seconds % 3600 / 60);
}

std::string phrase(std::string_view metric, std::string_view service) {
  static const std::map<std::string_view, std::string_view> phrases{
      {"latency.p50", "the median call"},
      {"latency.mean", "the mean call"},
      {"latency.max", "the slowest call"},
      {"service_time.p50", "the median service time"},
      {"service_time.mean", "the mean service time"},
      {"cpu_per_call", "the CPU time per call"},
      {"error_rate", "the error rate"},
      {"network_per_call", "the bytes sent per call"},
      {"network_per_span", "the bytes per exported span"},
      {"spans_lost", "the lost spans"},
      {"throughput", "the throughput"},
  };
  const auto found = phrases.find(metric);
  std::string text = found != phrases.end() ? std::string(found->second) : "the " + metric_title(metric);
  if (!service.empty()) text += " of " + std::string(service);
  return text;
}

std::string metric_title(std::string_view metric, std::string_view service) {
  std::string title(metric);
  if (metric == "cpu_per_call") title = "CPU per call";
  std::ranges::replace(title, '.', ' ');
  std::ranges::replace(title, '_', metric.ends_with("p99_9") ? '.' : ' ');
  if (metric == "service_time.p99_9") title = "service time p99.9";
  if (!service.empty()) title += ", " + std::string(service);
  return title;
}

std::string value(std::string_view metric, double v) {
  switch (unit_of(metric)) {
    case Unit::nanoseconds:
      return format_duration(v);
    case Unit::bytes:
      return format_bytes(v);
    case Unit::fraction:
      return format_share(v);
    case Unit::per_second:
      return fmt::format("{:.{}f} /s", v, digits_for(v));
    case Unit::count:
      return fmt::format("{:.{}f}", v, v == std::round(v) ? 0 : digits_for(v));
  }
  return {};
}

std::string difference(std::string_view metric, double v) {
  const Scale scale = scale_for(unit_of(metric), std::fabs(v));
  const double scaled = v / scale.factor;
  const int digits = digits_for(scaled);
  return with_name(fmt::format("{:+.{}f}", no_negative_zero(scaled, digits), digits), scale.name);
}

std::string interval(std::string_view metric, double low, double high) {
  const Scale scale = scale_for(unit_of(metric), std::max(std::fabs(low), std::fabs(high)));
  return both_ends(low / scale.factor, high / scale.factor, scale.name);
}

std::string relative(double fraction) {
  const int digits = digits_for(fraction * 100);
  return fmt::format("{:+.{}f} %", no_negative_zero(fraction * 100, digits), digits);
}
std::string relative_interval(double low, double high) {
  return both_ends(low * 100, high * 100, "%");
}

std::string limit(std::string_view metric, double limit, bool relative) {
  if (relative) return fmt::format("{:+.4g} %", limit * 100);
  const Scale scale = scale_for(unit_of(metric), std::fabs(limit));
  return with_name(fmt::format("{:+.4g}", limit / scale.factor), scale.name);
}
std::string limit(const BudgetResult& budget) {
  return limit(budget.metric, budget.limit, budget.relative);
}

bool was_measured(const BudgetResult& budget) {
  return budget.verdict != Verdict::inconclusive || budget.estimate != 0 || budget.low != 0 || budget.high != 0;
}

std::string budget_estimate(const BudgetResult& budget) {
  if (!was_measured(budget)) return "–";
  return budget.relative ? relative(budget.estimate) : difference(budget.metric, budget.estimate);
}

std::string budget_interval(const BudgetResult& budget) {
  if (!was_measured(budget)) return "–";
  return budget.relative ? relative_interval(budget.low, budget.high)
                         : interval(budget.metric, budget.low, budget.high);
}

const Comparison* comparison_of(const Result& result, const BudgetResult& budget) {
  const auto found = std::ranges::find_if(result.comparisons, [&](const Comparison& c) {
    return c.metric == budget.metric && c.service == budget.service && c.treatment == budget.arm &&
           c.phase == budget.phase;
  });
  return found == result.comparisons.end() ? nullptr : &*found;
}

double confidence_of(const Result& result) {
  return result.comparisons.empty() ? 0.95 : result.comparisons.front().confidence;
}
std::string confidence(const Result& result) {
  return fmt::format("{:.4g} %", confidence_of(result) * 100);
}

std::string sentence(const Result& result, const BudgetResult& budget) {
  const std::string end = budget.verdict == Verdict::within ? "within the budget of "
                          : budget.verdict == Verdict::exceeded
                              ? "over the budget of "
                              : "the data cannot say whether that is within the budget of ";
  std::string allowed = limit(budget);
  if (allowed.starts_with('+')) allowed.erase(0, 1);
  const Comparison* comparison = comparison_of(result, budget);
  if (!comparison)
    return fmt::format("{} of {} was not measured, so nothing is known about its budget of {}.",
                       phrase(budget.metric, budget.service), budget.arm, allowed);
  const bool grew = comparison->absolute.estimate >= 0;
  std::string amount = difference(budget.metric, comparison->absolute.estimate);
  if (amount.starts_with('+') || amount.starts_with('-')) amount.erase(0, 1);
  std::string certainty;
  if (comparison->relative) {
    certainty = fmt::format("{}, {} interval {}", relative(comparison->relative->estimate), confidence(result),
                            relative_interval(comparison->relative->low, comparison->relative->high));
  } else {
    certainty = fmt::format("{} interval {}", confidence(result),
                            interval(budget.metric, comparison->absolute.low, comparison->absolute.high));
  }
  return fmt::format("{} {} {} ({}) {} {}: {}{}.", budget.arm, grew ? "adds" : "takes", amount, certainty,
                     grew ? "to" : "off", phrase(budget.metric, budget.service), end, allowed);
}

std::string headline(const Result& result) {
  if (!result.valid) return "The run is not valid: " + (result.failures.empty() ? "" : result.failures.front());
  // Of a verdict's causes the first in the scenario's order speaks: the author put what matters first.
  for (const BudgetResult& budget : result.budgets) {
    if (budget.verdict == result.verdict) return sentence(result, budget);
  }
  for (const CheckResult& check : result.checks) {
    if (check.verdict == result.verdict) return fmt::format("{}: {}.", check_title(check), check.detail);
  }
  return "There is no budget and no check, so there is no verdict: nothing measured is never within.";
}

std::string tally(const Result& result) {
  std::array<std::size_t, 3> counts{};
  for (const BudgetResult& budget : result.budgets) ++counts.at(static_cast<std::size_t>(budget.verdict));
  for (const CheckResult& check : result.checks) ++counts.at(static_cast<std::size_t>(check.verdict));
  std::string text = plural(result.budgets.size(), "budget") + " and " + plural(result.checks.size(), "check");
  std::string separator = ": ";
  for (const Verdict verdict : {Verdict::within, Verdict::exceeded, Verdict::inconclusive}) {
    const std::size_t n = counts.at(static_cast<std::size_t>(verdict));
    if (n == 0) continue;
    text += separator + fmt::format("{} {}", n, to_string(verdict));
    separator = ", ";
  }
  return text + ".";
}

std::string explanation(const Result& result, const BudgetResult& budget) {
  if (budget.verdict != Verdict::inconclusive || !was_measured(budget)) return budget.detail;
  const Comparison* comparison = comparison_of(result, budget);
  const double half = (budget.high - budget.low) / 2;
  std::string text = budget.relative ? relative(half) : difference(budget.metric, half);
  if (text.starts_with('+')) text.erase(0, 1);
  text = fmt::format("{} blocks resolve ± {}", comparison ? comparison->blocks : result.blocks_done, text);
  if (!budget.resolvable) text += ", too wide for this budget whatever the truth is";
  text += budget.blocks_needed > 0 ? fmt::format("; about {} would decide it", count_of(budget.blocks_needed))
                                   : "; the estimate lies too near the limit to say how many would decide it";
  return budget.detail.empty() ? text : budget.detail + "; " + text;
}

std::string calls_line(const OutcomeCounts& calls) {
  std::string text = fmt::format("{} planned = {} ok", count_of(calls.planned), count_of(calls.ok));
  const std::array<std::pair<std::uint64_t, std::string_view>, 5> others{{{calls.tool_error, "tool errors"},
                                                                          {calls.protocol_error, "protocol errors"},
                                                                          {calls.timed_out, "timed out"},
                                                                          {calls.disconnected, "disconnected"},
                                                                          {calls.never_sent, "never sent"}}};
  for (const auto& [n, name] : others) {
    if (n > 0) text += fmt::format(" + {} {}", count_of(n), name);
  }
  return calls.failed() == 0 ? text + " + 0 failed" : text;
}

std::string spans_line(const ArmSummary& arm) {
  const SpanCounts& spans = arm.spans;
  if (spans.started == 0 && spans.sampled == 0 && spans.received == 0) return "none started";
  std::string unsaid;
  for (const ServiceSummary& service : arm.services) {
    if (service.spans.started == 0 && service.spans.received > 0) unsaid += (unsaid.empty() ? "" : ", ") + service.name;
  }
  const std::uint64_t unsampled = spans.started > spans.sampled ? spans.started - spans.sampled : 0;
  return fmt::format("{} started = {} not sampled + {} received + {} lost", count_of(spans.started),
                     count_of(unsampled), count_of(spans.received), count_of(spans.lost())) +
         (unsaid.empty() ? ""
                         : "; " + unsaid + " does not say what it started: only what was received of it is in this");
}

std::string metric_title(std::string_view metric, std::string_view service, Phase phase) {
  return metric_title(metric, service) + (phase == Phase::pairs ? " (pairs)" : "");
}
std::string metric_title(const BudgetResult& budget) {
  return metric_title(budget.metric, budget.service, budget.phase);
}
std::string metric_title(const Comparison& c) {
  return metric_title(c.metric, c.service, c.phase);
}

std::string plan_line(const Result& result) {
  std::string looks;
  if (result.stopped == "decided")
    looks = fmt::format(", all decided at look {}", result.looks.size());
  else if (result.looks.size() > 1)
    looks = fmt::format(", {} looks", result.looks.size());
  return fmt::format("{} of {} blocks{}, window {}, {}, seed {}, took {}", result.blocks_done, result.blocks_planned,
                     looks, format_duration(result.window_s * 1e9),
                     fmt::format("{} launch{}", result.launches, result.launches == 1 ? "" : "es"), result.seed,
                     duration(result.duration));
}

std::string environment_line(const Environment& e) {
  std::vector<std::string> parts;
  const auto add = [&](const std::string& part) {
    if (!part.empty()) parts.push_back(part);
  };
  add(e.host);
  add(e.cores > 0 ? fmt::format("{} core{}{}", e.cores, e.cores == 1 ? "" : "s", e.cpu.empty() ? "" : " of " + e.cpu)
                  : e.cpu);
  if (e.memory_bytes > 0) add(format_bytes(static_cast<double>(e.memory_bytes)));
  add(e.kernel);
  add(e.compiler);
  add(e.build_type);
  for (const auto& [name, version] : e.versions) add(name + " " + version);
  return fmt::format("{}", fmt::join(parts, " · "));
}

std::string share(double fraction) {
  return format_share(fraction);
}

std::string check_value(const CheckResult& check, double value) {
  if (check.unit == "per_s") return fmt::format("{:.4g}/s", value);
  if (check.unit == "ns") return format_duration(value);
  if (check.unit == "bytes") return format_bytes(value);
  if (check.unit == "count") return format_count(std::llround(value));
  return share(value);
}

std::string check_expected(const CheckResult& check) {
  return (check.expects == "equal to" ? "" : check.expects + " ") + check_value(check, check.expected);
}

// What was counted in full has no interval.
std::string check_interval(const CheckResult& check) {
  if (check.low == check.high) return "–";
  return check_value(check, check.low) + " to " + check_value(check, check.high);
}

std::string check_title(const CheckResult& check) {
  std::string name = check.name;
  std::ranges::replace(name, '_', ' ');
  return check.arm.empty() ? name : name + " of " + check.arm;
}

std::vector<std::string> arm_header() {
  return {"arm", "answered", "mean", "p50", "p90", "p95", "p99", "p99.9", "max", "calls/s", "errors"};
}

std::vector<std::string> arm_cells(const ArmSummary& arm) {
  const LatencySummary& l = arm.latency;
  const auto time = [&](std::int64_t ns) {
    return l.count ? format_duration(static_cast<double>(ns)) : std::string("–");
  };
  return {arm.name,
          count_of(l.count),
          time(l.mean_ns),
          time(l.p50_ns),
          time(l.p90_ns),
          time(l.p95_ns),
          time(l.p99_ns),
          time(l.p99_9_ns),
          time(l.max_ns),
          fmt::format("{:.1f}", arm.throughput_per_s),
          arm.calls.planned > 0 ? format_share(arm.error_rate) : "–"};
}

std::string latency_caption(const Result& result) {
  const bool closed = result.load_description.starts_with("closed");
  return closed
             ? "latency, closed loop: from the end of the think time to the answer; a slow system is offered less load"
             : "latency: from the moment a call was due to its whole answer, so that a late start counts";
}

std::vector<std::string> outside(const Result& result) {
  std::map<std::string, std::vector<std::string>> arms;
  for (const ArmSummary& arm : result.arms) {
    for (const ServiceSummary& service : arm.services) {
      if (!service.measured.empty()) arms[service.name].push_back(arm.name);
    }
  }
  std::vector<std::string> sentences;
  for (const auto& [service, names] : arms) {
    const bool everywhere = names.size() == result.arms.size();
    sentences.push_back(
        service + " runs elsewhere" + (everywhere ? std::string() : fmt::format(" in {}", fmt::join(names, ", "))) +
        ": it is measured from outside only, and its CPU, memory, network and spans are in no number here.");
  }
  return sentences;
}

}  // namespace tracetax::words
