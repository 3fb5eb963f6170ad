#pragma once
// Two results of one scenario held against each other: did the *overhead* grow? What `tracetax compare` found, as
// values (schema "tracetax.compare/1", docs/results.md). Reports are functions of this and nothing else.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/results/result.h"

namespace tracetax {

// What a reader needs of either result to find it again.
struct ComparedResult {
  std::string source{};  // folder or file, as given
  std::int64_t started_at_unix_s = 0;
  std::uint64_t seed = 0;
  std::uint32_t blocks = 0;
  bool valid = true, finished = true;
  Environment environment{};
};

// One comparison that both results have. Overheads are treatment − control, growth is overhead now − overhead before,
// so whatever changed in both arms (another room, a slower disk) is in neither.
struct Growth {
  std::string metric;
  std::string service{};  // empty: the whole system
  Phase phase = Phase::blocks;
  std::string control, treatment;
  Estimate before{}, now{};  // overheads, in the metric's unit
  std::optional<Estimate> before_relative{}, now_relative{};
  Estimate absolute{};                 // in the metric's unit
  std::optional<Estimate> relative{};  // (1 + overhead now) ÷ (1 + overhead before) − 1; absent where either has none
  double confidence = 0.95;
};

// A budget of the later result, held to what one change may use up of it. Numbers are increases for the worse.
struct GrowthBudget {
  std::string metric;
  std::string arm;
  std::string service{};
  Phase phase = Phase::blocks;
  double limit = 0;  // of the budget itself
  bool relative = false;
  double allowed = 0;                      // growth, on the scale of the limit
  double before = 0, now = 0;              // overheads, likewise
  double estimate = 0, low = 0, high = 0;  // growth
  bool measured = false;                   // in both results
  Verdict verdict = Verdict::inconclusive;
  std::uint32_t blocks_needed = 0;  // of the later result, about, the baseline staying as it is; 0: decided or unknown
  std::uint32_t blocks_needed_each = 0;  // of both, where more blocks of the later one alone would not do
  std::string detail{};
};

struct GrowthReport {
  std::string name;  // of the scenario
  Verdict verdict = Verdict::inconclusive;
  bool valid = true;  // both results are; false: exit code 4
  ComparedResult baseline{}, later{};
  double allow = 0.5;  // share of a budget that one change may use up
  double confidence = 0.95;
  bool forced = false;  // compared in spite of different machines
  std::vector<Growth> growths{};
  std::vector<GrowthBudget> budgets{};
  std::vector<std::string> notes{};  // what a reader must know before believing the numbers
};

std::string write_growth_json(const GrowthReport&);

}  // namespace tracetax
