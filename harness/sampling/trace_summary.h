#pragma once
// How received spans fit together, from the spans themselves: the same counts as the sink's own (docs/services.md).

#include <span>

#include "harness/otlp/span.h"
#include "harness/results/trial.h"

namespace tracetax {

// Traces of CLIENT spans alone are upkeep of a service's own and count nowhere. `requests` stays 0.
TraceSummary summarise_traces(std::span<const otlp::Trace> traces);

// When the trace's first span began.
std::int64_t begin_of(const otlp::Trace& trace);

}  // namespace tracetax
