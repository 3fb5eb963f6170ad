#include "reports/history_words.h"

#include <algorithm>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/scenario/metric.h"
#include "reports/words.h"

namespace tracetax::history_words {
namespace {

constexpr const char* none = "–";

std::string without_sign(std::string text) {
  if (text.starts_with('+') || text.starts_with('-')) text.erase(0, 1);
  return text;
}

std::string plural(std::size_t n, std::string_view noun) {
  return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
}

std::string day(std::int64_t unix_seconds) {
  return format_utc(unix_seconds).substr(0, 10);
}

// "2026-01-20 10:15": a column of a table.
std::string minute(const HistoryReport& report, const HistorySeries& series, std::size_t point) {
  const HistoryRun& run = report.families.at(series.family).runs.at(series.points.at(point).run);
  std::string text = format_utc(run.started_at_unix_s).substr(0, 16);
  std::ranges::replace(text, 'T', ' ');
  return text;
}

// As long as git shows it.
std::string short_commit(const HistoryRun& run) {
  return run.commit.substr(0, 12);
}

bool higher_is_worse(const HistorySeries& series) {
  const MetricInfo* metric = find_metric(series.metric);
  return !metric || metric->higher_is_worse;
}

std::string subject(const HistorySeries& series) {
  return fmt::format("What {} {} {}", series.treatment, higher_is_worse(series) ? "adds to" : "takes off",
                     words::phrase(series.metric, series.service));
}

std::string steady_sentence(const HistoryReport& report, const HistorySeries& series) {
  const std::string level =
      series.segments.empty()
          ? std::string{}
          : fmt::format(": {} ({} interval {})", amount(series, series.segments.back().level.estimate),
                        confidence(report), interval(series, series.segments.back().level));
  if (series.changes.empty())
    return fmt::format("{} shows no change over {}{}.", subject(series), plural(series.points.size(), "result"), level);
  return fmt::format("{} changed{}, but whether up or down the data cannot say{}.", subject(series),
                     " between " + moment(report, series, series.changes.back().after - 1) + " and " +
                         moment(report, series, series.changes.back().after),
                     level);
}

Table summary_head(const HistoryReport& report) {
  Table table;
  table.header = {"overhead", "scenario", "results", "level now", confidence(report) + " interval", "limit", "trend"};
  table.left_columns = 2;
  table.foldable = {1};
  table.with_previous = {4};
  return table;
}

std::vector<std::string> summary_row(const HistoryReport& report, const HistorySeries& s) {
  const bool known = !s.segments.empty();
  return {title(s),
          origin(report, s),
          std::to_string(s.points.size()),
          known ? amount(s, s.segments.back().level.estimate) : none,
          known ? interval(s, s.segments.back().level) : none,
          limit(s),
          std::string(to_string(s.trend))};
}

const HistorySeries* first_with(const HistoryReport& report, Trend trend) {
  const auto found =
      std::ranges::find_if(report.series, [&](const HistorySeries& s) { return s.judged && s.trend == trend; });
  return found == report.series.end() ? nullptr : &*found;
}

}  // namespace

std::string title(const HistorySeries& series) {
  return words::metric_title(series.metric, series.service, series.phase) + " of " + series.treatment;
}

std::string origin(const HistoryReport& report, const HistorySeries& series) {
  const HistoryFamily& own = report.families.at(series.family);
  std::string text = own.name;
  if (!own.current) text += ", earlier";
  const bool machines_differ = std::ranges::any_of(report.families, [&](const HistoryFamily& other) {
    return other.cpu != own.cpu || other.cores != own.cores || other.build_type != own.build_type;
  });
  if (machines_differ) text += fmt::format(", {}, {}, {}", plural(own.cores, "core"), own.cpu, own.build_type);
  return text;
}

std::string amount(const HistorySeries& series, double x) {
  return series.relative ? words::relative(x) : words::difference(series.metric, x);
}

std::string interval(const HistorySeries& series, const Estimate& e) {
  return series.relative ? words::relative_interval(e.low, e.high) : words::interval(series.metric, e.low, e.high);
}

std::string limit(const HistorySeries& series) {
  return series.limit ? words::limit(series.metric, *series.limit, series.relative) : none;
}

std::string confidence(const HistoryReport& report) {
  return fmt::format("{:.4g} %", report.confidence * 100);
}

std::string_view direction(const HistoryChange& change) {
  return change.rise ? "rise" : change.fall ? "fall" : "unclear";
}

std::string moment(const HistoryReport& report, const HistorySeries& series, std::size_t point) {
  const HistoryRun& run = report.families.at(series.family).runs.at(series.points.at(point).run);
  const std::string commit = short_commit(run);
  return format_utc(run.started_at_unix_s) + (commit.empty() ? "" : " (" + commit + ")");
}

std::string family(const HistoryFamily& family) {
  std::string text = fmt::format("{}, {}", family.name, plural(family.runs.size(), "result"));
  const std::string first = day(family.runs.front().started_at_unix_s);
  const std::string last = day(family.runs.back().started_at_unix_s);
  text += first == last ? ", " + last : ", " + first + " to " + last;
  if (family.cores > 0) {
    text += fmt::format(", on {}{}", plural(family.cores, "core"), family.cpu.empty() ? "" : " of " + family.cpu);
  }
  if (!family.current) text += "; the scenario has changed since";
  return text;
}

std::string sentence(const HistoryReport& report, const HistorySeries& series) {
  if (series.trend == Trend::too_few)
    return fmt::format("{}: {}, and a change can be seen from {} on.", title(series),
                       plural(series.points.size(), "result"), series.needed);
  if (series.trend == Trend::steady) return steady_sentence(report, series);
  const HistoryChange& change = series.changes.back();
  const std::size_t last = series.segments.size() - 1;
  return fmt::format("{} {} by {}{} ({} interval {}) between {} and {}, from {} to {}.", subject(series),
                     series.trend == Trend::risen ? "rose" : "fell",
                     without_sign(amount(series, change.growth.estimate)), series.relative ? " of the control's" : "",
                     confidence(report), interval(series, change.growth), moment(report, series, change.after - 1),
                     moment(report, series, change.after), amount(series, series.segments[last - 1].level.estimate),
                     amount(series, series.segments[last].level.estimate));
}

std::string headline(const HistoryReport& report) {
  if (const HistorySeries* risen = first_with(report, Trend::risen)) return sentence(report, *risen);
  if (report.families.empty()) return "There is no result that can stand in a series.";
  if (std::ranges::none_of(report.series, &HistorySeries::judged))
    return "No result has a budget for what is shown, so there is no verdict: what may not rise has to be said first.";
  if (report.verdict == Trend::too_few) return sentence(report, *first_with(report, Trend::too_few));
  return "No overhead that has a budget rose.";
}

std::string tally(const HistoryReport& report) {
  std::size_t judged = 0;
  std::string counts;
  for (const Trend trend : {Trend::risen, Trend::fallen, Trend::steady, Trend::too_few}) {
    const auto n =
        std::ranges::count_if(report.series, [&](const HistorySeries& s) { return s.judged && s.trend == trend; });
    if (n == 0) continue;
    judged += static_cast<std::size_t>(n);
    counts += (counts.empty() ? ": " : ", ") +
              fmt::format("{} {}{}", n, trend == Trend::too_few ? "with " : "", to_string(trend));
  }
  std::string text = plural(judged, "overhead") + " with a budget" + counts + ".";
  if (report.older > 0) text += fmt::format(" {} older than asked for.", plural(report.older, "result"));
  if (!report.skipped.empty()) text += fmt::format(" {} left out.", plural(report.skipped.size(), "result"));
  return text;
}

std::string act(const HistoryReport& report, const HistorySeries& series) {
  if (series.trend != Trend::risen) return {};
  const HistoryFamily& of = report.families.at(series.family);
  const std::size_t after = series.changes.back().after;
  const HistoryRun& before = of.runs.at(series.points.at(after - 1).run);
  const HistoryRun& first = of.runs.at(series.points.at(after).run);
  std::string text = "Act: see what came in between";
  if (!before.commit.empty() && !first.commit.empty() && before.commit != first.commit)
    text += fmt::format(" (git log {}..{})", short_commit(before), short_commit(first));
  text += fmt::format(", and hold the two to each other: tracetax compare {} {}.", before.source, first.source);
  return text + fmt::format(" A rise that is meant: --since {} begins the history after it.",
                            format_utc(first.started_at_unix_s));
}

Table summary(const HistoryReport& report) {
  Table table = summary_head(report);
  for (const HistorySeries& s : report.series) table.rows.push_back(summary_row(report, s));
  return table;
}

Summary short_summary(const HistoryReport& report) {
  constexpr std::size_t most_without_saying = 3;
  struct Few {
    std::size_t series = 0, fewest = 0, most = 0;
    bool all = true;
  };
  std::vector<Few> families(report.families.size());
  for (const HistorySeries& s : report.series) {
    Few& few = families.at(s.family);
    const std::size_t points = s.points.size();
    few.fewest = few.series == 0 ? points : std::min(few.fewest, points);
    few.most = std::max(few.most, points);
    few.all = few.all && s.trend == Trend::too_few;
    ++few.series;
  }
  Summary summary{summary_head(report)};
  std::vector<bool> told(families.size(), false);
  for (const HistorySeries& s : report.series) {
    const Few& few = families[s.family];
    const bool together = few.all && few.series > most_without_saying;
    if (together && told[s.family]) continue;
    told[s.family] = true;
    summary.trends.push_back(s.trend);
    if (!together) {
      summary.table.rows.push_back(summary_row(report, s));
      continue;
    }
    const std::string results =
        few.fewest == few.most ? std::to_string(few.most) : fmt::format("{} to {}", few.fewest, few.most);
    summary.table.rows.push_back({fmt::format("all {} overheads", few.series), origin(report, s), results, none, none,
                                  none, std::string(to_string(s.trend))});
  }
  return summary;
}

Table changes(const HistoryReport& report) {
  Table table;
  table.header = {"overhead", "between", "and", "growth", confidence(report) + " interval", "from", "to", "direction"};
  table.left_columns = 3;
  table.foldable = {5, 6};
  table.with_previous = {4};
  struct Row {
    std::int64_t at = 0;
    std::vector<std::string> cells{};
  };
  std::vector<Row> rows;
  for (const HistorySeries& s : report.series) {
    for (std::size_t k = 0; k < s.changes.size(); ++k) {
      const HistoryChange& c = s.changes[k];
      rows.push_back({report.families.at(s.family).runs.at(s.points.at(c.after).run).started_at_unix_s,
                      {title(s), minute(report, s, c.after - 1), minute(report, s, c.after),
                       amount(s, c.growth.estimate), interval(s, c.growth), amount(s, s.segments[k].level.estimate),
                       amount(s, s.segments[k + 1].level.estimate), std::string(direction(c))}});
    }
  }
  std::ranges::stable_sort(rows, std::ranges::greater{}, &Row::at);
  for (Row& row : rows) table.rows.push_back(std::move(row.cells));
  return table;
}

Table points(const HistoryReport& report, const HistorySeries& series) {
  Table table;
  table.header = {"started", "commit", "blocks", "overhead", "interval of the result", "level", "result"};
  table.left_columns = 2;
  std::size_t k = 0;
  for (std::size_t i = 0; i < series.points.size(); ++i) {
    const HistoryRun& run = report.families.at(series.family).runs.at(series.points[i].run);
    while (k < series.segments.size() && i > series.segments[k].last) ++k;
    const bool known = k < series.segments.size();
    const std::string commit = short_commit(run);
    table.rows.push_back({format_utc(run.started_at_unix_s), commit.empty() ? none : commit, std::to_string(run.blocks),
                          amount(series, series.points[i].overhead.estimate),
                          interval(series, series.points[i].overhead),
                          known ? amount(series, series.segments[k].level.estimate) : none, run.source});
  }
  return table;
}

std::vector<std::string> remarks(const HistoryReport& report) {
  const std::size_t judged = static_cast<std::size_t>(std::ranges::count_if(report.series, &HistorySeries::judged));
  std::vector<std::string> texts{
      fmt::format("When nothing ever changed, any change at all is reported of {} with a chance of at most {:.4g} % "
                  "(permutation test of each, Holm's correction over all).",
                  plural(judged, "overhead") + " with a budget", report.false_alarms * 100),
      fmt::format(
          "Levels and growths have {} intervals that hold the spread between results, too. A change is of at least "
          "3 results in a row: what came and went is none.",
          confidence(report)),
      "A rise lies between the two results that are named. What else changed between them is beside it; which of it "
      "was the "
      "cause, the data cannot say."};
  if (std::ranges::any_of(report.series, [](const HistorySeries& s) { return !s.judged; }))
    texts.emplace_back(
        "Series without a budget, and of scenarios that have changed since, are shown without a verdict.");
  return texts;
}

}  // namespace tracetax::history_words
