#include "harness/experiment/audit.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/stats/arrivals.h"
#include "harness/stats/quantile.h"
#include "harness/verdict/trial_values.h"

namespace tracetax {
namespace {

std::vector<double> gaps_of(std::span<const Nanos> times) {
  std::vector<double> gaps;
  for (std::size_t i = 1; i < times.size(); ++i) gaps.push_back(to_seconds(times[i] - times[i - 1]));
  return gaps;
}

// On the scale of calls expected since the window began, where a Poisson process of any changing rate has rate 1 (the
// time-rescaling theorem; Brown et al. 2002, Neural Computation 14:325).
std::vector<double> gaps_of_calls(std::span<const Nanos> times, Nanos start, const RateProfile& profile) {
  const auto expected = [&](Nanos time) { return profile.expected(std::max(Nanos{}, time - start)); };
  std::vector<double> gaps;
  for (std::size_t i = 1; i < times.size(); ++i) gaps.push_back(expected(times[i]) - expected(times[i - 1]));
  return gaps;
}

// Arrivals from an open loop whose gaps are not all 0.
bool has_rate(std::span<const Nanos> times) {
  return times.size() >= 3 && times.back() > times.front();
}

double rate_of(std::span<const Nanos> times) {
  return static_cast<double>(times.size() - 1) / to_seconds(times.back() - times.front());
}

using Value = std::function<double(const TrialRecord&)>;

// Of the arm's valid trials for which there is a value; below 0: there is none.
double median_over(std::span<const TrialRecord> trials, const std::string& arm, const Value& value) {
  std::vector<double> values;
  for (const TrialRecord& trial : trials) {
    if (trial.arm != arm || !trial.failure.empty()) continue;
    if (const double v = value(trial); v >= 0) values.push_back(v);
  }
  return values.empty() ? -1 : median_of(values);
}

}  // namespace

ArrivalSummary audit_arrivals(std::span<const Nanos> arrived, Nanos start, const std::vector<Sample>& samples,
                              const Load& load, Phase phase) {
  ArrivalSummary summary;
  std::vector<Nanos> due;
  for (const Sample& sample : samples) {
    if (sample.outcome != Outcome::never_sent) due.push_back(start + sample.intended);
  }
  std::ranges::sort(due);
  if (!has_rate(arrived) || !has_rate(due)) return summary;
  summary.count = arrived.size();
  summary.rate_per_s = rate_of(arrived);
  summary.planned_per_s = rate_of(due);
  const std::vector<double> gaps = gaps_of(arrived);
  summary.variation = coefficient_of_variation(gaps);
  summary.planned_variation = coefficient_of_variation(gaps_of(due));
  const auto* open = std::get_if<OpenArrivals>(&load.arrivals);
  if (open != nullptr && open->by_chance() && phase == Phase::blocks) {
    const GoodnessOfFit fit = open->changes() ? exponential_fit(gaps_of_calls(arrived, start, profile_of(*open)), 1)
                                              : exponential_fit(gaps, 1 / open->rate_per_s);
    summary.fit_distance = fit.distance;
    summary.fit_p = fit.p;
  }
  if (arrived.size() == due.size()) {
    std::vector<double> delays;
    for (std::size_t i = 0; i < due.size(); ++i) delays.push_back(static_cast<double>((arrived[i] - due[i]).count()));
    std::ranges::sort(delays);
    summary.delay_p50_ns = std::llround(quantile_of_sorted(delays, 0.5));
    summary.delay_p99_ns = std::llround(quantile_of_sorted(delays, 0.99));
  }
  return summary;
}

std::vector<std::string> broken_limits(const Scenario& scenario, std::span<const TrialRecord> trials) {
  const LoadLimits& limits = scenario.load.limits;
  const bool open = std::holds_alternative<OpenArrivals>(scenario.load.arrivals);
  std::vector<std::string> broken;
  for (const Arm& arm : scenario.arms) {
    const auto median = [&](const Value& value) { return median_over(trials, arm.name, value); };
    const double rate = median([&](const TrialRecord& t) {
      return open && t.arrivals.count > 0 ? std::abs(t.arrivals.rate_per_s / t.arrivals.planned_per_s - 1) : -1;
    });
    if (rate > limits.rate_error) {
      broken.push_back(fmt::format(
          "arm {}: calls reached the first hop at a rate that is {} off the plan (load.limits.rate_error: {}); lower "
          "load.arrivals.rate, or give the generator cores",
          arm.name, format_share(rate), format_share(limits.rate_error)));
    }
    const double variation = median([&](const TrialRecord& t) {
      return open && t.arrivals.count > 0 ? std::abs(t.arrivals.variation - t.arrivals.planned_variation) : -1;
    });
    if (variation > limits.variation_error) {
      broken.push_back(fmt::format(
          "arm {}: the gaps between arrivals at the first hop vary by {:.2f} of their mean more or less than planned "
          "(load.limits.variation_error: {:.2f}): the load came in clumps; lower load.arrivals.rate, set load.spin, or "
          "give generator and first hop cores",
          arm.name, variation, limits.variation_error));
    }
    const double busy = median([&](const TrialRecord& t) { return busy_share_of(t, scenario.load.workers); });
    if (busy > limits.busy_share) {
      broken.push_back(fmt::format(
          "arm {}: the load threads worked {} of the time (load.limits.busy_share: {}): they are what is measured; "
          "raise load.workers or lower the load",
          arm.name, format_share(busy, 0), format_share(limits.busy_share, 0)));
    }
    const double steal = median([](const TrialRecord& t) { return t.steal_share; });
    if (steal > limits.steal_share) {
      broken.push_back(fmt::format(
          "arm {}: the hypervisor took {} of the CPU time (load.limits.steal_share: {}); measure at a quieter time or "
          "on a machine of your own",
          arm.name, format_share(steal, 0), format_share(limits.steal_share, 0)));
    }
  }
  return broken;
}

}  // namespace tracetax
