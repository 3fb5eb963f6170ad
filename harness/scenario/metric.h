#pragma once
// The metrics a budget can name and a comparison can carry (docs/scenario.md lists them for users).

#include <span>
#include <string_view>

#include "harness/scenario/phase.h"

namespace tracetax {

enum class Unit { nanoseconds, fraction, per_second, bytes, count };

struct MetricInfo {
  std::string_view name;  // "latency.p50", "cpu_per_call", …
  Unit unit;
  bool higher_is_worse;  // false only for throughput
  bool per_service;      // can carry a `service`
  Phase phase;           // which carries it unless a budget says otherwise
  bool pairs_allowed;    // pairs may carry it: traced arms disturb the untraced one, which hides cost in tails and CPU
};

// All metrics, in the order reports show them: latency.{mean,trimmed_mean,p50,p90,p95,p99,p99_9,max},
// service_time.{the same}, throughput, error_rate, cpu_per_call, memory, network_per_span, network_per_call,
// spans_lost. A trimmed mean is that of the calls without the fastest and the slowest 5 %.
std::span<const MetricInfo> all_metrics();

// nullptr when there is none of that name.
const MetricInfo* find_metric(std::string_view name);

}  // namespace tracetax
