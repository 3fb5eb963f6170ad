#pragma once
// Ids as they are written everywhere: lower-case hexadecimal.

#include <string>

#include <opentelemetry/trace/span_context.h>

namespace tracetax::service {

inline std::string trace_id_of(const opentelemetry::trace::SpanContext& context) {
  char text[32];
  context.trace_id().ToLowerBase16(text);
  return {text, sizeof text};
}

inline std::string span_id_of(const opentelemetry::trace::SpanContext& context) {
  char text[16];
  context.span_id().ToLowerBase16(text);
  return {text, sizeof text};
}

}  // namespace tracetax::service
