#pragma once
// What a reader does about a verdict, in plain words, and what the words of a report mean. Internal to reports;
// docs/reading-the-report.md says the same at length.

#include <string>
#include <vector>

#include "harness/results/result.h"

namespace tracetax::words {

// "Do you have to act?": begins with "No" or "Yes", or says that the data cannot tell and what would make them.
std::string act(const Result& result, const BudgetResult& budget);
std::string act(const Result& result, const CheckResult& check);

// The limit − the interval's upper end: "+3.60 pp", "-3.00 µs" when that end is over; "–" when nothing was measured.
std::string room(const BudgetResult& budget);

struct Meaning {
  std::string word, meaning;
};
// How to read a report of this result.
std::vector<Meaning> reading(const Result& result);

}  // namespace tracetax::words
