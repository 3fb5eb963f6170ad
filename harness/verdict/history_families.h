#pragma once
// Which results may stand in one series. Internal to harness/verdict.

#include <cstdint>
#include <string>
#include <vector>

#include "harness/verdict/history.h"

namespace tracetax {

struct Family {
  HistoryFamily values{};
  std::vector<const DatedResult*> results{};  // as values.runs
};

struct LeftOut {
  std::uint32_t older = 0;  // than asked for
  std::vector<HistorySkipped> skipped{};
};

// The newest family first. The results must outlive the families.
std::vector<Family> families_of(const std::vector<DatedResult>& results, const HistoryTerms& terms, LeftOut& left_out);

// What else differs, "git commit: 3f2c91a → 8d01b77"; empty: nothing that is known.
std::vector<std::string> differences_between(const Environment& before, const Environment& after);

}  // namespace tracetax
