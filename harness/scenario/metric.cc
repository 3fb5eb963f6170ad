#include "harness/scenario/metric.h"

#include <algorithm>
#include <array>

namespace tracetax {
namespace {

constexpr bool worse_when_higher = true;
constexpr bool worse_when_lower = false;
constexpr bool of_each_service = true;
constexpr bool of_the_whole = false;

// What of a metric pairs can show.
struct Carried {
  Phase phase;
  bool pairs_allowed;
};
constexpr Carried inline_cost{Phase::pairs, true};
constexpr Carried inline_too{Phase::blocks, true};  // stalls of the machine, which a mean contains, need blocks
constexpr Carried total_only{Phase::blocks, false};

constexpr MetricInfo time_of_calls(std::string_view name, Carried carried) {
  return {name, Unit::nanoseconds, worse_when_higher, of_the_whole, carried.phase, carried.pairs_allowed};
}
constexpr MetricInfo total(std::string_view name, Unit unit, bool higher_is_worse, bool per_service) {
  return {name, unit, higher_is_worse, per_service, total_only.phase, total_only.pairs_allowed};
}

constexpr std::array<MetricInfo, 23> metrics{{
    time_of_calls("latency.mean", inline_too),
    time_of_calls("latency.trimmed_mean", inline_cost),
    time_of_calls("latency.p50", inline_cost),
    time_of_calls("latency.p90", total_only),
    time_of_calls("latency.p95", total_only),
    time_of_calls("latency.p99", total_only),
    time_of_calls("latency.p99_9", total_only),
    time_of_calls("latency.max", total_only),
    time_of_calls("service_time.mean", inline_too),
    time_of_calls("service_time.trimmed_mean", inline_cost),
    time_of_calls("service_time.p50", inline_cost),
    time_of_calls("service_time.p90", total_only),
    time_of_calls("service_time.p95", total_only),
    time_of_calls("service_time.p99", total_only),
    time_of_calls("service_time.p99_9", total_only),
    time_of_calls("service_time.max", total_only),
    total("throughput", Unit::per_second, worse_when_lower, of_the_whole),
    total("error_rate", Unit::fraction, worse_when_higher, of_the_whole),
    total("cpu_per_call", Unit::nanoseconds, worse_when_higher, of_each_service),
    total("memory", Unit::bytes, worse_when_higher, of_each_service),
    total("network_per_span", Unit::bytes, worse_when_higher, of_the_whole),
    total("network_per_call", Unit::bytes, worse_when_higher, of_each_service),
    total("spans_lost", Unit::fraction, worse_when_higher, of_the_whole),
}};

}  // namespace

std::span<const MetricInfo> all_metrics() {
  return metrics;
}

const MetricInfo* find_metric(std::string_view name) {
  const auto found = std::ranges::find(metrics, name, &MetricInfo::name);
  return found == metrics.end() ? nullptr : &*found;
}

}  // namespace tracetax
