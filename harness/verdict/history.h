#pragma once
// Many results in order of time: series of overheads, where they change, and whether the last change is a rise. Pure.

#include <string>
#include <vector>

#include "harness/results/history.h"
#include "harness/results/result.h"

namespace tracetax {

struct DatedResult {
  std::string source;  // where it was read
  Result result{};
};

struct HistoryTerms {
  std::vector<std::string> metrics{};  // these alone, with a budget or without; empty: all with a budget
  std::vector<std::string> arms{};     // these treatments alone; empty: all
  std::int64_t since_unix_s = 0;       // results that began before are left out
  bool any_machine = false;            // results of all classes of machine in one series
  double confidence = 0.95;            // of intervals
  double false_alarms = 0.05;          // of all judged series together
};

// What of the results cannot stand in a series is in `skipped`: not valid, cut short, without a fingerprint, a copy of
// another. The others become families of one scenario (fingerprint), method and, unless told
// otherwise, class of machine (CPU, cores, kind of build), as `compare` would compare them.
//
// Every series is cut by ChangePointFinder (harness/stats), and Holm's procedure decides over all that are judged which
// of them changed at all, so that the chance of even one false change among them is at most `false_alarms`; the others
// (asked for without a budget, or of a scenario that has since changed) are a second such group, without a verdict.
HistoryReport make_history(const std::vector<DatedResult>& results, const HistoryTerms& terms);

// 0 no judged series rose; 1 one did; 3 there is none that has enough results to say so.
int exit_code(const HistoryReport& report);

}  // namespace tracetax
