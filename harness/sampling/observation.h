#pragma once
// What `tracetax sampling` saw of one arm: the calls that were made and the traces that were kept.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/otlp/span.h"
#include "harness/results/trial.h"

namespace tracetax {

struct ObservedCall {
  std::int64_t id = 0;  // JSON-RPC id of the request, unique within the arm; the first hop's span carries it
  std::uint32_t step = 0;
  std::int64_t due_unix_ns = 0;
  Sample sample{};
};

struct ObservedStep {
  double rate_per_s = 0;  // asked for
  std::int64_t start_unix_ns = 0;
  Nanos length{};
  std::uint64_t sent = 0;                     // calls
  std::map<std::string, SpanCounts> spans{};  // by service; received: at the first receiver
};

struct ArmObservation {
  std::string arm;
  std::vector<std::string> tools{};  // by Sample::tool
  std::vector<ObservedCall> calls{};
  std::vector<ObservedStep> steps{};
  std::vector<otlp::Trace> kept{};  // at the sink
  // What the services sent, before the first Collector; empty: they sent it to the sink.
  std::optional<std::vector<otlp::Trace>> offered{};
  std::uint64_t invalid_spans = 0;  // received without valid ids
};

}  // namespace tracetax
