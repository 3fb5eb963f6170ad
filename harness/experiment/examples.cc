#include "harness/experiment/examples.h"

#include <algorithm>
#include <set>

namespace tracetax {
namespace {

constexpr std::size_t most_spans = 250;
constexpr std::size_t most_text = 200;

// A caller outside the measured system may have made the trace: then the root's parent was never received.
const otlp::Span* root_of(const otlp::Trace& trace) {
  std::set<otlp::SpanId> known;
  for (const otlp::Span& span : trace.spans) known.insert(span.id);
  const otlp::Span* root = nullptr;
  bool served = false;
  for (const otlp::Span& span : trace.spans) {
    served |= span.kind != otlp::Kind::client;
    if (span.parent && known.contains(*span.parent)) continue;
    if (root != nullptr) return nullptr;
    root = &span;
  }
  return served ? root : nullptr;
}

std::string cut(std::string text) {
  if (text.size() <= most_text) return text;
  std::size_t end = most_text;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // not within a character
  return text.substr(0, end) + "…";
}

ExampleTrace example(const otlp::Trace& trace, const otlp::Span& root, const std::string& arm, const char* kind) {
  ExampleTrace out;
  out.arm = arm;
  out.kind = kind;
  out.trace_id = otlp::to_hex(trace.id);
  out.duration_ns = root.end_unix_ns - root.start_unix_ns;
  std::int64_t first = root.start_unix_ns;
  for (const otlp::Span& span : trace.spans) first = std::min(first, span.start_unix_ns);
  for (const otlp::Span& span : trace.spans) {
    if (out.spans.size() == most_spans) break;
    ExampleSpan& shown = out.spans.emplace_back();
    shown.id = otlp::to_hex(span.id);
    if (&span != &root && span.parent) shown.parent = otlp::to_hex(*span.parent);
    shown.service = span.service();
    shown.name = span.name;
    shown.kind = to_string(span.kind);
    shown.status = to_string(span.status);
    shown.start_ns = span.start_unix_ns - first;
    shown.duration_ns = span.end_unix_ns - span.start_unix_ns;
    for (const otlp::Attribute& attribute : span.attributes)
      shown.attributes[attribute.key] = cut(otlp::to_text(attribute.value));
  }
  return out;
}

}  // namespace

std::vector<ExampleTrace> pick_examples(const std::vector<otlp::Trace>& traces, const std::string& arm) {
  struct Candidate {
    const otlp::Trace* trace;
    const otlp::Span* root;
    std::int64_t duration_ns;
  };
  std::vector<Candidate> candidates;
  for (const otlp::Trace& trace : traces) {
    if (const otlp::Span* const root = root_of(trace))
      candidates.push_back({&trace, root, root->end_unix_ns - root->start_unix_ns});
  }
  std::ranges::stable_sort(candidates, {}, &Candidate::duration_ns);
  std::vector<ExampleTrace> chosen;
  std::set<const otlp::Trace*> taken;
  const auto take = [&](const Candidate& candidate, const char* kind) {
    if (!taken.insert(candidate.trace).second) return;
    chosen.push_back(example(*candidate.trace, *candidate.root, arm, kind));
    chosen.back().of = candidates.size();
  };
  if (candidates.empty()) return chosen;
  const auto failed =
      std::ranges::find_if(candidates, [](const Candidate& c) { return c.root->status == otlp::Status::error; });
  const auto at = [&](double share) -> const Candidate& {
    return candidates[static_cast<std::size_t>(share * static_cast<double>(candidates.size() - 1))];
  };
  take(at(0.5), "median");
  take(at(0.05), "fast");
  take(at(0.99), "slow");
  if (failed != candidates.end()) take(*failed, "failed");
  return chosen;
}

}  // namespace tracetax
