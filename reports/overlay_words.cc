#include "reports/overlay_words.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "reports/words.h"

namespace tracetax::overlay_words {
namespace {

constexpr const char* none = "–";

std::string commit(const Environment& environment) {
  const auto found = environment.versions.find("git commit");
  return found == environment.versions.end() ? std::string{} : found->second.substr(0, 12);
}

std::string machine(const Environment& e) {
  std::string text = e.host;
  if (e.cores > 0) text += fmt::format("{}{} core{}", text.empty() ? "" : ", ", e.cores, e.cores == 1 ? "" : "s");
  if (!e.cpu.empty()) text += (text.empty() ? "" : ", ") + e.cpu;
  return text.empty() ? none : text;
}

// "2026-01-20 10:15", UTC: a column of a table.
std::string minute(std::int64_t unix_seconds) {
  std::string text = format_utc(unix_seconds).substr(0, 16);
  std::ranges::replace(text, 'T', ' ');
  return text;
}

std::size_t scenarios(const Overlay& overlay) {
  std::set<std::string> firsts;
  for (const OverlaidResult& r : overlay.results) firsts.insert(r.same_as);
  return firsts.size();
}

}  // namespace

std::string row_title(const OverlayRow& row) {
  return words::metric_title(row.metric, row.service, row.phase) + " of " + row.treatment;
}

std::string verdict(const OverlaidResult& result) {
  return result.valid ? std::string(to_string(result.verdict)) : "not valid";
}

std::string headline(const Overlay& overlay) {
  if (overlay.same_scenario)
    return fmt::format("{} results of {}, all of one scenario.", overlay.results.size(), overlay.results.front().name);
  return fmt::format("{} results of {} different scenarios.", overlay.results.size(), scenarios(overlay));
}

std::string caution(const Overlay& overlay) {
  const std::string how = "Intervals that overlap do not say that nothing changed, nor the other way round: ";
  for (std::size_t i = 1; i < overlay.results.size(); ++i) {
    const OverlaidResult& later = overlay.results[i];
    if (later.same_as == later.label) continue;
    const auto first = std::ranges::find(overlay.results, later.same_as, &OverlaidResult::label);
    return how +
           fmt::format("tracetax compare {} {} says by how much the overhead changed.", first->source, later.source);
  }
  return how + "tracetax compare says by how much the overhead of one scenario changed between two results.";
}

Table results(const Overlay& overlay) {
  Table table;
  table.header = {"result", "scenario", "started", "machine", "blocks", "commit", "scenario as", "verdict"};
  table.left_columns = 4;
  for (const OverlaidResult& r : overlay.results) {
    const std::string revision = commit(r.environment);
    table.rows.push_back({r.label, r.name, minute(r.started_at_unix_s), machine(r.environment),
                          std::to_string(r.blocks), revision.empty() ? none : revision,
                          r.same_as == r.label ? none : r.same_as, verdict(r)});
  }
  return table;
}

Table short_results(const Overlay& overlay) {
  Table table = results(overlay);
  const auto drop = [](std::vector<std::string>& cells) {
    for (const std::ptrdiff_t column : {5, 3}) cells.erase(cells.begin() + column);
  };
  drop(table.header);
  for (std::vector<std::string>& row : table.rows) drop(row);
  table.left_columns = 3;
  return table;
}

std::string place(const OverlaidResult& result) {
  const std::string revision = commit(result.environment);
  return result.source + " · " + machine(result.environment) + (revision.empty() ? "" : " · commit " + revision);
}

Table costs(const Overlay& overlay, const OverlayRow& row) {
  Table table;
  table.header = {"result", "control", "treatment", "change", "interval", "relative", "interval"};
  table.last_left = row.budgeted;
  table.foldable = {1, 2};
  table.with_previous = {4, 6};
  if (row.budgeted) table.header.insert(table.header.end(), {"limit", "verdict"});
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    const OverlayCell& c = row.cells[i];
    std::vector<std::string> cells{overlay.results[i].label};
    if (c.measured) {
      cells.insert(cells.end(), {words::value(row.metric, c.control_value), words::value(row.metric, c.treatment_value),
                                 words::difference(row.metric, c.absolute.estimate),
                                 words::interval(row.metric, c.absolute.low, c.absolute.high),
                                 c.relative ? words::relative(c.relative->estimate) : none,
                                 c.relative ? words::relative_interval(c.relative->low, c.relative->high) : none});
    } else {
      cells.resize(7, none);
    }
    if (row.budgeted) {
      cells.push_back(c.limit ? words::limit(row.metric, *c.limit, c.limit_relative) : none);
      cells.push_back(c.limit ? std::string(to_string(c.verdict)) : none);
    }
    table.rows.push_back(std::move(cells));
  }
  return table;
}

std::vector<Verdict> verdicts(const OverlayRow& row) {
  std::vector<Verdict> all;
  if (!row.budgeted) return all;
  for (const OverlayCell& c : row.cells) all.push_back(c.verdict);
  return all;
}

}  // namespace tracetax::overlay_words
