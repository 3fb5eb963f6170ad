#include "mock_servers/sink/trace_assembly.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <unordered_map>

namespace tracetax::sink {

namespace {

struct SpanRef {
  const SpanRow* row;
  const std::string* service;
};

// Trace ids are random in their last eight bytes in every sampler's scheme (W3C level 2), older ones in all.
struct HashTrace {
  std::size_t operator()(const TraceKey& key) const {
    std::uint64_t high = 0, low = 0;
    std::memcpy(&high, key.data(), 8);
    std::memcpy(&low, key.data() + 8, 8);
    return static_cast<std::size_t>(high ^ (low * 0x9e3779b97f4a7c15ULL));
  }
};

bool by_span(const SpanRef& a, const SpanRef& b) {
  return a.row->span < b.row->span;
}

// `spans` is sorted by id and has no duplicates.
void add_trace(const std::vector<SpanRef>& spans, TraceReport& report) {
  if (std::ranges::all_of(spans, [](const SpanRef& span) { return span.row->client; })) {
    ++report.background;
    return;
  }
  std::uint64_t roots = 0, missing = 0;
  bool from_outside = true;
  const SpanRow* first_missing = nullptr;
  std::set<std::string> services;
  for (const SpanRef& span : spans) {
    services.insert(*span.service);
    if (span.row->parent == Parent::none) {
      ++roots;
      continue;
    }
    SpanRow parent;
    parent.span = span.row->parent_span;
    if (std::binary_search(spans.begin(), spans.end(), SpanRef{&parent, nullptr}, by_span)) continue;
    ++missing;
    if (!first_missing) first_missing = span.row;
    const bool same_parent = span.row->parent_span == first_missing->parent_span;
    if (!same_parent || span.row->parent == Parent::local) from_outside = false;
  }
  if (roots == 0 && missing > 0 && from_outside) {
    roots = 1;
    missing = 0;
  }
  ++report.traces;
  report.roots += roots;
  report.multi_root += roots > 1 ? 1 : 0;
  report.orphans += missing;
  std::string set;
  for (const std::string& service : services) set += (set.empty() ? "" : ",") + service;
  ++report.service_sets[set];
}

}  // namespace

TraceReport assemble(std::span<const ServiceBatch> batches) {
  TraceReport report;
  std::unordered_map<TraceKey, std::vector<SpanRef>, HashTrace> traces;
  for (const ServiceBatch& batch : batches) {
    report.services[batch.service].bytes += batch.bytes;
    report.invalid += batch.invalid;
    for (const SpanRow& row : batch.spans) traces[row.trace].push_back({&row, &batch.service});
  }
  for (auto& [key, spans] : traces) {
    // Stable: of duplicates the one that came first stays.
    std::stable_sort(spans.begin(), spans.end(), by_span);
    const auto end = std::unique(spans.begin(), spans.end(),
                                 [](const SpanRef& a, const SpanRef& b) { return a.row->span == b.row->span; });
    report.duplicates += static_cast<std::uint64_t>(spans.end() - end);
    spans.erase(end, spans.end());
    report.spans += spans.size();
    for (const SpanRef& span : spans) ++report.services[*span.service].spans;
    add_trace(spans, report);
  }
  return report;
}

}  // namespace tracetax::sink
