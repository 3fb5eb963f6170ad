#include "harness/verdict/trial_values.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "harness/stats/quantile.h"

namespace tracetax {
namespace {

constexpr std::array<std::pair<std::string_view, double>, 5> quantiles{
    {{"p50", 0.5}, {"p90", 0.9}, {"p95", 0.95}, {"p99", 0.99}, {"p99_9", 0.999}}};

bool answered(const Sample& sample) {
  return sample.outcome == Outcome::ok || sample.outcome == Outcome::tool_error;
}
bool was_sent(const Sample& sample) {
  return sample.outcome != Outcome::never_sent;
}

std::vector<double> sorted_times(const std::vector<Sample>& samples, bool (*take)(const Sample&),
                                 Nanos (Sample::*time)() const) {
  std::vector<double> times;
  times.reserve(samples.size());
  for (const Sample& sample : samples) {
    if (take(sample)) times.push_back(static_cast<double>((sample.*time)().count()));
  }
  std::ranges::sort(times);
  return times;
}

void add_times(TrialValues& out, const std::string& prefix, const std::vector<double>& sorted) {
  if (sorted.empty()) return;
  out.values[{prefix + ".mean"}] = mean_of(sorted);
  out.values[{prefix + ".trimmed_mean"}] = trimmed_mean_of_sorted(sorted);
  for (const auto& [name, p] : quantiles) {
    out.values[{prefix + "." + std::string(name)}] = quantile_of_sorted(sorted, p);
  }
  out.values[{prefix + ".max"}] = sorted.back();
}

void add_usage(TrialValues& out, const TrialRecord& trial) {
  double cpu = 0;
  double memory = 0;
  double network = 0;
  const auto calls = static_cast<double>(trial.calls.sent());
  bool any = false;
  for (const ServiceUsage& usage : trial.services) {
    const auto own_cpu = static_cast<double>(usage.cpu.count());
    const auto own_memory = static_cast<double>(usage.memory_bytes);
    const auto own_network = static_cast<double>(usage.network_sent_bytes);
    out.values[{"memory", usage.name}] = own_memory;
    if (calls > 0) {
      out.values[{"cpu_per_call", usage.name}] = own_cpu / calls;
      out.values[{"network_per_call", usage.name}] = own_network / calls;
    }
    if (usage.name == sink_service) continue;
    any = true;
    cpu += own_cpu;
    memory += own_memory;
    network += own_network;
  }
  if (!any) return;
  out.values[{"memory"}] = memory;
  if (calls > 0) {
    out.values[{"cpu_per_call"}] = cpu / calls;
    out.values[{"network_per_call"}] = network / calls;
  }
}

void add_spans(TrialValues& out, const TrialRecord& trial) {
  const SpanCounts spans = total_spans(trial);
  // An arm that exports nothing pays nothing for spans: 0, so that a treatment has something to be compared with.
  out.values[{"network_per_span"}] =
      spans.received > 0 ? static_cast<double>(spans.bytes) / static_cast<double>(spans.received) : 0;
  out.values[{"spans_lost"}] =
      spans.sampled > 0 ? static_cast<double>(spans.lost()) / static_cast<double>(spans.sampled) : 0;
  out.shares["spans_lost"] = {spans.lost(), spans.sampled};
}

}  // namespace

TrialTimes times_of(const std::vector<Sample>& samples) {
  return {sorted_times(samples, answered, &Sample::latency), sorted_times(samples, answered, &Sample::service_time),
          sorted_times(samples, was_sent, &Sample::send_lag)};
}

double busy_share_of(const TrialRecord& trial, std::uint32_t workers) {
  const double time = to_seconds(trial.duration) * workers;
  return time > 0 ? to_seconds(trial.generator_cpu - trial.generator_spun) / time : 0;
}

double quantile_in(std::string_view metric) {
  const std::string_view last = metric.substr(metric.find('.') + 1);
  const auto found = std::ranges::find(quantiles, last, &std::pair<std::string_view, double>::first);
  return found == quantiles.end() ? -1 : found->second;
}

SpanCounts countable(const SpanCounts& of_service) {
  SpanCounts counts = of_service;
  if (counts.started == 0) counts.started = counts.sampled = counts.received;
  return counts;
}

SpanCounts total_spans(const TrialRecord& trial) {
  SpanCounts total;
  for (const auto& [service, counts] : trial.spans) total += countable(counts);
  return total;
}

TrialValues values_of(const TrialRecord& trial, const TrialTimes& times) {
  TrialValues out;
  add_times(out, "latency", times.latency);
  add_times(out, "service_time", times.service_time);
  if (trial.calls.planned > 0) {
    const auto planned = static_cast<double>(trial.calls.planned);
    if (trial.duration > Nanos{}) {
      out.values[{"throughput"}] =
          static_cast<double>(trial.calls.ok + trial.calls.tool_error) / to_seconds(trial.duration);
    }
    out.values[{"error_rate"}] = static_cast<double>(trial.calls.failed()) / planned;
    out.shares["error_rate"] = {trial.calls.failed(), trial.calls.planned};
  }
  add_usage(out, trial);
  add_spans(out, trial);
  return out;
}

}  // namespace tracetax
