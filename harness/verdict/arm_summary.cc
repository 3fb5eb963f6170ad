#include "harness/verdict/arm_summary.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "harness/stats/quantile.h"

namespace tracetax {
namespace {

std::int64_t rounded(double value) {
  return static_cast<std::int64_t>(std::llround(value));
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

// Medians of the arm's trials; arrivals of those that know them.
GeneratorAudit audit_of(const std::vector<const TrialRecord*>& trials, std::uint32_t workers) {
  GeneratorAudit audit;
  audit.trials = static_cast<std::uint32_t>(trials.size());
  if (trials.empty()) return audit;
  std::vector<const TrialRecord*> heard;
  for (const TrialRecord* trial : trials) {
    audit.arrivals.count += trial->arrivals.count;
    if (trial->arrivals.count > 0) heard.push_back(trial);
  }
  const auto median = [](const std::vector<const TrialRecord*>& of, auto value) {
    std::vector<double> values;
    for (const TrialRecord* trial : of) values.push_back(static_cast<double>(value(*trial)));
    return median_of(values);
  };
  const auto per_call = [](Nanos time, const TrialRecord& t) {
    return static_cast<double>(time.count()) / static_cast<double>(std::max<std::uint64_t>(t.calls.sent(), 1));
  };
  audit.working_ns_per_call =
      rounded(median(trials, [&](const TrialRecord& t) { return per_call(t.generator_cpu - t.generator_spun, t); }));
  audit.spun_ns_per_call = rounded(median(trials, [&](const TrialRecord& t) { return per_call(t.generator_spun, t); }));
  audit.busy_share = median(trials, [&](const TrialRecord& t) { return busy_share_of(t, workers); });
  audit.steal_share = median(trials, [](const TrialRecord& t) { return t.steal_share; });
  audit.preempted_per_s = median(trials, [](const TrialRecord& t) {
    const double time = to_seconds(t.duration);
    return time > 0 ? static_cast<double>(t.generator_preempted) / time : 0.0;
  });
  if (heard.empty()) return audit;
  const auto of_arrivals = [&](auto member) {
    return median(heard, [&](const TrialRecord& t) { return t.arrivals.*member; });
  };
  audit.arrivals.rate_per_s = of_arrivals(&ArrivalSummary::rate_per_s);
  audit.arrivals.planned_per_s = of_arrivals(&ArrivalSummary::planned_per_s);
  audit.arrivals.variation = of_arrivals(&ArrivalSummary::variation);
  audit.arrivals.planned_variation = of_arrivals(&ArrivalSummary::planned_variation);
  audit.arrivals.fit_distance = of_arrivals(&ArrivalSummary::fit_distance);
  audit.arrivals.fit_p = of_arrivals(&ArrivalSummary::fit_p);
  audit.arrivals.delay_p50_ns = rounded(of_arrivals(&ArrivalSummary::delay_p50_ns));
  audit.arrivals.delay_p99_ns = rounded(of_arrivals(&ArrivalSummary::delay_p99_ns));
  return audit;
}

}  // namespace

ArmSummary summarise(const Arm& arm, const Digest& digest, std::uint32_t workers) {
  const std::span<const TrialRecord> trials = digest.trials();
  ArmSummary summary;
  summary.name = arm.name;
  summary.role = arm.role == Role::control ? "control" : "treatment";
  std::vector<const TrialRecord*> audited;
  std::map<std::string, ServiceTotals> services;
  std::uint64_t sent_calls = 0;
  Nanos duration{};
  const bool alone = std::ranges::any_of(trials, [](const TrialRecord& t) { return t.phase == Phase::blocks; });
  for (const TrialRecord& trial : trials) {
    if (trial.arm != arm.name) continue;
    summary.calls += trial.calls;
    for (const auto& [service, counts] : trial.spans) {
      summary.spans += countable(counts);
      services[service].summary.spans += counts;
    }
    add(summary.traces, trial.traces);
    if (!trial.failure.empty() || (alone && trial.phase != Phase::blocks)) continue;
    audited.push_back(&trial);
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
  if (const Digest::Pool* pool = digest.pool(arm.name, alone ? Phase::blocks : Phase::pairs)) {
    summary.latency = pool->latency.summary();
    summary.service_time = pool->service_time.summary();
    if (pool->send_lag.count() > 0) {
      summary.send_lag_p50_ns = rounded(pool->send_lag.quantile(0.5));
      summary.send_lag_p99_ns = rounded(pool->send_lag.quantile(0.99));
    }
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
  summary.generator = audit_of(audited, workers);
  return summary;
}

}  // namespace tracetax
