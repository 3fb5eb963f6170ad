#include "harness/sampling/linking.h"

#include <charconv>
#include <unordered_map>

namespace tracetax {
namespace {

std::optional<std::int64_t> request_id(const otlp::Span& span) {
  const otlp::Value* const value = otlp::find(span.attributes, "jsonrpc.request.id");
  if (value == nullptr) return std::nullopt;
  const std::string text = otlp::to_text(*value);
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return id;
}

}  // namespace

Links link_calls(const ArmObservation& seen, std::span<const otlp::Trace> traces) {
  std::unordered_map<std::int64_t, std::size_t> calls;
  for (std::size_t i = 0; i < seen.calls.size(); ++i) calls.emplace(seen.calls[i].id, i);
  Links links;
  links.trace_of_call.resize(seen.calls.size());
  links.call_of_trace.resize(traces.size());
  for (std::size_t t = 0; t < traces.size(); ++t) {
    for (const otlp::Span& span : traces[t].spans) {
      const auto id = request_id(span);
      const auto call = id ? calls.find(*id) : calls.end();
      if (call == calls.end()) continue;
      links.call_of_trace[t] = call->second;
      auto& trace = links.trace_of_call[call->second];
      if (trace && *trace != t) ++links.split;
      if (!trace) trace = t;
      break;
    }
    if (!links.call_of_trace[t]) ++links.unlinked;
  }
  return links;
}

}  // namespace tracetax
