#include "reports/history.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/base/text.h"
#include "reports/csv_parts.h"
#include "reports/history_words.h"
#include "reports/markdown_parts.h"
#include "reports/text_parts.h"

namespace tracetax {
namespace {

Verdict colour_of(Trend trend) {
  return trend == Trend::risen ? Verdict::exceeded : trend == Trend::too_few ? Verdict::inconclusive : Verdict::within;
}

std::string title_of(const HistoryReport& report) {
  return report.folder.empty() ? "history" : "history of " + report.folder;
}

// Below a change: what else is different there.
std::vector<std::string> differences(const HistoryReport& report) {
  std::vector<std::string> texts;
  for (const HistorySeries& s : report.series) {
    for (const HistoryChange& c : s.changes) {
      if (c.different.empty()) continue;
      texts.push_back(fmt::format("{}, {}: {}", history_words::title(s), history_words::moment(report, s, c.after),
                                  fmt::join(c.different, "; ")));
    }
  }
  return texts;
}

std::vector<std::string> actions(const HistoryReport& report) {
  std::vector<std::string> texts;
  for (const HistorySeries& s : report.series) {
    if (!s.judged || s.trend != Trend::risen) continue;
    texts.push_back(history_words::sentence(report, s) + " " + history_words::act(report, s));
  }
  return texts;
}

}  // namespace

std::string render_history_text(const HistoryReport& report, const TextOptions& options) {
  TextPage page(options);
  page.line(fmt::format("{}: {}", title_of(report),
                        painted(colour_of(report.verdict), std::string(to_string(report.verdict)), page.color())));
  page.labelled("", history_words::headline(report));
  page.labelled("", history_words::tally(report));
  page.line();
  const history_words::Summary summary = history_words::short_summary(report);
  std::vector<Verdict> verdicts;
  for (const Trend trend : summary.trends) verdicts.push_back(colour_of(trend));
  if (!verdicts.empty()) page.table(summary.table, verdicts);
  if (const Table changes = history_words::changes(report); !changes.rows.empty()) {
    page.line("Changes, the newest first");
    page.table(changes);
  }
  for (const std::string& text : actions(report)) page.labelled("", text);
  for (const std::string& text : differences(report)) page.labelled("different: ", text);
  for (const HistoryFamily& family : report.families) page.labelled("results: ", history_words::family(family));
  for (const std::string& text : history_words::remarks(report)) page.labelled("note: ", text);
  return page.take();
}

std::string render_history_markdown(const HistoryReport& report) {
  using namespace markdown;
  std::string text =
      fmt::format("## {} {}: {}\n\n**{}**\n\n", sign(colour_of(report.verdict)), escaped(title_of(report)),
                  to_string(report.verdict), escaped(history_words::headline(report)));
  text += escaped(history_words::tally(report)) + "\n\n" + table_of(history_words::short_summary(report).table);
  text += table_of(history_words::changes(report)) + list_of(actions(report)) + list_of(differences(report));
  std::vector<std::string> about;
  for (const HistoryFamily& family : report.families) about.push_back("results: " + history_words::family(family));
  for (const std::string& remark : history_words::remarks(report)) about.push_back(remark);
  return text + list_of(about);
}

std::string render_history_csv(const HistoryReport& report) {
  std::string text =
      "scenario,fingerprint,method,current,metric,service,phase,control,treatment,relative,limit,started_at,source,"
      "commit,"
      "blocks,estimate,low,high,segment,level_estimate,level_low,level_high,change,growth_estimate,growth_low,growth_"
      "high"
      "\r\n";
  for (const HistorySeries& s : report.series) {
    const HistoryFamily& family = report.families.at(s.family);
    std::size_t k = 0;
    for (std::size_t i = 0; i < s.points.size(); ++i) {
      const HistoryRun& run = family.runs.at(s.points[i].run);
      while (k < s.segments.size() && i > s.segments[k].last) ++k;
      csv::Row row;
      row.texts({family.name, family.fingerprint}).number(family.method).texts({family.current ? "true" : "false"});
      row.texts({s.metric, s.service, std::string(to_string(s.phase)), s.control, s.treatment,
                 s.relative ? "true" : "false"});
      if (s.limit) {
        row.number(*s.limit);
      } else {
        row.empty(1);
      }
      row.texts({format_utc(run.started_at_unix_s), run.source, run.commit}).number(run.blocks);
      row.estimate(s.points[i].overhead);
      if (k < s.segments.size()) {
        row.number(k).estimate(s.segments[k].level);
      } else {
        row.empty(4);
      }
      if (k > 0 && k < s.segments.size() && s.segments[k].first == i) {
        row.texts({std::string(history_words::direction(s.changes[k - 1]))}).estimate(s.changes[k - 1].growth);
      } else {
        row.empty(4);
      }
      text += row.take();
    }
  }
  return text;
}

}  // namespace tracetax
