#include "harness/results/result.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include "harness/base/text.h"
#include "harness/results/summary_fields.h"

namespace tracetax {
namespace {

// Keys added within this version are read with maybe(), so that older results stay readable.
constexpr const char* schema = "tracetax.result/1";
constexpr std::array<std::string_view, 3> verdict_names{"within", "exceeded", "inconclusive"};

std::optional<std::int64_t> utc_from(const std::string& text) {
  std::tm utc{};
  int end = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2dZ%n", &utc.tm_year, &utc.tm_mon, &utc.tm_mday, &utc.tm_hour,
                  &utc.tm_min, &utc.tm_sec, &end) != 6) {
    return std::nullopt;
  }
  utc.tm_year -= 1900;
  utc.tm_mon -= 1;
  const std::int64_t seconds = timegm(&utc);
  // The 31st of February comes out as another day.
  if (format_utc(seconds) != text) return std::nullopt;
  return seconds;
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  return verdict_names.at(static_cast<std::size_t>(verdict));
}

std::optional<Verdict> verdict_from(std::string_view name) {
  const auto found = std::ranges::find(verdict_names, name);
  if (found == verdict_names.end()) return std::nullopt;
  return static_cast<Verdict>(found - verdict_names.begin());
}

template <class A>
void fields(A& a, Of<A, LatencySummary> l) {
  a("count", l.count);
  a("mean_ns", l.mean_ns);
  a("trimmed_mean_ns", l.trimmed_mean_ns);
  a("p50_ns", l.p50_ns);
  a("p90_ns", l.p90_ns);
  a("p95_ns", l.p95_ns);
  a("p99_ns", l.p99_ns);
  a("p99_9_ns", l.p99_9_ns);
  a("max_ns", l.max_ns);
}

template <class A>
void fields(A& a, Of<A, ServiceSummary> s) {
  a("name", s.name);
  a.maybe("measured", s.measured);
  a("processes", s.processes);
  a("cpu_ns", s.cpu_ns);
  a("cpu_per_call_ns", s.cpu_per_call_ns);
  a("memory_bytes", s.memory_bytes);
  a("network_sent_bytes_per_call", s.network_sent_bytes_per_call);
  a("network_received_bytes_per_call", s.network_received_bytes_per_call);
  a("spans", s.spans);
}

template <class A>
void fields(A& a, Of<A, GeneratorAudit> g) {
  a("trials", g.trials);
  a("arrivals", g.arrivals);
  a("working_ns_per_call", g.working_ns_per_call);
  a("spun_ns_per_call", g.spun_ns_per_call);
  a("busy_share", g.busy_share);
  a("steal_share", g.steal_share);
  a("preempted_per_s", g.preempted_per_s);
}

template <class A>
void fields(A& a, Of<A, Pacing> p) {
  a("spin_ns", p.spin_ns);
  a("spin_for_answers_ns", p.spin_for_answers_ns);
  a("reason", p.reason);
  a("wake_late_p50_ns", p.wake_late_p50_ns);
  a("wake_late_p99_ns", p.wake_late_p99_ns);
  a("sleeps", p.sleeps);
}

template <class A>
void fields(A& a, Of<A, ArmSummary> s) {
  a("name", s.name);
  a("role", s.role);
  a("calls", s.calls);
  a("latency", s.latency);
  a("service_time", s.service_time);
  a.group("send_lag", [&](auto& lag) {
    lag("p50_ns", s.send_lag_p50_ns);
    lag("p99_ns", s.send_lag_p99_ns);
  });
  a("throughput_per_s", s.throughput_per_s);
  a("error_rate", s.error_rate);
  a("services", s.services);
  a("spans", s.spans);
  a("traces", s.traces);
  a.always_or_default("generator", s.generator);
}

template <class A>
void fields(A& a, Of<A, UnitMean> u) {
  a("mean", u.mean);
  a("standard_error", u.standard_error);
}

template <class A>
void fields(A& a, Of<A, LookResult> l) {
  a("blocks", l.blocks);
  a("level", l.level);
  a("undecided", l.undecided);
}

template <class A>
void fields(A& a, Of<A, Comparison> c) {
  a("metric", c.metric);
  a.maybe("service", c.service);
  phase_field(a, c.phase);
  a("control", c.control);
  a("treatment", c.treatment);
  a("control_value", c.control_value);
  a("treatment_value", c.treatment_value);
  a("absolute", c.absolute);
  a.maybe("relative", c.relative);
  a("confidence", c.confidence);
  a("blocks", c.blocks);
  a.maybe("units", c.units);
  a.always_or_default("difference", c.difference);
  a.maybe("log_ratio", c.log_ratio);
  a.maybe("smallest_effect", c.smallest_effect);
}

template <class A>
void fields(A& a, Of<A, Result> r) {
  schema_field(a, schema);
  a("name", r.name);
  a("description", r.description);
  a("scenario_file", r.scenario_file);
  a.as("verdict", r.verdict, verdict_text, verdict_from);
  a("valid", r.valid);
  a("finished", r.finished);
  a("failures", r.failures);
  a.as("started_at", r.started_at_unix_s, format_utc, utc_from);
  nanos_field(a, "duration_ns", r.duration);
  a("seed", r.seed);
  a.always_or_default("method", r.method);
  a.maybe("fingerprint", r.fingerprint);
  a.maybe("blocks_least", r.blocks_least);
  a("blocks_planned", r.blocks_planned);
  a("blocks_done", r.blocks_done);
  a("launches", r.launches);
  a.always_or_default("looks", r.looks);
  a.maybe("stopped", r.stopped);
  a("window_s", r.window_s);
  a("load", r.load_description);
  a.always_or_default("pacing", r.pacing);
  a("environment", r.environment);
  a("arms", r.arms);
  a("comparisons", r.comparisons);
  a("budgets", r.budgets);
  a("checks", r.checks);
  a("warnings", r.warnings);
  a.always_or_default("doubts", r.doubts);
  a.maybe("strict", r.strict);
}

std::string write_result_json(const Result& result) {
  return write_json(result);
}

Result read_result_json(const std::string& json) {
  Result result;
  result.method = 1;  // of results that do not say
  read_json(json, result);
  return result;
}

}  // namespace tracetax
