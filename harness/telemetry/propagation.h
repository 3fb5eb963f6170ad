#pragma once
// W3C trace context as text, for whatever carries it: `_meta` of an MCP message, HTTP headers, a WebSocket handshake.

#include <string>
#include <string_view>

#include <opentelemetry/trace/span_context.h>

namespace tracetax::telemetry {

using opentelemetry::trace::SpanContext;

struct TraceText {
  std::string traceparent{};  // empty: none
  std::string tracestate{};
};

// What is sent to the next hop; empty texts for an invalid context.
TraceText inject(const SpanContext&);

// The remote context, or an invalid one when the texts are not W3C trace context (levels 1 and 2).
SpanContext extract(std::string_view traceparent, std::string_view tracestate);

// What a callee starts its span with: the context of `_meta` when it is valid, else that of the headers; the other one,
// when valid and different, as a link.
struct Received {
  SpanContext parent = SpanContext::GetInvalid();
  SpanContext link = SpanContext::GetInvalid();
};
Received choose_parent(const SpanContext& meta, const SpanContext& headers);

}  // namespace tracetax::telemetry
