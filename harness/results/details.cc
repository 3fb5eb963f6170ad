#include "harness/results/details.h"

#include "harness/results/summary_fields.h"

namespace tracetax {
namespace {

struct Examples {
  std::vector<ExampleTrace> traces{};
};

}  // namespace

template <class A>
void fields(A& a, Of<A, ExampleSpan> s) {
  a("id", s.id);
  a("parent", s.parent);
  a("service", s.service);
  a("name", s.name);
  a("kind", s.kind);
  a("status", s.status);
  a("start_ns", s.start_ns);
  a("duration_ns", s.duration_ns);
  a("attributes", s.attributes);
}

template <class A>
void fields(A& a, Of<A, ExampleTrace> t) {
  a("arm", t.arm);
  a("kind", t.kind);
  a("trace_id", t.trace_id);
  a("of", t.of);
  a("duration_ns", t.duration_ns);
  a("spans", t.spans);
}

template <class A>
void fields(A& a, Of<A, Examples> e) {
  schema_field(a, "tracetax.examples/1");
  a("traces", e.traces);
}

void fields(JsonWriter& a, const Details::Curve& c) {
  a("arm", c.arm);
  phase_field(a, c.phase);
  a("count", c.count);
  a("latency_ns", c.latency_ns);
  a("service_time_ns", c.service_time_ns);
}

void fields(JsonWriter& a, const Details::Difference& d) {
  a("treatment", d.treatment);
  phase_field(a, d.phase);
  a("blocks", d.blocks);
  a("confidence", d.confidence);
  a("estimate_ns", d.estimate_ns);
  a("low_ns", d.low_ns);
  a("high_ns", d.high_ns);
}

void fields(JsonWriter& a, const Details::Trials& t) {
  a("number", t.number);
  a("block", t.block);
  a("launch", t.launch);
  a("position", t.position);
  a("phase", t.phase);
  a("arm", t.arm);
  a("began_s", t.began_s);
  a("window_s", t.window_s);
  a("calls", t.calls);
  a("failed", t.failed);
  a("per_s", t.per_s);
  a("p50_ns", t.p50_ns);
  a("p99_ns", t.p99_ns);
  a("cpu_per_call_ns", t.cpu_per_call_ns);
  a("steal", t.steal);
  a("valid", t.valid);
}

void fields(JsonWriter& a, const Details::Timeline& t) {
  a("step_s", t.step_s);
  a("trial", t.trial);
  a("at_s", t.at_s);
  a("calls", t.calls);
  a("p50_ns", t.p50_ns);
  a("max_ns", t.max_ns);
  a("export_bytes", t.export_bytes);
}

void fields(JsonWriter& a, const Details::Ratio& r) {
  a("arm", r.arm);
  a("ratio", r.ratio);
}

void fields(JsonWriter& a, const Details& d) {
  schema_field(a, "tracetax.details/1");
  a("percent", std::vector<double>(percent_grid.begin(), percent_grid.end()));
  a("curves", d.curves);
  a("differences", d.differences);
  a("trials", d.trials);
  a("timeline", d.timeline);
  a("ratios", d.ratios);
  a("traces", d.traces);
  a("scenario", d.scenario);
  a("command", d.command);
}

std::string write_details_json(const Details& details) {
  JsonWriter writer;
  fields(writer, details);
  return writer.compact_text();
}

std::string write_examples_json(const std::vector<ExampleTrace>& traces) {
  return write_json(Examples{traces});
}

std::vector<ExampleTrace> read_examples_json(const std::string& json) {
  Examples examples;
  read_json(json, examples);
  return std::move(examples.traces);
}

}  // namespace tracetax
