#pragma once
// Which of many traces a report shows, and as what.

#include <string>
#include <vector>

#include "harness/otlp/span.h"
#include "harness/results/details.h"

namespace tracetax {

// A fast, a median and a slow one (5th, 50th and 99th percentile of the roots' durations, by rank) and the first whose
// root says error; at most four, none twice. Only traces that have exactly one root which somebody served are chosen
// from: upkeep of a service's own (a connection opened ahead of need) is no call. A trace of more than 250 spans is cut
// to the first ones to start, and texts of attributes to 200 bytes.
std::vector<ExampleTrace> pick_examples(const std::vector<otlp::Trace>& traces, const std::string& arm);

}  // namespace tracetax
