#pragma once
// A treatment against the control, block by block, in one phase. Internal to harness/verdict.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/results/result.h"
#include "harness/scenario/metric.h"
#include "harness/stats/mean_interval.h"
#include "harness/verdict/trial_values.h"

namespace tracetax {

// The two arms' values in the blocks where both have one.
struct PairedTrial {
  std::uint32_t block = 0, launch = 0;
  const TrialValues* control = nullptr;
  const TrialValues* treatment = nullptr;
};

// A Comparison and what a verdict needs beyond it.
struct Measured {
  Comparison comparison{};
  MeanEstimate absolute{};                  // of the differences, over independent units
  std::optional<MeanEstimate> log_ratio{};  // of ln(treatment ÷ control); absent where a value is not above 0
  bool never_more = false;                  // in no block had the treatment more than the control
};

// What all comparisons of a result share.
struct ComparisonTerms {
  Phase phase = Phase::blocks;
  std::string control, treatment;
  double confidence = 0.95;  // that the intervals hold over all looks
  double level = 0.025;      // one-sided, of this look: each end of an interval is exceeded with this chance
};

// Empty when fewer than two blocks have the metric in both arms: then there is no spread and nothing can be said.
std::optional<Measured> compare(const std::vector<PairedTrial>& pairs, const MetricKey& key,
                                const ComparisonTerms& terms);

// All metrics that the phase may carry and the pairs have, in the order of all_metrics(); services by name after the
// whole system.
std::vector<Measured> compare_all(const std::vector<PairedTrial>& pairs, const ComparisonTerms& terms);

}  // namespace tracetax
