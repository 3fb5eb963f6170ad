#include "harness/results/cost_report.h"

#include "harness/results/summary_fields.h"

namespace tracetax {

void fields(JsonWriter& a, const CostSetting& s) {
  a("source", s.source);
  a("arm", s.arm);
  a("rate_per_s", s.rate_per_s);
  a("spans_started_per_call", s.started);
  a("spans_sampled_per_call", s.sampled);
  a("bytes_per_call", s.bytes);
}

void fields(JsonWriter& a, const CostCoefficient& c) {
  a("term", c.term);
  a("coefficient", c.coefficient);
  a("standard_error", c.standard_error);
  a("low", c.low);
  a("high", c.high);
}

void fields(JsonWriter& a, const CostFitted& f) {
  a("setting", f.setting);
  a("held_out", f.held_out);
  a("measured", f.measured);
  a("standard_error", f.standard_error);
  a("fitted", f.fitted);
  a("low", f.low);
  a("high", f.high);
  a("inside", f.inside);
}

void fields(JsonWriter& a, const CostPredicted& p) {
  a("asked", p.text);
  a("ratio", p.ratio);
  a("rate_per_s", p.rate_per_s);
  a("spans_started_per_call", p.started);
  a("spans_sampled_per_call", p.sampled);
  a("bytes_per_call", p.bytes);
  a("cost", p.cost);
  a("low", p.low);
  a("high", p.high);
  a("inside", p.inside);
}

void fields(JsonWriter& a, const CostOf& c) {
  a("metric", c.metric);
  phase_field(a, c.phase);
  a("fitted", c.fitted);
  a("detail", c.detail);
  a("coefficients", c.coefficients);
  a("collinear", c.collinear);
  a("entangled", c.entangled);
  a("chi_squared", c.chi_squared);
  a("residual_degrees", c.residual_degrees);
  a("lack_of_fit", c.lack_of_fit);
  a("widened", c.widened);
  a("degrees", c.degrees);
  a("points", c.points);
  a("predictions", c.predictions);
}

void fields(JsonWriter& a, const CostReport& r) {
  a("schema", std::string("tracetax.model/1"));
  a("confidence", r.confidence);
  a("settings", r.settings);
  a("costs", r.costs);
  a("notes", r.notes);
}

std::string write_cost_json(const CostReport& report) {
  return write_json(report);
}

}  // namespace tracetax
