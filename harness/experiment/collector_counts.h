#pragma once
// What a Collector says of itself: the counters of its own telemetry, as OpenTelemetry Collector v0.157.0 names them
// (`otelcol_receiver_accepted_spans` and so on; older ones end in `_total`).

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/sampling/observation.h"

namespace tracetax {

// What of a configuration decides how its counters are read.
struct CollectorShape {
  std::size_t trace_pipelines = 0;
  // A processor answers the sender before the spans are handed on (batch, tail_sampling, groupbytrace). What is turned
  // away behind it is lost; in front of it, it is the sender's to send again.
  bool answers_early = false;
  bool queues = true;             // the exporter has a queue, and its sender an answer before anything is sent
  bool limits_late = false;       // a memory_limiter stands behind such a processor
  std::string counts_no_spans{};  // a processor that drops spans and counts traces
};

// Of what is served at /metrics. `problem` of the result is set where the counts cannot say what became of every span.
CollectorCounts read_collector_counts(std::string_view prometheus, const CollectorShape& shape);

}  // namespace tracetax
