#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "reports/reports.h"
#include "reports/table.h"
#include "reports/words.h"

namespace tracetax {
namespace {

// SGR codes by severity and fitness: red, yellow, plain; green, yellow, red.
std::string painted(int code, const std::string& text, bool color) {
  return color && code != 0 ? fmt::format("\x1b[1;{}m{}\x1b[0m", code, text) : text;
}
int code_of(Severity severity) {
  return std::array{31, 33, 0}.at(static_cast<std::size_t>(severity));
}
int code_of(Fitness fitness) {
  return std::array{32, 33, 31}.at(static_cast<std::size_t>(fitness));
}

std::string title_of(const NoiseFloor& floor) {
  return fmt::format("{} ({})", words::metric_title(floor.metric), to_string(floor.phase));
}

std::string timers_line(const TimerFacts& t) {
  return fmt::format(
      "clock source {}, resolution {}, smallest step {}; a read costs {}. A sleep of 1 ms ends {} late (p99 {}, of {} "
      "sleeps); timer slack {}",
      t.clock_source.empty() ? "not known" : t.clock_source, format_duration(t.resolution_ns),
      format_duration(t.step_ns), format_duration(t.read_ns), format_duration(t.sleep_late_p50_ns),
      format_duration(t.sleep_late_p99_ns), format_count(static_cast<std::int64_t>(t.sleeps)),
      format_duration(t.slack_ns));
}

std::string cores_line(const CoreFacts& c) {
  std::string line = fmt::format("{:.3g} of {} usable", c.usable(), c.online);
  line += c.quota ? fmt::format(", cgroup limit {:.3g} cores", *c.quota) : ", no cgroup limit";
  if (c.allowed > 0 && c.allowed < c.online) line += fmt::format(", affinity mask of {}", c.allowed);
  line += !c.smt_width       ? ", SMT not known"
          : *c.smt_width > 1 ? fmt::format(", SMT of {} threads a core", *c.smt_width)
                             : ", no SMT seen";
  return line;
}

std::string busy_line(const BusyFacts& b) {
  std::string line = fmt::format("{} of the cores' time stolen; load average before {:.2f}",
                                 format_share(b.steal_share), b.load_average);
  if (b.pressure_before && b.pressure) {
    line += fmt::format("; something waited for a core {} of the time before, {} while the doctor was there",
                        format_share(*b.pressure_before, 1), format_share(*b.pressure, 1));
  }
  return line;
}

std::string frequency_line(const FrequencyFacts& f) {
  std::string line = f.visible ? "governor " + f.governor : "scaling not visible";
  if (f.boost) line += *f.boost ? ", turbo on" : ", turbo off";
  line += f.virtual_machine ? ", virtual machine" : ", no hypervisor seen";
  if (f.virtual_machine && !f.product.empty()) line += " (" + f.product + ")";
  return line;
}

std::string pacing_line(const NoiseFacts& n) {
  return fmt::format("{} calls ({}): sent {} after they were due (p99 {}), {:.1f} of {:.1f} a second; latency p50 {}",
                     format_count(static_cast<std::int64_t>(n.calls)), n.load_description,
                     format_duration(n.send_lag_p50_ns), format_duration(n.send_lag_p99_ns), n.sent_rate_per_s,
                     n.planned_rate_per_s, format_duration(n.latency_p50_ns));
}

std::string effect(const std::string& metric, const Resolution& r) {
  if (!std::isfinite(r.absolute)) return "too short";
  const std::string absolute = words::value(metric, r.absolute);
  return r.relative ? fmt::format("{} ({})", format_share(*r.relative, *r.relative < 0.1 ? 2 : 0), absolute) : absolute;
}

Table same_table(const NoiseFacts& noise) {
  Table table;
  table.last_left = false;
  table.header = {"metric", "level", "difference", "95 % interval", "around 0"};
  for (const NoiseFloor& f : noise.floors) {
    const std::string interval = f.relative ? words::relative_interval(f.relative->low, f.relative->high)
                                            : words::interval(f.metric, f.difference.low, f.difference.high);
    const std::string difference =
        f.relative ? words::relative(f.relative->estimate) : words::difference(f.metric, f.difference.estimate);
    table.rows.push_back(
        {title_of(f), words::value(f.metric, f.level), difference, interval, f.leaves_out_zero() ? "no" : "yes"});
  }
  return table;
}

Table effects_table(const NoiseFacts& noise) {
  Table table;
  table.last_left = false;
  table.header = {"metric"};
  for (const Resolution& r : noise.floors.front().resolutions)
    table.header.push_back(fmt::format("in {:.0f} min", r.minutes));
  for (const NoiseFloor& f : noise.floors) {
    std::vector<std::string>& row = table.rows.emplace_back();
    row.push_back(title_of(f));
    for (const Resolution& r : f.resolutions) row.push_back(effect(f.metric, r));
  }
  return table;
}

}  // namespace

std::string render_doctor(const DoctorReport& report, const TextOptions& options) {
  std::string out;
  const auto line = [&](const std::string& text = {}) { out += text + "\n"; };
  const auto labelled = [&](const std::string& label, const std::string& text, int code = 0) {
    line(painted(code, label, options.color) + wrapped(text, options.width, display_width(label)));
  };
  const auto show = [&](const Table& table) {
    const auto widths = column_widths(table);
    line(aligned_row(table, widths, table.header));
    for (const auto& row : table.rows) line(aligned_row(table, widths, row));
    line();
  };

  const std::string verdict = report.failures.empty() ? std::string(to_string(report.verdict)) : "could not measure";
  line("doctor: " + painted(code_of(report.verdict), verdict, options.color));
  line();
  for (const std::string& failure : report.failures) labelled("failure: ", failure, code_of(Severity::unfit));
  for (const DoctorFinding& finding : report.findings) {
    const std::string label = fmt::format("{:<10}", std::string(to_string(finding.severity)) + ":");
    labelled(label, finding.what + ".", code_of(finding.severity));
    if (!finding.change.empty()) labelled("          → ", finding.change);
  }
  if (!report.failures.empty() || !report.findings.empty()) line();

  labelled("timers     ", timers_line(report.timers));
  labelled("cores      ", cores_line(report.cores));
  labelled("busy       ", busy_line(report.busy));
  labelled("frequency  ", frequency_line(report.frequency));
  if (report.noise.blocks > 0) labelled("pacing     ", pacing_line(report.noise));
  line();
  if (!report.noise.floors.empty()) {
    line(fmt::format("The same against the same, {} blocks of {:.1f} s:", report.noise.blocks,
                     report.noise.seconds_per_unit));
    show(same_table(report.noise));
    // Of a normal spread: 1 ÷ √(2 (n - 1)), relative.
    const double spread_error = std::sqrt(0.5 / std::max(1.0, static_cast<double>(report.noise.blocks) - 1));
    line(fmt::format("The smallest change found with a chance of 80 % (95 % confidence; give or take {}):",
                     format_share(spread_error, 0)));
    show(effects_table(report.noise));
  }
  labelled("machine: ", fmt::format("{}, {} cores ({}), {}, {} build; tracetax {}, {}, took {}", report.host,
                                    report.cores.online, report.cpu, report.kernel, report.build_type, report.version,
                                    report.started_at, format_duration(static_cast<double>(report.duration.count()))));
  return out;
}

}  // namespace tracetax
