#pragma once
// The JSON keys of structs that more than one kind of file holds: those of trial.h, intervals, verdicts. Internal to
// harness/results.

#include "harness/results/json_archive.h"
#include "harness/results/result.h"
#include "harness/results/trial.h"

namespace tracetax {

template <class A>
void nanos_field(A& a, const char* key, Of<A, Nanos> value) {
  std::int64_t count = value.count();
  a(key, count);
  if constexpr (std::same_as<A, JsonReader>) value = Nanos(count);
}

// What the document is: written as it is, and another one is refused when it is read.
template <class A>
void schema_field(A& a, const std::string& schema) {
  std::string found = schema;
  a("schema", found);
  if (found != schema) {
    throw std::runtime_error("schema: \"" + found + "\" is not \"" + schema +
                             "\": written by another version of tracetax");
  }
}

template <class A>
void phase_field(A& a, Of<A, Phase> value) {
  a.as(
      "phase", value, [](Phase phase) { return std::string(to_string(phase)); }, phase_from);
}

template <class A>
void fields(A& a, Of<A, Estimate> e) {
  a("estimate", e.estimate);
  a("low", e.low);
  a("high", e.high);
}

template <class A>
void fields(A& a, Of<A, OutcomeCounts> c) {
  a("planned", c.planned);
  a.derived("sent", c.sent());
  a("ok", c.ok);
  a("tool_error", c.tool_error);
  a("protocol_error", c.protocol_error);
  a("timed_out", c.timed_out);
  a("disconnected", c.disconnected);
  a("never_sent", c.never_sent);
}

template <class A>
void fields(A& a, Of<A, SpanCounts> s) {
  a("started", s.started);
  a("sampled", s.sampled);
  a("received", s.received);
  a.derived("lost", s.lost());
  a("bytes", s.bytes);
  a.derived("bytes_per_span", s.received == 0 ? std::numeric_limits<double>::quiet_NaN()
                                              : static_cast<double>(s.bytes) / static_cast<double>(s.received));
}

template <class A>
void fields(A& a, Of<A, ArrivalSummary> s) {
  a("count", s.count);
  a("rate_per_s", s.rate_per_s);
  a("planned_per_s", s.planned_per_s);
  a("variation", s.variation);
  a("planned_variation", s.planned_variation);
  a("fit_distance", s.fit_distance);
  a("fit_p", s.fit_p);
  a("delay_p50_ns", s.delay_p50_ns);
  a("delay_p99_ns", s.delay_p99_ns);
}

template <class A>
void fields(A& a, Of<A, TraceSummary> t) {
  a("traces", t.traces);
  a("orphans", t.orphans);
  a("multi_root", t.multi_root);
  a("requests", t.requests);
  a("service_sets", t.service_sets);
}

// Of the environment what tells one machine and one build from another.
inline void identity_fields(JsonWriter& a, const Environment& e) {
  a("host", e.host);
  a("cpu", e.cpu);
  a("cores", e.cores);
  a("kernel", e.kernel);
  a("compiler", e.compiler);
  a("build_type", e.build_type);
  a("versions", e.versions);
}

inline std::string verdict_text(Verdict verdict) {
  return std::string(to_string(verdict));
}

template <class A>
void fields(A& a, Of<A, Environment> e) {
  a("host", e.host);
  a("cpu", e.cpu);
  a("cores", e.cores);
  a("kernel", e.kernel);
  a("compiler", e.compiler);
  a("build_type", e.build_type);
  a("memory_bytes", e.memory_bytes);
  a("versions", e.versions);
  a("warnings", e.warnings);
}

template <class A>
void fields(A& a, Of<A, BudgetResult> b) {
  a("metric", b.metric);
  a("arm", b.arm);
  a.maybe("service", b.service);
  phase_field(a, b.phase);
  a("limit", b.limit);
  a("relative", b.relative);
  a("estimate", b.estimate);
  a("low", b.low);
  a("high", b.high);
  a.as("verdict", b.verdict, verdict_text, verdict_from);
  a("resolvable", b.resolvable);
  a("blocks_needed", b.blocks_needed);
  a("detail", b.detail);
  a.maybe("ids", b.ids);
}

template <class A>
void fields(A& a, Of<A, CheckResult> c) {
  a("name", c.name);
  a("arm", c.arm);
  a("unit", c.unit);
  a("expects", c.expects);
  a("expected", c.expected);
  a("observed", c.observed);
  a("low", c.low);
  a("high", c.high);
  a.as("verdict", c.verdict, verdict_text, verdict_from);
  a("detail", c.detail);
  a.maybe("ids", c.ids);
}

}  // namespace tracetax
