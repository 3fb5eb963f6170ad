#pragma once
// The words and tables that all forms of an Overlay share. Internal to reports.

#include <string>
#include <vector>

#include "harness/results/overlay.h"
#include "reports/table.h"

namespace tracetax::overlay_words {

// "latency p50 (pairs) of ratio10".
std::string row_title(const OverlayRow& row);
std::string verdict(const OverlaidResult& result);  // "within", "not valid"
// "3 results of bridge-quickstart, all of one scenario."
std::string headline(const Overlay& overlay);
// That overlapping intervals say nothing of a difference, and which command does.
std::string caution(const Overlay& overlay);

// Which result is which: scenario, start, blocks, machine, verdict.
Table results(const Overlay& overlay);
// The same without what place() says: "out/run-1 · bench-1, 2 cores, Example CPU · commit 8d01b77".
Table short_results(const Overlay& overlay);
std::string place(const OverlaidResult& result);
// One row a result: control, treatment, change, interval, limit, verdict.
Table costs(const Overlay& overlay, const OverlayRow& row);
// The verdict of each row of that table; empty where the overhead has no budget in any result.
std::vector<Verdict> verdicts(const OverlayRow& row);

}  // namespace tracetax::overlay_words
