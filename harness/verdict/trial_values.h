#pragma once
// One trial as numbers: a value per metric, and per service where the metric has services.

#include <compare>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/results/trial.h"

namespace tracetax {

// The collector's stand-in. Its cost is shown but never charged to the system under test.
inline constexpr std::string_view sink_service = "sink";

struct MetricKey {
  std::string metric;
  std::string service{};  // empty: the whole system
  auto operator<=>(const MetricKey&) const = default;
};

// Hits among draws, for the metrics that are a share of counted things.
struct Proportion {
  std::uint64_t hits = 0, draws = 0;
  Proportion& operator+=(const Proportion& other) {
    hits += other.hits;
    draws += other.draws;
    return *this;
  }
};

struct TrialValues {
  std::map<MetricKey, double> values{};        // in the metric's unit; a metric that has no value here is not in it
  std::map<std::string, Proportion> shares{};  // error_rate, spans_lost
};

// Ascending, in nanoseconds.
struct TrialTimes {
  std::vector<double> latency{}, service_time{};  // of answered calls (ok and tool_error): others have none
  std::vector<double> send_lag{};                 // of calls that were sent
};
TrialTimes times_of(const std::vector<Sample>& samples);

// `times`: of the trial's samples. docs/statistics.md ("What each metric is") defines every value.
TrialValues values_of(const TrialRecord& trial, const TrialTimes& times);

// The share of the load threads' time that was work, not waiting awake. `workers`: load threads. 0 for a trial without
// duration.
double busy_share_of(const TrialRecord& trial, std::uint32_t workers);

// The quantile that a metric's name ends in ("latency.p99_9" -> 0.999); below 0 when it ends in none.
double quantile_in(std::string_view metric);

// What a sum over services takes of one's spans. A program of the user's does not say how many it started: what was
// received of it is all that is known, and counts as all there was, so that it hides no loss of another service.
SpanCounts countable(const SpanCounts& of_service);
SpanCounts total_spans(const TrialRecord& trial);

}  // namespace tracetax
