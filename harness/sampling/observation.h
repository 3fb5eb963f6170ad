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

// One process of a service of ours, when the arm was over and its spans had been flushed. Counts are since it started.
struct ObservedProcess {
  std::string service;   // as results call it: "router"
  std::string instance;  // "router-0"
  std::uint64_t started = 0, sampled = 0, ended = 0, exported = 0, export_failed = 0;
  std::string metrics{};                   // GET /metrics; empty: not asked for
  std::optional<std::string> calls{};      // its log of calls; empty: it was not told to write one
  std::optional<std::uint64_t> printed{};  // spans in its output; empty: it does not print any
};

// The proportional set size of all processes of a service together.
struct MemoryReading {
  Nanos at{};  // since the first step of the load began
  std::string service;
  std::uint64_t bytes = 0;
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
  std::vector<ObservedProcess> processes{};
  // Spans that the first receiver got of a service from its start to its end, those before the load included; by the
  // name that results have for it. Spans that came twice count twice.
  std::map<std::string, std::uint64_t> received{};
  std::vector<MemoryReading> memory{};  // empty: not asked for
};

}  // namespace tracetax
