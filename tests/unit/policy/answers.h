#pragma once
// What the Collector's own processors answered (tests/peers/policy), and traces made in tests.

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "harness/policy/oracle.h"

namespace tracetax::policy {

std::string data_file(const std::string& name);  // of tests/data/policy
std::string read_text(const std::string& file);
const nlohmann::json& known_answers();
// Those that the answers are about, in their order.
std::vector<otlp::Trace> known_traces();

// The only pipeline of a configuration that is `processors:` and below, in their order; notes and unknowns are not
// looked at.
Pipeline pipeline_of(const std::string& processors);
// A pipeline of tail_sampling alone: `settings` are its keys, as YAML flow.
Pipeline tail_of(const std::string& settings);

struct MadeSpan {
  double arrived_s = 0;
  otlp::Status status = otlp::Status::unset;
  bool root = false;
};
// Spans of no duration. Arrivals count from some time; `number` makes the trace id.
otlp::Trace made_trace(std::uint64_t number, const std::vector<MadeSpan>& spans);

}  // namespace tracetax::policy
