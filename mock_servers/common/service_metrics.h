#pragma once
// What a service's admin endpoint says of itself, as text. Pure.

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
// POST /flush: {"flushed":…,"spans":{…}}.
std::string flush_json(bool flushed, const telemetry::SpanCounts& spans);

}  // namespace tracetax::service
