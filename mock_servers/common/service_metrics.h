#pragma once
// What a service's admin endpoint says of itself, as text. Pure.

#include <span>
#include <string>

#include "harness/telemetry/tracing.h"
#include "mock_servers/common/mcp_service.h"

namespace tracetax::service {

struct ServiceNumbers {
  std::string service;
  telemetry::SpanCounts spans{};
  RequestCounts requests{};
  double started_at = 0;  // seconds since 1970
};

// OpenMetrics 1.0 text. `more`: further families in the same form, without "# EOF".
std::string openmetrics(const ServiceNumbers& numbers, const std::string& more);

// GET /stats: {"service":…,"pid":…,"spans":{…},"requests":N}.
std::string stats_json(const ServiceNumbers& numbers);
// POST /arrivals: {"first_ns":…, "gaps_ns":[…], "missed":N}; the monotonic clock's time of the first, absent when there
// was none, and from each to the next.
std::string arrivals_json(std::span<const Nanos> times, std::uint64_t missed);
// POST /flush: {"flushed":…,"spans":{…}}.
std::string flush_json(bool flushed, const telemetry::SpanCounts& spans);

}  // namespace tracetax::service
