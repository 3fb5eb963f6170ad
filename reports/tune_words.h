#pragma once
// The sentences and tables of a search that text and Markdown share. Internal to reports.

#include <optional>
#include <string>
#include <vector>

#include "harness/results/tune.h"
#include "reports/table.h"

namespace tracetax::tune_words {

// A value of the knob, three digits: "0.212", "143 µs", "400/s", "64.0 kB".
std::string knob(const TuneReport& report, double x);

// "0.21 keeps all 3 budgets; the most that does is about 0.231, and more than 0.252 breaks one."
std::string answer(const TuneReport& report, const TuneSearch& search);
// What would sharpen it, or decide what is open. May be empty.
std::string advice(const TuneReport& report, const TuneSearch& search);
Verdict verdict_of(const TuneSearch& search);  // for its colour: an answer, none, not known

// One row a search.
Table searches(const TuneReport& report);
// One budget over all probes, by value of the knob.
Table curve(const TuneReport& report, const TuneSearch& search, std::size_t budget);
std::vector<Verdict> curve_verdicts(const TuneSearch& search, std::size_t budget);
// "line through 5 of 6 probes: +0.41 % at 0, +1.98 % for each 0.1; it meets the limit of +5.00 % at 0.231 (0.213 to
// 0.252)".
std::string line(const TuneReport& report, const TuneSearch& search, const TuneCurve& curve);
std::string title(const TuneCurve& curve);
std::string limit(const TuneCurve& curve);

}  // namespace tracetax::tune_words
