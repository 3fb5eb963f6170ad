#include "harness/results/tune.h"

#include <algorithm>

#include "harness/base/text.h"
#include "harness/results/summary_fields.h"

namespace tracetax {

void fields(JsonWriter& a, const BudgetResult& b) {
  a("estimate", b.estimate);
  a("low", b.low);
  a("high", b.high);
  a("verdict", std::string(to_string(b.verdict)));
  a("detail", b.detail);
}

void fields(JsonWriter& a, const TunePoint& p) {
  a("value", p.value);
  a("x", p.x);
  a("folder", p.folder);
  a("why", p.why);
  a("reused", p.reused);
  a("blocks", p.blocks);
  a("duration_ns", p.duration.count());
  a("budgets", p.budgets);
  a("standard_errors", p.standard_errors);
}

void fields(JsonWriter& a, const TuneCurve& c) {
  a("metric", c.metric);
  a.maybe("service", c.service);
  phase_field(a, c.phase);
  a("limit", c.limit);
  a("relative", c.relative);
  a("fitted", c.fitted);
  a("intercept", c.intercept);
  a("slope", c.slope);
  a("intercept_error", c.intercept_error);
  a("slope_error", c.slope_error);
  a("lack_of_fit", c.lack_of_fit);
  a("used", c.used);
  a.maybe("crossing", c.crossing);
  a.maybe("safe", c.safe);
  a.maybe("unsafe", c.unsafe);
}

void fields(JsonWriter& a, const TuneSearch& s) {
  a.maybe("rate", s.rate);
  a("end", s.end);
  a.maybe("asked", s.asked);
  a.maybe("answer", s.answer);
  a.maybe("x", s.x);
  a("confirmed", s.confirmed);
  a.maybe("crossing", s.crossing);
  a.maybe("safe", s.safe);
  a.maybe("unsafe", s.unsafe);
  a("width", s.width);
  a("duration_ns", s.duration.count());
  a("needed_ns", s.needed.count());
  a("failures", s.failures);
  a("curves", s.curves);
  a("points", s.points);
}

void fields(JsonWriter& a, const TuneReport& r) {
  a("schema", std::string("tracetax.tune/1"));
  a("name", r.name);
  a("scenario_file", r.scenario_file);
  a("knob", r.knob);
  a.maybe("arm", r.arm);
  a("low", r.low);
  a("high", r.high);
  a("unit", r.unit);
  a("tolerance", r.tolerance);
  a("confidence", r.confidence);
  a("started_at", format_utc(r.started_at_unix_s));
  a("load", r.load_description);
  a.group("environment", [&](JsonWriter& e) {
    identity_fields(e, r.environment);
    e("warnings", r.environment.warnings);
  });
  a("searches", r.searches);
  a("notes", r.notes);
}

std::string write_tune_json(const TuneReport& report) {
  return write_json(report);
}

int exit_code(const TuneReport& report) {
  const auto any = [&](std::string_view end) {
    return std::ranges::any_of(report.searches, [end](const TuneSearch& s) { return s.end == end; });
  };
  if (report.searches.empty() || any("not valid")) return 4;
  if (any("interrupted")) return 130;
  if (any("none within") || any("below")) return 1;
  const auto answered = [](const TuneSearch& s) {
    return s.end == "found" || s.end == "all within" || s.end == "reaches";
  };
  return std::ranges::all_of(report.searches, answered) ? 0 : 3;
}

}  // namespace tracetax
