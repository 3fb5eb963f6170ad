#include "harness/verdict/comparison.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "harness/stats/power.h"

namespace tracetax {
namespace {

std::optional<double> value_in(const TrialValues& trial, const MetricKey& key) {
  const auto found = trial.values.find(key);
  if (found == trial.values.end()) return std::nullopt;
  return found->second;
}

// A share whose counts differed in no block has a spread of 0, which would claim certainty. What was seen is that none
// of n counted things went differently; the exact bound on how many could have is the half width.
void widen_by_counts(Measured& measured, const std::vector<PairedTrial>& pairs, double confidence) {
  Proportion counted;
  for (const PairedTrial& pair : pairs) {
    const auto found = pair.treatment->shares.find(measured.comparison.metric);
    if (found != pair.treatment->shares.end()) counted += found->second;
  }
  if (counted.draws == 0 || measured.absolute.standard_error > 0) return;
  const double bound = clopper_pearson(0, counted.draws, confidence).high;
  measured.comparison.absolute.low -= bound;
  measured.comparison.absolute.high += bound;
}

// In standard deviations of a unit. It takes a search with the noncentral t, and all metrics of a result share one or
// two of them.
double smallest_effect_per_deviation(std::uint32_t units, double confidence) {
  thread_local std::map<std::pair<std::uint32_t, double>, double> known;
  const auto [found, is_new] = known.try_emplace({units, confidence});
  if (is_new) found->second = minimum_detectable_effect(1, units, confidence);
  return found->second;
}

}  // namespace

std::optional<Measured> compare(const std::vector<PairedTrial>& pairs, const MetricKey& key,
                                const ComparisonTerms& terms) {
  std::vector<double> controls;
  std::vector<double> treatments;
  std::vector<double> differences;
  std::vector<double> log_ratios;
  std::vector<std::uint32_t> launches;
  for (const PairedTrial& pair : pairs) {
    const auto before = value_in(*pair.control, key);
    const auto after = value_in(*pair.treatment, key);
    if (!before || !after) continue;
    controls.push_back(*before);
    treatments.push_back(*after);
    differences.push_back(*after - *before);
    launches.push_back(pair.launch);
    if (*before > 0 && *after > 0) log_ratios.push_back(std::log(*after / *before));
  }
  if (differences.size() < 2) return std::nullopt;

  Measured measured;
  Comparison& comparison = measured.comparison;
  comparison.metric = key.metric;
  comparison.service = key.service;
  comparison.phase = terms.phase;
  comparison.control = terms.control;
  comparison.treatment = terms.treatment;
  comparison.confidence = terms.confidence;
  comparison.blocks = static_cast<std::uint32_t>(differences.size());
  // Over the same units as the difference, so that treatment - control is the difference shown.
  comparison.control_value = estimate_mean(independent_units(controls, launches)).mean;
  comparison.treatment_value = estimate_mean(independent_units(treatments, launches)).mean;
  measured.absolute = estimate_mean(independent_units(differences, launches));
  const double confidence = 1 - 2 * terms.level;
  const Interval absolute = student_interval(measured.absolute, confidence);
  comparison.units = static_cast<std::uint32_t>(measured.absolute.units);
  comparison.difference = {measured.absolute.mean, measured.absolute.standard_error};
  const double unit_deviation = measured.absolute.standard_error * std::sqrt(static_cast<double>(comparison.units));
  comparison.smallest_effect = unit_deviation * smallest_effect_per_deviation(comparison.units, confidence);
  comparison.absolute = {measured.absolute.mean, absolute.low, absolute.high};
  measured.never_more = std::ranges::all_of(differences, [](double d) { return d <= 0; });
  if (log_ratios.size() == differences.size()) {
    measured.log_ratio = estimate_mean(independent_units(log_ratios, launches));
    const Interval ratio = student_interval(*measured.log_ratio, confidence);
    comparison.log_ratio = UnitMean{measured.log_ratio->mean, measured.log_ratio->standard_error};
    comparison.relative = Estimate{std::expm1(measured.log_ratio->mean), std::expm1(ratio.low), std::expm1(ratio.high)};
  }
  widen_by_counts(measured, pairs, confidence);
  return measured;
}

std::vector<Measured> compare_all(const std::vector<PairedTrial>& pairs, const ComparisonTerms& terms) {
  std::set<std::string> services{""};
  for (const PairedTrial& pair : pairs) {
    for (const auto& [key, value] : pair.treatment->values) services.insert(key.service);
  }
  std::vector<Measured> all;
  for (const MetricInfo& metric : all_metrics()) {
    if (terms.phase == Phase::pairs && !metric.pairs_allowed) continue;
    for (const std::string& service : services) {
      auto measured = compare(pairs, {std::string(metric.name), service}, terms);
      if (measured) all.push_back(std::move(*measured));
    }
  }
  return all;
}

}  // namespace tracetax
