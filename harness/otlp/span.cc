#include "harness/otlp/span.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

namespace tracetax::otlp {
namespace {

template <class Id>
std::string hex(const Id& id) {
  std::string text;
  for (const std::uint8_t byte : id) fmt::format_to(std::back_inserter(text), "{:02x}", byte);
  return text;
}

}  // namespace

std::string to_hex(const TraceId& id) {
  return hex(id);
}
std::string to_hex(const SpanId& id) {
  return hex(id);
}

// The last eight bytes are the random ones in every generation of ids (W3C Trace Context, level 2).
std::size_t HashTraceId::operator()(const TraceId& id) const {
  std::uint64_t low = 0;
  std::memcpy(&low, id.data() + 8, sizeof low);
  return std::hash<std::uint64_t>{}(low);
}

std::string to_text(const Value& value) {
  struct Writer {
    std::string operator()(std::monostate) const { return ""; }
    std::string operator()(bool b) const { return b ? "true" : "false"; }
    std::string operator()(std::int64_t n) const { return std::to_string(n); }
    std::string operator()(double x) const { return fmt::format("{}", x); }
    std::string operator()(const std::string& text) const { return text; }
  };
  return std::visit(Writer{}, value.data);
}

const Value* find(const Attributes& attributes, std::string_view key) {
  const auto found = std::ranges::find(attributes, key, &Attribute::key);
  return found == attributes.end() ? nullptr : &found->value;
}

std::string_view to_string(Kind kind) {
  constexpr std::array<std::string_view, 6> names{"unspecified", "internal", "server",
                                                  "client",      "producer", "consumer"};
  return names.at(static_cast<std::size_t>(kind));
}

std::string_view to_string(Status status) {
  constexpr std::array<std::string_view, 3> names{"unset", "ok", "error"};
  return names.at(static_cast<std::size_t>(status));
}

std::vector<Trace> group_by_trace(std::vector<Span> spans) {
  std::vector<Trace> traces;
  std::vector<std::set<SpanId>> seen;
  std::unordered_map<TraceId, std::size_t, HashTraceId> places;
  for (Span& span : spans) {
    const auto [place, is_new] = places.try_emplace(span.trace, traces.size());
    if (is_new) {
      traces.push_back({span.trace});
      seen.emplace_back();
    }
    Trace& trace = traces[place->second];
    if (seen[place->second].insert(span.id).second) {
      trace.spans.push_back(std::move(span));
    } else {
      ++trace.duplicates;
    }
  }
  for (Trace& trace : traces) std::ranges::stable_sort(trace.spans, {}, &Span::start_unix_ns);
  return traces;
}

}  // namespace tracetax::otlp
