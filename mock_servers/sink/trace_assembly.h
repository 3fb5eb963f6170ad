#pragma once
// How received spans fit together. Pure: rows in, numbers out.

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace tracetax::sink {

using TraceKey = std::array<std::uint8_t, 16>;
using SpanKey = std::array<std::uint8_t, 8>;

// What OTLP's Span.flags say of the parent (bits 8 and 9). SDKs older than the bits, opentelemetry-cpp 1.19 among them,
// leave it unknown.
enum class Parent : std::uint8_t { none, unknown, local, remote };

struct SpanRow {
  TraceKey trace{};
  SpanKey span{};
  SpanKey parent_span{};  // meaningless with Parent::none
  Parent parent = Parent::none;
  bool client = false;  // of kind CLIENT
};

// The spans of one resource in one export request.
struct ServiceBatch {
  std::string service;
  std::uint64_t bytes = 0;  // its share of the request's OTLP payload; the shares of a request add up to it
  std::vector<SpanRow> spans{};
  std::uint64_t invalid = 0;  // further spans, whose ids have a wrong length or are zero: never valid in OTLP
};

struct ServiceReport {
  std::uint64_t spans = 0;  // without duplicates
  std::uint64_t bytes = 0;
};

// A span is a duplicate when a span of the same trace and id came before: a sender that saw no answer sends again. All
// other counts leave duplicates out.
//
// Roots. A span without a parent is a root. A span whose parent was not received is an orphan: a span was lost. But a
// caller outside the measured system may have made the trace and never exports here. So when a trace has no root of its
// own, all its spans without a received parent name the same parent, and none of them says that this parent was local
// to its process, then they were called from outside: no orphans, and the trace counts as having one root. What this
// cannot see: a lost root with all spans of its process, which looks the same; service_sets shows it.
// Background. A trace of CLIENT spans alone is no call that somebody served but upkeep of a service's own (a connection
// opened ahead of need). Its spans count as spans; it is in none of the counts of traces.
struct TraceReport {
  std::uint64_t spans = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t invalid = 0;
  std::map<std::string, ServiceReport> services{};
  std::uint64_t background = 0;
  std::uint64_t traces = 0;  // those of calls
  std::uint64_t roots = 0;
  std::uint64_t multi_root = 0;  // traces with more than one root
  std::uint64_t orphans = 0;
  std::map<std::string, std::uint64_t>
      service_sets{};  // "mcp-gateway,mcp-router": sorted names -> traces of just these
};

TraceReport assemble(std::span<const ServiceBatch> batches);

}  // namespace tracetax::sink
