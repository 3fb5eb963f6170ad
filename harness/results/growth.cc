#include "harness/results/growth.h"

#include "harness/base/text.h"
#include "harness/results/summary_fields.h"

namespace tracetax {

void fields(JsonWriter& a, const ComparedResult& r) {
  a("source", r.source);
  a("started_at", format_utc(r.started_at_unix_s));
  a("seed", r.seed);
  a("blocks", r.blocks);
  a("valid", r.valid);
  a("finished", r.finished);
  a.group("environment", [&](JsonWriter& e) { identity_fields(e, r.environment); });
}

void fields(JsonWriter& a, const Growth& g) {
  a("metric", g.metric);
  a.maybe("service", g.service);
  phase_field(a, g.phase);
  a("control", g.control);
  a("treatment", g.treatment);
  a.group("before", [&](JsonWriter& before) {
    before("absolute", g.before);
    before.maybe("relative", g.before_relative);
  });
  a.group("now", [&](JsonWriter& now) {
    now("absolute", g.now);
    now.maybe("relative", g.now_relative);
  });
  a("absolute", g.absolute);
  a.maybe("relative", g.relative);
  a("confidence", g.confidence);
}

void fields(JsonWriter& a, const GrowthBudget& b) {
  a("metric", b.metric);
  a("arm", b.arm);
  a.maybe("service", b.service);
  phase_field(a, b.phase);
  a("limit", b.limit);
  a("relative", b.relative);
  a("allowed", b.allowed);
  a("measured", b.measured);
  a("before", b.before);
  a("now", b.now);
  a("estimate", b.estimate);
  a("low", b.low);
  a("high", b.high);
  a("verdict", std::string(to_string(b.verdict)));
  a("blocks_needed", b.blocks_needed);
  a("blocks_needed_each", b.blocks_needed_each);
  a("detail", b.detail);
}

void fields(JsonWriter& a, const GrowthReport& r) {
  a("schema", std::string("tracetax.compare/1"));
  a("name", r.name);
  a("verdict", std::string(to_string(r.verdict)));
  a("valid", r.valid);
  a("allow", r.allow);
  a("confidence", r.confidence);
  a("forced", r.forced);
  a("baseline", r.baseline);
  a("result", r.later);
  a("budgets", r.budgets);
  a("growths", r.growths);
  a("notes", r.notes);
}

std::string write_growth_json(const GrowthReport& report) {
  return write_json(report);
}

}  // namespace tracetax
