#pragma once
// A Result for monitoring systems: OpenMetrics 1.0 text
// (github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md).

#include <string>

#include "harness/results/result.h"

namespace tracetax {

// Base units (seconds, bytes, ratio); estimates, interval ends and limits are gauges with the label `bound`, verdicts
// are gauges of 1 (this one) and 0 (the others) with the label `verdict`, calls, spans and CPU time are counters. No
// timestamps: whoever collects the file knows when. docs/ci.md lists the families.
std::string render_openmetrics(const Result& result);

}  // namespace tracetax
