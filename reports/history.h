#pragma once
// A HistoryReport (`tracetax history`) as people and machines read it. Functions of it and nothing else; JSON itself is
// write_history_json().

#include <string>

#include "harness/results/history.h"
#include "reports/reports.h"

namespace tracetax {

std::string render_history_text(const HistoryReport& report, const TextOptions& options = {});
std::string render_history_markdown(const HistoryReport& report);
// One row for each point of each series, with the level of its segment and, where a segment begins, the growth. RFC
// 4180; shares as fractions, else the metric's base unit (ns, bytes, per second), larger being worse.
std::string render_history_csv(const HistoryReport& report);
// One page that needs nothing else.
std::string render_history_html(const HistoryReport& report);
// What its script draws: {"kind": "history", …}.
std::string history_document(const HistoryReport& report);

}  // namespace tracetax
