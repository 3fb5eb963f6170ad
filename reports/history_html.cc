#include "reports/document_parts.h"
#include "reports/history.h"
#include "reports/history_words.h"
#include "reports/html_page.h"

namespace tracetax {
namespace {

constexpr const char* title = "When the tax rose";

std::string_view state_of(Trend trend) {
  return trend == Trend::risen ? "exceeded" : trend == Trend::too_few ? "inconclusive" : "within";
}

document::Json series_words(const HistoryReport& report, const HistorySeries& series) {
  document::Json words;
  words["title"] = history_words::title(series);
  words["origin"] = history_words::origin(report, series);
  words["state"] = series.judged ? state_of(series.trend) : "none";
  words["sentence"] = history_words::sentence(report, series);
  words["act"] = series.judged ? history_words::act(report, series) : std::string{};
  words["limit"] = history_words::limit(series);
  words["changes"] = document::Json::array();
  for (const HistoryChange& change : series.changes) {
    words["changes"].push_back({{"growth", history_words::amount(series, change.growth.estimate)},
                                {"interval", history_words::interval(series, change.growth)},
                                {"before", history_words::moment(report, series, change.after - 1)},
                                {"after", history_words::moment(report, series, change.after)}});
  }
  words["points"] = document::table(history_words::points(report, series));
  return words;
}

}  // namespace

std::string history_document(const HistoryReport& report) {
  document::Json words;
  words["headline"] = history_words::headline(report);
  words["tally"] = history_words::tally(report);
  words["confidence"] = history_words::confidence(report);
  words["summary"] = document::table(history_words::summary(report));
  words["changes"] = document::table(history_words::changes(report));
  words["series"] = document::Json::array();
  for (const HistorySeries& series : report.series) words["series"].push_back(series_words(report, series));
  words["families"] = document::Json::array();
  for (const HistoryFamily& family : report.families) words["families"].push_back(history_words::family(family));
  words["remarks"] = history_words::remarks(report);
  return document::text("history", title, write_history_json(report), words);
}

std::string render_history_html(const HistoryReport& report) {
  const document::Head head{.state = state_of(report.verdict),
                            .badge = std::string(to_string(report.verdict)),
                            .title = title,
                            .headline = history_words::headline(report),
                            .tally = history_words::tally(report),
                            .verb = "history"};
  return html::page(title, document::head(head), history_document(report));
}

}  // namespace tracetax
