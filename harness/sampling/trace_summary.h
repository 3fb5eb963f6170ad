#pragma once
// How received spans fit together, from the spans themselves: the same counts as the sink's own (docs/services.md).

#include "harness/otlp/span.h"
#include "harness/results/trial.h"

namespace tracetax {

// Counts the trace. One of CLIENT spans alone is upkeep of a service's own and counts nowhere; `requests` stays as it
// is.
void add_trace(TraceSummary& summary, const otlp::Trace& trace);

// When the trace's first span began.
std::int64_t begin_of(const otlp::Trace& trace);

}  // namespace tracetax
