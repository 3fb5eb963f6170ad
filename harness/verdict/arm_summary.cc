#include "harness/verdict/arm_summary.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "harness/stats/quantile.h"
#include "harness/verdict/trial_values.h"

namespace tracetax {
namespace {

std::int64_t rounded(double value) {
  return static_cast<std::int64_t>(std::llround(value));
}

LatencySummary summary_of(const std::vector<double>& sorted) {
  LatencySummary summary;
  if (sorted.empty()) return summary;
  summary.count = sorted.size();
  summary.mean_ns = rounded(mean_of(sorted));
  summary.trimmed_mean_ns = rounded(trimmed_mean_of_sorted(sorted));
  summary.p50_ns = rounded(quantile_of_sorted(sorted, 0.5));
  summary.p90_ns = rounded(quantile_of_sorted(sorted, 0.9));
  summary.p95_ns = rounded(quantile_of_sorted(sorted, 0.95));
  summary.p99_ns = rounded(quantile_of_sorted(sorted, 0.99));
  summary.p99_9_ns = rounded(quantile_of_sorted(sorted, 0.999));
  summary.max_ns = rounded(sorted.back());
  return summary;
}

struct ServiceTotals {
  ServiceSummary summary{};
  std::vector<double> memory{};
  double sent = 0, received = 0;
};

void add(TraceSummary& total, const TraceSummary& traces) {
  total.traces += traces.traces;
  total.orphans += traces.orphans;
  total.multi_root += traces.multi_root;
  total.requests += traces.requests;
  for (const auto& [services, count] : traces.service_sets) total.service_sets[services] += count;
}

}  // namespace

ArmSummary summarise(const Arm& arm, std::span<const TrialRecord> trials) {
  ArmSummary summary;
  summary.name = arm.name;
  summary.role = arm.role == Role::control ? "control" : "treatment";
  std::vector<Sample> samples;
  std::map<std::string, ServiceTotals> services;
  std::uint64_t sent_calls = 0;
  Nanos duration{};
  const bool alone = std::ranges::any_of(trials, [](const TrialRecord& t) { return t.phase == Phase::blocks; });
  for (const TrialRecord& trial : trials) {
    if (trial.arm != arm.name) continue;
    summary.calls += trial.calls;
    for (const auto& [service, counts] : trial.spans) {
      summary.spans += counts;
      services[service].summary.spans += counts;
    }
    add(summary.traces, trial.traces);
    if (!trial.failure.empty() || (alone && trial.phase != Phase::blocks)) continue;
    samples.insert(samples.end(), trial.samples.begin(), trial.samples.end());
    sent_calls += trial.calls.sent();
    duration += trial.duration;
    for (const ServiceUsage& usage : trial.services) {
      ServiceTotals& totals = services[usage.name];
      totals.summary.processes = usage.processes;
      totals.summary.cpu_ns += usage.cpu.count();
      totals.memory.push_back(static_cast<double>(usage.memory_bytes));
      totals.sent += static_cast<double>(usage.network_sent_bytes);
      totals.received += static_cast<double>(usage.network_received_bytes);
    }
  }
  summary.latency = summary_of(sorted_latencies(samples));
  summary.service_time = summary_of(sorted_service_times(samples));
  if (const std::vector<double> lags = sorted_send_lags(samples); !lags.empty()) {
    summary.send_lag_p50_ns = rounded(quantile_of_sorted(lags, 0.5));
    summary.send_lag_p99_ns = rounded(quantile_of_sorted(lags, 0.99));
  }
  if (duration > Nanos{}) summary.throughput_per_s = static_cast<double>(summary.latency.count) / to_seconds(duration);
  if (summary.calls.planned > 0) {
    summary.error_rate = static_cast<double>(summary.calls.failed()) / static_cast<double>(summary.calls.planned);
  }
  for (auto& [name, totals] : services) {
    ServiceSummary& service = totals.summary;
    service.name = name;
    if (!totals.memory.empty()) service.memory_bytes = static_cast<std::uint64_t>(rounded(median_of(totals.memory)));
    if (sent_calls > 0) {
      const auto calls = static_cast<double>(sent_calls);
      service.cpu_per_call_ns = rounded(static_cast<double>(service.cpu_ns) / calls);
      service.network_sent_bytes_per_call = totals.sent / calls;
      service.network_received_bytes_per_call = totals.received / calls;
    }
    summary.services.push_back(std::move(service));
  }
  return summary;
}

}  // namespace tracetax
