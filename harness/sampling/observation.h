#pragma once
// What `tracetax sampling` saw of one arm: the calls that were made and the traces that were kept.

#include <compare>
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

// What a Collector counted of itself, in spans.
struct CollectorCounts {
  std::uint64_t accepted = 0;         // by its receiver
  std::uint64_t refused = 0;          // answered with an error; a span that is sent again counts again
  std::uint64_t limited = 0;          // refused by memory_limiter, wherever it stands
  std::uint64_t filtered = 0;         // what processors that count spans took and did not hand on
  std::uint64_t limited_late = 0;     // by a memory_limiter after the sender had been answered: lost
  std::uint64_t sent = 0;             // and acknowledged by the next receiver
  std::uint64_t send_failed = 0;      // given up
  std::uint64_t not_queued = 0;       // lost because the exporter's queue was full
  std::uint64_t queued_requests = 0;  // still in the exporter's queue, in requests
  std::string problem{};              // why these do not say what became of each span; empty: they do
};

// What the tap handed to the first Collector, in spans.
struct TapCounts {
  std::uint64_t delivered = 0;   // acknowledged
  std::uint64_t failed = 0;      // given up
  std::uint64_t refused = 0;     // of attempts that were answered with an error
  std::uint64_t unanswered = 0;  // of attempts without an answer in time
  std::uint64_t pending_requests = 0;
};

struct CollectorMemory {
  std::uint64_t most_bytes = 0;  // proportional set size, the largest reading
  std::uint64_t peak_rss = 0;    // resident set at its highest, as the kernel keeps it
  std::uint64_t readings = 0;
};

// Everything the first Collector was sent, sent again to another one.
struct SecondPass {
  std::vector<otlp::TraceId> kept{};
  std::uint64_t refused_requests = 0;  // that it did not take
};

// A counter that a Collector made of spans.
struct SpanCounter {
  std::string name{};
  std::map<std::string, std::string> attributes{};  // of the resource and of the point
  double value = 0;
};
struct SpanCounters {
  std::vector<SpanCounter> counters{};
  std::int64_t newest_unix_ns = 0;  // the latest time of a point; 0: none came
  std::int64_t grew_unix_ns = 0;    // and of one with which a counter grew
};

// Spans of one service, name and kind, as span metrics tell them apart.
struct SpanGroup {
  std::string service{};
  std::string name{};
  otlp::Kind kind = otlp::Kind::unspecified;
  auto operator<=>(const SpanGroup&) const = default;
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
  // Of Collectors: the services' first comes first.
  std::vector<CollectorMemory> collector_memory{};
  std::vector<CollectorCounts> collector_counts{};  // read when all had been waited for; empty: nobody asked
  std::optional<TapCounts> tap{};
  std::uint64_t came_late = 0;  // spans that the sink got when the Collectors were ended, for the first time
  std::map<std::string, SecondPass> again{};  // by SameAgainCheck::config
  std::optional<SpanCounters> span_counters{};
  std::map<SpanGroup, std::uint64_t> before_first_call{};  // spans that were sent while sessions were opened
  std::uint64_t received_before_first_call = 0;            // and those of them that the sink had by then
};

}  // namespace tracetax
