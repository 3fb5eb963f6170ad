#include "harness/results/overlay.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>

#include "harness/base/text.h"
#include "harness/results/summary_fields.h"

namespace tracetax {
namespace {

bool is_of(const OverlayRow& row, const Comparison& c) {
  return std::tie(row.metric, row.service, row.phase, row.treatment) ==
         std::tie(c.metric, c.service, c.phase, c.treatment);
}
bool is_of(const OverlayRow& row, const BudgetResult& b) {
  return std::tie(row.metric, row.service, row.phase, row.treatment) == std::tie(b.metric, b.service, b.phase, b.arm);
}

// A … Z, AA, AB, …
std::string label_of(std::size_t number) {
  std::string label;
  for (std::size_t rest = number + 1; rest > 0; rest = (rest - 1) / 26)
    label.insert(label.begin(), static_cast<char>('A' + (rest - 1) % 26));
  return label;
}

template <class T>
void add_row(std::vector<OverlayRow>& rows, const T& what, const std::string& treatment, bool budgeted) {
  if (std::ranges::any_of(rows, [&](const OverlayRow& row) { return is_of(row, what); })) return;
  OverlayRow& row = rows.emplace_back();
  row.metric = what.metric;
  row.service = what.service;
  row.phase = what.phase;
  row.treatment = treatment;
  row.budgeted = budgeted;
}

OverlayCell cell_of(const Result& result, const OverlayRow& row) {
  OverlayCell cell;
  for (const Comparison& c : result.comparisons) {
    if (!is_of(row, c)) continue;
    cell.measured = true;
    cell.control_value = c.control_value;
    cell.treatment_value = c.treatment_value;
    cell.absolute = c.absolute;
    cell.relative = c.relative;
  }
  for (const BudgetResult& b : result.budgets) {
    if (!is_of(row, b)) continue;
    cell.limit = b.limit;
    cell.limit_relative = b.relative;
    cell.verdict = b.verdict;
  }
  return cell;
}

OverlaidResult identity(const SourcedResult& one, std::size_t number) {
  const Result& r = one.result;
  OverlaidResult result;
  result.label = result.same_as = label_of(number);
  result.source = one.source;
  result.name = r.name;
  result.fingerprint = r.fingerprint;
  result.method = r.method;
  result.started_at_unix_s = r.started_at_unix_s;
  result.blocks = r.blocks_done;
  result.verdict = r.verdict;
  result.valid = r.valid;
  result.finished = r.finished;
  if (!r.comparisons.empty()) result.confidence = r.comparisons.front().confidence;
  result.environment = r.environment;
  return result;
}

void note_result(const OverlaidResult& shown, const Result& r, std::vector<std::string>& notes) {
  if (!r.valid)
    notes.push_back(shown.label +
                    " is not valid: " + (r.failures.empty() ? "it does not say why" : r.failures.front()));
  if (!r.finished) {
    notes.push_back(shown.label + " was cut short after " + std::to_string(r.blocks_done) + " of " +
                    std::to_string(r.blocks_planned) + " blocks");
  }
  for (const std::string& doubt : r.doubts) notes.push_back(shown.label + ": " + doubt);
}

// What makes numbers of one machine others than those of another.
void note_machines(const std::vector<OverlaidResult>& results, std::vector<std::string>& notes) {
  std::set<std::tuple<std::string, std::uint32_t, std::string>> classes;
  for (const OverlaidResult& r : results)
    classes.emplace(r.environment.cpu, r.environment.cores, r.environment.build_type);
  if (classes.size() > 1)
    notes.emplace_back(
        "the machines are of different classes (CPU, cores or kind of build): a difference between results may be "
        "theirs");
}

void fill_rows(const std::vector<SourcedResult>& results, Overlay& overlay) {
  for (const SourcedResult& one : results) {
    for (const BudgetResult& b : one.result.budgets) add_row(overlay.rows, b, b.arm, true);
  }
  if (overlay.rows.empty()) {
    for (const SourcedResult& one : results) {
      for (const Comparison& c : one.result.comparisons) {
        if (c.service.empty()) add_row(overlay.rows, c, c.treatment, false);
      }
    }
  }
  for (OverlayRow& row : overlay.rows) {
    for (const SourcedResult& one : results) row.cells.push_back(cell_of(one.result, row));
  }
}

}  // namespace

Overlay make_overlay(const std::vector<SourcedResult>& results) {
  Overlay overlay;
  for (const SourcedResult& one : results) {
    OverlaidResult shown = identity(one, overlay.results.size());
    const auto same = std::ranges::find_if(overlay.results, [&](const OverlaidResult& other) {
      return !shown.fingerprint.empty() && other.fingerprint == shown.fingerprint && other.method == shown.method;
    });
    if (same != overlay.results.end()) shown.same_as = same->label;
    overlay.same_scenario = overlay.same_scenario && (overlay.results.empty() || shown.same_as == "A");
    note_result(shown, one.result, overlay.notes);
    overlay.results.push_back(std::move(shown));
  }
  if (!overlay.same_scenario)
    overlay.notes.emplace_back(
        "not all results are of one scenario and method (fingerprint: topology, tools, load, arms, windows): their "
        "numbers are of different things");
  note_machines(overlay.results, overlay.notes);
  fill_rows(results, overlay);
  return overlay;
}

void fields(JsonWriter& a, const OverlaidResult& r) {
  a("label", r.label);
  a("source", r.source);
  a("name", r.name);
  a("fingerprint", r.fingerprint);
  a("same_scenario_as", r.same_as);
  a("method", r.method);
  a("started_at", format_utc(r.started_at_unix_s));
  a("blocks", r.blocks);
  a("verdict", verdict_text(r.verdict));
  a("valid", r.valid);
  a("finished", r.finished);
  a("confidence", r.confidence);
  a.group("environment", [&](JsonWriter& e) { identity_fields(e, r.environment); });
}

void fields(JsonWriter& a, const OverlayCell& c) {
  a("measured", c.measured);
  if (c.measured) {
    a("control_value", c.control_value);
    a("treatment_value", c.treatment_value);
    a("absolute", c.absolute);
    a.maybe("relative", c.relative);
  }
  if (!c.limit) return;
  a("limit", *c.limit);
  a("limit_relative", c.limit_relative);
  a("verdict", verdict_text(c.verdict));
}

void fields(JsonWriter& a, const OverlayRow& r) {
  a("metric", r.metric);
  a.maybe("service", r.service);
  phase_field(a, r.phase);
  a("treatment", r.treatment);
  a("budgeted", r.budgeted);
  a("cells", r.cells);
}

void fields(JsonWriter& a, const Overlay& o) {
  a("schema", std::string("tracetax.overlay/1"));
  a("same_scenario", o.same_scenario);
  a("results", o.results);
  a("rows", o.rows);
  a("notes", o.notes);
}

std::string write_overlay_json(const Overlay& overlay) {
  return write_json(overlay);
}

}  // namespace tracetax
