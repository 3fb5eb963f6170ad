#pragma once
// The words and tables that all forms of a HistoryReport share. Internal to reports.

#include <string>
#include <vector>

#include "harness/results/history.h"
#include "reports/table.h"

namespace tracetax::history_words {

// "latency p50 (pairs) of ratio10".
std::string title(const HistorySeries& series);
// Which scenario, and what tells it from others of the report: "bridge-quickstart, earlier".
std::string origin(const HistoryReport& report, const HistorySeries& series);
// "+1.07 %", "+19.0 µs" on the scale of the series.
std::string amount(const HistorySeries& series, double x);
std::string interval(const HistorySeries& series, const Estimate& e);
// "+5 %"; "–" without a budget.
std::string limit(const HistorySeries& series);
std::string confidence(const HistoryReport& report);      // "95 %"
std::string_view direction(const HistoryChange& change);  // "rise", "fall", "unclear"

// "2026-01-20T10:15:00Z (3f2c91a)".
std::string moment(const HistoryReport& report, const HistorySeries& series, std::size_t point);
// "bridge-quickstart, 40 results from 2026-01-02 to 2026-02-10, on 2 cores of Example CPU".
std::string family(const HistoryFamily& family);

// "What ratio10 adds to the median call rose by 2.0 % of the control's (95 % interval +1.8 to +2.2 %) between … and
// …."; of a series that is steady its level; of one with too few results how many it needs.
std::string sentence(const HistoryReport& report, const HistorySeries& series);
// The sentence that decides the whole verdict.
std::string headline(const HistoryReport& report);
// "5 overheads with a budget: 1 risen, 4 steady. …".
std::string tally(const HistoryReport& report);
// What to do about the last change of a series; empty: nothing.
std::string act(const HistoryReport& report, const HistorySeries& series);

// One row a series: results, level now, interval, limit, trend.
Table summary(const HistoryReport& report);
// The same where there is no room for what says nothing: of a scenario whose series are many and all have too few
// results one row for all of them.
struct Summary {
  Table table{};
  std::vector<Trend> trends{};  // of the rows
};
Summary short_summary(const HistoryReport& report);
// One row a change of any series, the newest first.
Table changes(const HistoryReport& report);
// One row a point.
Table points(const HistoryReport& report, const HistorySeries& series);
// How to read it, a line each: which intervals, which chance of a false alarm, what is not said.
std::vector<std::string> remarks(const HistoryReport& report);

}  // namespace tracetax::history_words
