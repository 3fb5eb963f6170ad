#include "harness/results/scoreboard.h"

#include <array>

#include "harness/base/text.h"
#include "harness/results/summary_fields.h"

namespace tracetax {
namespace {

constexpr std::array<std::string_view, 4> claim_verdicts{"pass", "fail", "inconclusive", "not measurable here"};

}  // namespace

std::string_view to_string(ClaimVerdict verdict) {
  return claim_verdicts.at(static_cast<std::size_t>(verdict));
}

void fields(JsonWriter& a, const Evidence& e) {
  a("run", e.run);
  a("scenario", e.scenario);
  a.maybe("budget", e.budget);
  a.maybe("check", e.check);
  a.maybe("resolution", e.resolution);
}

void fields(JsonWriter& a, const ClaimResult& c) {
  a("id", c.id);
  a("says", c.says);
  a("threshold", c.threshold);
  a("verdict", std::string(to_string(c.verdict)));
  a.maybe("why", c.why);
  a.maybe("note", c.note);
  a("evidence", c.evidence);
}

void fields(JsonWriter& a, const SystemResult& s) {
  a("name", s.name);
  a("title", s.title);
  a("source", s.source);
  a("claims", s.claims);
}

void fields(JsonWriter& a, const ScoreboardRun& r) {
  a("folder", r.folder);
  a("verb", r.verb);
  a("scenario", r.scenario);
  a("state", r.state);
  a.maybe("why", r.why);
  a("started_at", format_utc(r.started_at_unix_s));
  a("duration_ns", r.duration.count());
  a("blocks", r.blocks);
}

void fields(JsonWriter& a, const Scoreboard& s) {
  a("schema", std::string("tracetax.scoreboard/1"));
  a("quick", s.quick);
  a("finished", s.finished);
  a("started_at", format_utc(s.started_at_unix_s));
  a("duration_ns", s.duration.count());
  a("method", method_version);
  a("environment", s.environment);
  a("systems", s.systems);
  a("runs", s.runs);
}

std::string write_scoreboard_json(const Scoreboard& scoreboard) {
  return write_json(scoreboard);
}

}  // namespace tracetax
