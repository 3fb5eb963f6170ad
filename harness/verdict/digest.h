#pragma once
// All trials of a run, as far as a result needs them: their samples are taken in and let go, so that memory does not
// grow with the number of calls.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/time.h"
#include "harness/results/histogram.h"
#include "harness/results/result.h"
#include "harness/results/trial.h"
#include "harness/verdict/trial_values.h"

namespace tracetax {

// Times of many trials together, for display: arms are compared trial by trial. Exact up to `most_exact` of them;
// beyond, quantiles and the trimmed mean come from an HdrHistogram of 4 digits. Mean, count and maximum are always
// exact.
class PooledTimes {
 public:
  static constexpr std::size_t most_exact = 1u << 18;

  void add(std::span<const double> times_ns);
  std::uint64_t count() const { return count_; }
  double quantile(double p) const;  // at least one time (ensured)
  double max_ns() const { return max_; }
  LatencySummary summary() const;

 private:
  void make_rough();

  mutable std::vector<double> exact_{};
  mutable bool sorted_ = true;
  std::optional<Histogram> rough_{};
  std::uint64_t count_ = 0;
  double sum_ = 0;
  double max_ = 0;
};

// Where the quantiles of one trial's calls lie, at percent_grid. NaN: fewer than 5 calls beyond it.
struct TrialCurve {
  std::vector<double> latency_ns{}, service_time_ns{};
};
// One trial's calls by when they were due, in steps of `timeline_step`.
struct TrialStep {
  std::uint64_t calls = 0;  // answered
  double p50_ns = 0, max_ns = 0;
};
inline constexpr Nanos timeline_step = std::chrono::seconds(1);

class Digest {
 public:
  struct Pool {
    PooledTimes latency{}, service_time{}, send_lag{};
  };

  void add(TrialRecord trial);

  // In the order in which they were added, without their samples.
  std::span<const TrialRecord> trials() const { return trials_; }
  const TrialValues& values(std::size_t trial) const { return values_.at(trial); }
  const TrialCurve& curve(std::size_t trial) const { return curves_.at(trial); }
  const std::vector<TrialStep>& steps(std::size_t trial) const { return steps_.at(trial); }
  // Of the arm's valid trials of that phase; null: there are none.
  const Pool* pool(const std::string& arm, Phase phase) const;

 private:
  std::vector<TrialRecord> trials_{};
  std::vector<TrialValues> values_{};
  std::vector<TrialCurve> curves_{};
  std::vector<std::vector<TrialStep>> steps_{};
  std::map<std::pair<std::string, Phase>, Pool> pools_{};
};

}  // namespace tracetax
