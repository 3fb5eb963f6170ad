#include "harness/sampling/trace_summary.h"

#include <algorithm>
#include <limits>
#include <set>

namespace tracetax {
namespace {

// Spans whose parent is not among the received ones.
struct Tops {
  std::uint64_t roots = 0;
  std::uint64_t parentless = 0;
  std::set<otlp::SpanId> absent{};
  bool local = false;  // one of them says that its parent was in its own process
};

Tops tops_of(const otlp::Trace& trace) {
  std::set<otlp::SpanId> ids;
  for (const otlp::Span& span : trace.spans) ids.insert(span.id);
  Tops tops;
  for (const otlp::Span& span : trace.spans) {
    if (!span.parent) {
      ++tops.roots;
    } else if (!ids.contains(*span.parent)) {
      ++tops.parentless;
      tops.absent.insert(*span.parent);
      tops.local = tops.local || span.parent_is == otlp::ParentIs::local;
    }
  }
  return tops;
}

}  // namespace

void add_trace(TraceSummary& summary, const otlp::Trace& trace) {
  const auto is_client = [](const otlp::Span& span) { return span.kind == otlp::Kind::client; };
  if (std::ranges::all_of(trace.spans, is_client)) return;
  ++summary.traces;
  const Tops tops = tops_of(trace);
  // Called from outside the measured system: one caller, whose span nobody exports here.
  const bool from_outside = tops.roots == 0 && tops.absent.size() == 1 && !tops.local;
  if (!from_outside) summary.orphans += tops.parentless;
  if (tops.roots > 1) ++summary.multi_root;
  std::set<std::string> services;
  for (const otlp::Span& span : trace.spans) services.insert(span.service());
  std::string set;
  for (const std::string& service : services) set += (set.empty() ? "" : ",") + service;
  ++summary.service_sets[set];
}

std::int64_t begin_of(const otlp::Trace& trace) {
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  for (const otlp::Span& span : trace.spans) first = std::min(first, span.start_unix_ns);
  return first;
}

}  // namespace tracetax
