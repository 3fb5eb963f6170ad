#include "harness/results/doctor.h"

#include <algorithm>
#include <array>

#include "harness/results/summary_fields.h"

namespace tracetax {
namespace {

constexpr const char* schema = "tracetax.doctor/1";
constexpr std::array<std::string_view, 3> severity_names{"unfit", "doubtful", "note"};
constexpr std::array<std::string_view, 3> fitness_names{"fit", "fit for large effects only", "unfit"};

template <class E, std::size_t n>
std::optional<E> named(const std::array<std::string_view, n>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<E>(found - names.begin());
}

}  // namespace

std::string_view to_string(Severity severity) {
  return severity_names.at(static_cast<std::size_t>(severity));
}
std::optional<Severity> severity_from(std::string_view name) {
  return named<Severity>(severity_names, name);
}
std::string_view to_string(Fitness fitness) {
  return fitness_names.at(static_cast<std::size_t>(fitness));
}
std::optional<Fitness> fitness_from(std::string_view name) {
  return named<Fitness>(fitness_names, name);
}

double CoreFacts::usable() const {
  double least = online;
  if (allowed > 0) least = std::min<double>(least, allowed);
  return quota ? std::min(least, *quota) : least;
}

const NoiseFloor* DoctorReport::floor(std::string_view metric, Phase phase) const {
  const auto found =
      std::ranges::find_if(noise.floors, [&](const auto& f) { return f.metric == metric && f.phase == phase; });
  return found == noise.floors.end() ? nullptr : &*found;
}

int exit_code(const DoctorReport& report) {
  if (!report.failures.empty()) return 4;
  switch (report.verdict) {
    case Fitness::fit:
      return 0;
    case Fitness::large_effects_only:
      return 3;
    case Fitness::unfit:
      return 4;
  }
  return 4;
}

template <class A>
void fields(A& a, Of<A, TimerFacts> t) {
  a("clock_source", t.clock_source);
  a("resolution_ns", t.resolution_ns);
  a("step_ns", t.step_ns);
  a("read_ns", t.read_ns);
  a("sleeps", t.sleeps);
  a("sleep_late_p50_ns", t.sleep_late_p50_ns);
  a("sleep_late_p99_ns", t.sleep_late_p99_ns);
  a("slack_ns", t.slack_ns);
}

template <class A>
void fields(A& a, Of<A, CoreFacts> c) {
  a("online", c.online);
  a("allowed", c.allowed);
  a.maybe("quota", c.quota);
  a.maybe("smt_width", c.smt_width);
  a.derived("usable", c.usable());
}

template <class A>
void fields(A& a, Of<A, BusyFacts> b) {
  a("load_average", b.load_average);
  a.maybe("pressure_before", b.pressure_before);
  a.maybe("pressure", b.pressure);
  a("steal_share", b.steal_share);
}

template <class A>
void fields(A& a, Of<A, FrequencyFacts> f) {
  a("visible", f.visible);
  a("governor", f.governor);
  a.maybe("boost", f.boost);
  a("virtual_machine", f.virtual_machine);
  a("product", f.product);
}

template <class A>
void fields(A& a, Of<A, Resolution> r) {
  a("minutes", r.minutes);
  a("units", r.units);
  a("absolute", r.absolute);
  a.maybe("relative", r.relative);
}

template <class A>
void fields(A& a, Of<A, NoiseFloor> f) {
  a("metric", f.metric);
  phase_field(a, f.phase);
  a("level", f.level);
  a("difference", f.difference);
  a.maybe("relative", f.relative);
  a("deviation", f.deviation);
  a.maybe("relative_deviation", f.relative_deviation);
  a("units", f.units);
  a.derived("leaves_out_zero", f.leaves_out_zero());
  a("smallest_effects", f.resolutions);
}

template <class A>
void fields(A& a, Of<A, NoiseFacts> n) {
  a("load", n.load_description);
  a("calls", n.calls);
  a("blocks", n.blocks);
  a("seconds_per_unit", n.seconds_per_unit);
  a("latency_p50_ns", n.latency_p50_ns);
  a.group("send_lag", [&](auto& lag) {
    lag("p50_ns", n.send_lag_p50_ns);
    lag("p99_ns", n.send_lag_p99_ns);
  });
  a("planned_rate_per_s", n.planned_rate_per_s);
  a("sent_rate_per_s", n.sent_rate_per_s);
  a("floors", n.floors);
}

template <class A>
void fields(A& a, Of<A, DoctorFinding> f) {
  a.as(
      "severity", f.severity, [](Severity s) { return std::string(to_string(s)); }, severity_from);
  a("topic", f.topic);
  a("what", f.what);
  a("change", f.change);
}

template <class A>
void fields(A& a, Of<A, DoctorReport> r) {
  schema_field(a, schema);
  a.as(
      "verdict", r.verdict, [](Fitness f) { return std::string(to_string(f)); }, fitness_from);
  a("started_at", r.started_at);
  nanos_field(a, "duration_ns", r.duration);
  a("host", r.host);
  a("cpu", r.cpu);
  a("kernel", r.kernel);
  a("build_type", r.build_type);
  a("version", r.version);
  a("timers", r.timers);
  a("cores", r.cores);
  a("busy", r.busy);
  a("frequency", r.frequency);
  a("noise", r.noise);
  a("findings", r.findings);
  a("failures", r.failures);
}

std::string write_doctor_json(const DoctorReport& report) {
  return write_json(report);
}

DoctorReport read_doctor_json(const std::string& json) {
  DoctorReport report;
  read_json(json, report);
  return report;
}

}  // namespace tracetax
