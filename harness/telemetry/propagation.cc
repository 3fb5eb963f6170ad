#include "harness/telemetry/propagation.h"

#include <array>
#include <cstdint>
#include <optional>

#include <opentelemetry/trace/trace_flags.h>
#include <opentelemetry/trace/trace_state.h>

namespace tracetax::telemetry {

namespace {

namespace nostd = opentelemetry::nostd;
namespace trace = opentelemetry::trace;

// W3C Trace Context level 1 and 2, "traceparent": version "-" trace-id "-" parent-id "-" trace-flags, hexadecimal in
// lower case. The API's own reader takes upper case as well and anything after the flags of a later version.
constexpr std::size_t parent_size = 55;
constexpr std::size_t trace_id_at = 3, span_id_at = 36, flags_at = 53;

// sampled (level 1) and random-trace-id (level 2); all other bits are to be ignored on receipt and sent as zero.
constexpr std::uint8_t known_flags = 0x03;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

template <std::size_t N>
std::optional<std::array<std::uint8_t, N>> from_hex(std::string_view text) {
  std::array<std::uint8_t, N> bytes{};
  for (std::size_t i = 0; i < N; ++i) {
    const int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return {};
    bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return bytes;
}

// Optional white space around a header's value (RFC 9110: space and tab).
std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool same_span(const SpanContext& a, const SpanContext& b) {
  return a.trace_id() == b.trace_id() && a.span_id() == b.span_id();
}

}  // namespace

TraceText inject(const SpanContext& context) {
  TraceText text;
  if (!context.IsValid()) return text;
  text.traceparent = "00-00000000000000000000000000000000-0000000000000000-00";
  char* const out = text.traceparent.data();
  context.trace_id().ToLowerBase16(nostd::span<char, 32>{out + trace_id_at, 32});
  context.span_id().ToLowerBase16(nostd::span<char, 16>{out + span_id_at, 16});
  const trace::TraceFlags flags(context.trace_flags().flags() & known_flags);
  flags.ToLowerBase16(nostd::span<char, 2>{out + flags_at, 2});
  if (context.trace_state()) text.tracestate = context.trace_state()->ToHeader();
  return text;
}

SpanContext extract(std::string_view traceparent, std::string_view tracestate) {
  const auto invalid = SpanContext::GetInvalid();
  const std::string_view text = trimmed(traceparent);
  if (text.size() < parent_size || text[2] != '-' || text[35] != '-' || text[52] != '-') return invalid;
  const auto version = from_hex<1>(text);
  const auto trace_id = from_hex<16>(text.substr(trace_id_at));
  const auto span_id = from_hex<8>(text.substr(span_id_at));
  const auto flags = from_hex<1>(text.substr(flags_at));
  if (!version || !trace_id || !span_id || !flags) return invalid;
  if ((*version)[0] == 0xff) return invalid;
  // A later version may have more fields, each after a dash; version 00 has none.
  if (text.size() > parent_size && ((*version)[0] == 0 || text[parent_size] != '-')) return invalid;

  const SpanContext context(trace::TraceId(nostd::span<const std::uint8_t, 16>(trace_id->data(), 16)),
                            trace::SpanId(nostd::span<const std::uint8_t, 8>(span_id->data(), 8)),
                            trace::TraceFlags((*flags)[0] & known_flags), true,
                            // A tracestate that cannot be read is dropped, the traceparent stays good.
                            tracestate.empty() ? trace::TraceState::GetDefault()
                                               : trace::TraceState::FromHeader({tracestate.data(), tracestate.size()}));
  return context.IsValid() ? context : invalid;
}

Received choose_parent(const SpanContext& meta, const SpanContext& headers) {
  Received received;
  received.parent = meta.IsValid() ? meta : headers;
  if (meta.IsValid() && headers.IsValid() && !same_span(meta, headers)) received.link = headers;
  return received;
}

}  // namespace tracetax::telemetry
