#include "harness/scenario/metric.h"

#include <algorithm>
#include <array>

namespace tracetax {
namespace {

constexpr bool worse_when_higher = true;
constexpr bool worse_when_lower = false;
constexpr bool of_each_service = true;
constexpr bool of_the_whole = false;

constexpr MetricInfo time_of_calls(std::string_view name) {
  return {name, Unit::nanoseconds, worse_when_higher, of_the_whole};
}

constexpr std::array<MetricInfo, 21> metrics{{
    time_of_calls("latency.mean"),
    time_of_calls("latency.p50"),
    time_of_calls("latency.p90"),
    time_of_calls("latency.p95"),
    time_of_calls("latency.p99"),
    time_of_calls("latency.p99_9"),
    time_of_calls("latency.max"),
    time_of_calls("service_time.mean"),
    time_of_calls("service_time.p50"),
    time_of_calls("service_time.p90"),
    time_of_calls("service_time.p95"),
    time_of_calls("service_time.p99"),
    time_of_calls("service_time.p99_9"),
    time_of_calls("service_time.max"),
    {"throughput", Unit::per_second, worse_when_lower, of_the_whole},
    {"error_rate", Unit::fraction, worse_when_higher, of_the_whole},
    {"cpu_per_call", Unit::nanoseconds, worse_when_higher, of_each_service},
    {"memory", Unit::bytes, worse_when_higher, of_each_service},
    {"network_per_span", Unit::bytes, worse_when_higher, of_the_whole},
    {"network_per_call", Unit::bytes, worse_when_higher, of_each_service},
    {"spans_lost", Unit::fraction, worse_when_higher, of_the_whole},
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
