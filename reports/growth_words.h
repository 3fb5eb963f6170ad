#pragma once
// The words, numbers and tables that all forms of a GrowthReport share. Internal to reports.

#include <string>
#include <vector>

#include "harness/results/growth.h"
#include "reports/table.h"

namespace tracetax::growth_words {

// "+2.50 %", "+15.0 µs": how much one change may add.
std::string allowed(const GrowthBudget& budget);
std::string metric_title(const GrowthBudget& budget);

// "What ratio10 adds to the median call grew by 1.96 % of the control's (95 % interval +1.7 to +2.2 %): within the 2.5
// % that one change may add."
std::string sentence(const GrowthReport& report, const GrowthBudget& budget);
// The sentence of the budget that decides the whole verdict.
std::string headline(const GrowthReport& report);
// "3 budgets: 2 within, 1 inconclusive. One change may use up 50 % of a budget."
std::string tally(const GrowthReport& report);
// Why an inconclusive budget is, and what would decide it; its detail otherwise. May be empty.
std::string explanation(const GrowthReport& report, const GrowthBudget& budget);
// What to do about it, a sentence each.
std::vector<std::string> act(const GrowthReport& report);
// "out/quickstart-…, 2026-01-02T10:15:00Z, 9 blocks, tracetax 0.1.0".
std::string identity(const ComparedResult& result);

Table budgets(const GrowthReport& report);
// What of the two machines and builds there is, side by side; the last column says what differs.
Table machines(const GrowthReport& report);
enum class Detail { main, all };
// What has no verdict is shown, too. main: the whole system, without the finer quantiles.
Table growths(const GrowthReport& report, const std::string& treatment, Detail detail);
// In the report's order.
std::vector<std::string> treatments(const GrowthReport& report);

}  // namespace tracetax::growth_words
