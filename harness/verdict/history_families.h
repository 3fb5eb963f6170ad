#pragma once
// Which results may stand in one series. Internal to harness/verdict.

#include <string>
#include <vector>

#include "harness/verdict/history.h"

namespace tracetax {

struct Family {
  HistoryFamily values{};
  std::vector<const DatedResult*> results{};  // as values.runs
};

// The newest family first. What belongs to none is in `skipped`, with the reason. The results must outlive the
// families.
std::vector<Family> families_of(const std::vector<DatedResult>& results, const HistoryTerms& terms,
                                std::vector<HistorySkipped>& skipped);

// What else differs, "git commit: 3f2c91a → 8d01b77"; empty: nothing that is known.
std::vector<std::string> differences_between(const Environment& before, const Environment& after);

}  // namespace tracetax
