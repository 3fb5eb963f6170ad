#include "harness/verdict/digest.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "harness/base/ensure.h"
#include "harness/results/details.h"
#include "harness/stats/quantile.h"

namespace tracetax {
namespace {

// One hour; a longer time is beyond every timeout.
constexpr HistogramRange rough_range{.lowest = 1, .highest = 3'600'000'000'000, .digits = 4};
constexpr double trimmed_share = 0.05;

std::int64_t rounded(double value) {
  return static_cast<std::int64_t>(std::llround(value));
}

// A quantile with fewer calls beyond it than this jumps with each of them.
constexpr double least_beyond = 5;

std::vector<double> at_grid(const std::vector<double>& sorted) {
  std::vector<double> values;
  const auto count = static_cast<double>(sorted.size());
  for (const double percent : percent_grid) {
    const bool enough = percent < 100 && count * (100 - percent) / 100 >= least_beyond;
    values.push_back(enough ? quantile_of_sorted(sorted, percent / 100) : std::nan(""));
  }
  return values;
}

std::vector<TrialStep> steps_of(const TrialRecord& trial) {
  std::map<std::int64_t, std::vector<double>> by_step;
  for (const Sample& sample : trial.samples) {
    if (sample.outcome == Outcome::ok || sample.outcome == Outcome::tool_error)
      by_step[sample.intended / timeline_step].push_back(static_cast<double>(sample.latency().count()));
  }
  std::vector<TrialStep> steps;
  for (auto& [step, latencies] : by_step) {
    if (step < 0) continue;
    steps.resize(static_cast<std::size_t>(step) + 1);
    std::ranges::sort(latencies);
    steps.back() = {latencies.size(), quantile_of_sorted(latencies, 0.5), latencies.back()};
  }
  return steps;
}

}  // namespace

void PooledTimes::add(std::span<const double> times_ns) {
  for (const double time : times_ns) {
    ++count_;
    sum_ += time;
    max_ = std::max(max_, time);
  }
  if (!rough_) {
    exact_.insert(exact_.end(), times_ns.begin(), times_ns.end());
    sorted_ = false;
    if (exact_.size() > most_exact) make_rough();
    return;
  }
  for (const double time : times_ns) rough_->record(rounded(time));
}

void PooledTimes::make_rough() {
  rough_.emplace(rough_range);
  for (const double time : exact_) rough_->record(rounded(time));
  std::vector<double>().swap(exact_);
}

double PooledTimes::quantile(double p) const {
  ensure(count_ > 0, "a quantile needs times");
  if (rough_) return static_cast<double>(rough_->percentile(100 * p));
  if (!sorted_) std::ranges::sort(exact_);
  sorted_ = true;
  return quantile_of_sorted(exact_, p);
}

LatencySummary PooledTimes::summary() const {
  LatencySummary summary;
  if (count_ == 0) return summary;
  summary.count = count_;
  summary.mean_ns = rounded(sum_ / static_cast<double>(count_));
  summary.p50_ns = rounded(quantile(0.5));
  summary.p90_ns = rounded(quantile(0.9));
  summary.p95_ns = rounded(quantile(0.95));
  summary.p99_ns = rounded(quantile(0.99));
  summary.p99_9_ns = rounded(quantile(0.999));
  summary.max_ns = rounded(max_);
  if (!rough_) {
    summary.trimmed_mean_ns = rounded(trimmed_mean_of_sorted(exact_));
    return summary;
  }
  // The trimmed mean is the mean of the quantile function between the shares that are left out.
  constexpr int steps = 1000;
  double sum = 0;
  for (int i = 0; i < steps; ++i) sum += quantile(trimmed_share + (1 - 2 * trimmed_share) * (i + 0.5) / steps);
  summary.trimmed_mean_ns = rounded(sum / steps);
  return summary;
}

void Digest::add(TrialRecord trial) {
  const TrialTimes times = times_of(trial.samples);
  values_.push_back(values_of(trial, times));
  curves_.push_back({at_grid(times.latency), at_grid(times.service_time)});
  steps_.push_back(steps_of(trial));
  if (trial.failure.empty()) {
    Pool& pool = pools_[{trial.arm, trial.phase}];
    pool.latency.add(times.latency);
    pool.service_time.add(times.service_time);
    pool.send_lag.add(times.send_lag);
  }
  std::vector<Sample>().swap(trial.samples);  // `= {}` would keep the room
  trials_.push_back(std::move(trial));
}

const Digest::Pool* Digest::pool(const std::string& arm, Phase phase) const {
  const auto found = pools_.find({arm, phase});
  return found == pools_.end() ? nullptr : &found->second;
}

}  // namespace tracetax
