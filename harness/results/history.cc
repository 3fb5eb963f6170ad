#include "harness/results/history.h"

#include <array>

#include "harness/base/text.h"
#include "harness/results/summary_fields.h"

namespace tracetax {

std::string_view to_string(Trend trend) {
  static constexpr std::array<std::string_view, 4> names{"steady", "risen", "fallen", "too few results"};
  return names.at(static_cast<std::size_t>(trend));
}

void fields(JsonWriter& a, const HistoryRun& r) {
  a("source", r.source);
  a("started_at", format_utc(r.started_at_unix_s));
  a("seed", r.seed);
  a("blocks", r.blocks);
  a("verdict", verdict_text(r.verdict));
  a.maybe("commit", r.commit);
  a.group("environment", [&](JsonWriter& e) { identity_fields(e, r.environment); });
}

void fields(JsonWriter& a, const HistoryFamily& f) {
  a("name", f.name);
  a("fingerprint", f.fingerprint);
  a("method", f.method);
  a.maybe("cpu", f.cpu);
  a.maybe("cores", f.cores);
  a.maybe("build_type", f.build_type);
  a("current", f.current);
  a("results", f.runs);
}

void fields(JsonWriter& a, const HistoryPoint& p) {
  a("result", p.run);
  a("estimate", p.overhead.estimate);
  a("low", p.overhead.low);
  a("high", p.overhead.high);
}

void fields(JsonWriter& a, const HistorySegment& s) {
  a("first", s.first);
  a("last", s.last);
  a("estimate", s.level.estimate);
  a("low", s.level.low);
  a("high", s.level.high);
}

void fields(JsonWriter& a, const HistoryChange& c) {
  a("after", c.after);
  a("estimate", c.growth.estimate);
  a("low", c.growth.low);
  a("high", c.growth.high);
  a("direction", std::string(c.rise ? "rise" : c.fall ? "fall" : "unclear"));
  a("different", c.different);
}

void fields(JsonWriter& a, const HistorySeries& s) {
  a("family", s.family);
  a("metric", s.metric);
  a.maybe("service", s.service);
  phase_field(a, s.phase);
  a("control", s.control);
  a("treatment", s.treatment);
  a("relative", s.relative);
  a.maybe("limit", s.limit);
  a("judged", s.judged);
  a("trend", std::string(to_string(s.trend)));
  a("results_needed", s.needed);
  a("p_value", s.p_value);
  a("spread_between_results", s.between);
  a("points", s.points);
  a("segments", s.segments);
  a("changes", s.changes);
}

void fields(JsonWriter& a, const HistorySkipped& s) {
  a("source", s.source);
  a("why", s.why);
}

void fields(JsonWriter& a, const HistoryReport& r) {
  a("schema", std::string("tracetax.history/1"));
  a("folder", r.folder);
  a("verdict", std::string(to_string(r.verdict)));
  a("confidence", r.confidence);
  a("false_alarms", r.false_alarms);
  a("families", r.families);
  a("series", r.series);
  a("older", r.older);
  a("skipped", r.skipped);
}

std::string write_history_json(const HistoryReport& report) {
  return write_json(report);
}

}  // namespace tracetax
