#pragma once
// The words and numbers all reports share, and the line that a run shows meanwhile, so that they never say it
// differently. Internal to reports and harness/cli.

#include <string>
#include <string_view>
#include <vector>

#include "harness/results/result.h"

namespace tracetax::words {

// What a person calls the thing that grew: "the median call", "the CPU time per call of gateway".
std::string phrase(std::string_view metric, std::string_view service = {});

// "latency p50", "CPU per call, gateway".
std::string metric_title(std::string_view metric, std::string_view service = {});

// The same with the phase where it is not blocks: "latency p50 (pairs)".
std::string metric_title(std::string_view metric, std::string_view service, Phase phase);
std::string metric_title(const BudgetResult& budget);
std::string metric_title(const Comparison& comparison);

// A level: "1.71 ms", "398 /s", "0.12 %", "12.3 MB". A difference has a sign, and shares differ in percentage points.
std::string value(std::string_view metric, double value);
std::string difference(std::string_view metric, double value);
// "+16.0 to +23.0 µs": one unit for both ends.
std::string interval(std::string_view metric, double low, double high);
std::string relative(double fraction);                   // "+1.07 %"
std::string relative_interval(double low, double high);  // "+0.90 to +1.40 %"

// The limit as a person wrote it: "+5 %", "+30.0 µs".
std::string limit(std::string_view metric, double limit, bool relative);
std::string limit(const BudgetResult& budget);
std::string budget_estimate(const BudgetResult& budget);
std::string budget_interval(const BudgetResult& budget);
bool was_measured(const BudgetResult& budget);

// The comparison a budget was judged by; nullptr when there is none.
const Comparison* comparison_of(const Result& result, const BudgetResult& budget);
// 0.95 when nothing was compared.
double confidence_of(const Result& result);
std::string confidence(const Result& result);  // "95 %"

// "ratio10 adds 19.0 µs (+1.1 %, 95 % interval +0.9 to +1.4 %) to the median call: within the budget of 5 %."
std::string sentence(const Result& result, const BudgetResult& budget);
// The sentence of the budget or check that decides the whole verdict.
std::string headline(const Result& result);
// "3 budgets and 2 checks: 4 within, 1 inconclusive."
std::string tally(const Result& result);
// Why an inconclusive budget is, and what would decide it; the budget's detail otherwise. May be empty.
std::string explanation(const Result& result, const BudgetResult& budget);

// "12,031 planned = 12,030 ok + 1 timed out".
std::string calls_line(const OutcomeCounts& calls);
// "120,000 started = 108,000 not sampled + 12,000 received + 0 lost"; "none started" for an arm without spans. Of
// services that do not say what they started: that only what was received of theirs is known.
std::string spans_line(const ArmSummary& arm);
// "8 of 24 blocks, all decided at look 2, window 5.00 s, 8 launches, seed 42, took 3 min 12 s".
std::string plan_line(const Result& result);
// "45.0 s", "3 min 12 s", "1 h 4 min".
std::string duration(Nanos);
// "host, 2 cores (cpu), kernel, compiler, build; name version, …".
std::string environment_line(const Environment& environment);

// Share expected and found by a check, as text.
std::string share(double fraction);
std::string check_value(const CheckResult& check, double value);  // with its unit
std::string check_expected(const CheckResult& check);             // "at most 1.00 %"
std::string check_interval(const CheckResult& check);
std::string check_title(const CheckResult& check);

// One arm's main numbers, and the header above them.
std::vector<std::string> arm_header();
std::vector<std::string> arm_cells(const ArmSummary& arm);
// Above latency tables: open or closed loop, from when to when.
std::string latency_caption(const Result& result);
// "tools runs elsewhere in …: it is measured from outside only"; one for each service that does.
std::vector<std::string> outside(const Result& result);

}  // namespace tracetax::words
