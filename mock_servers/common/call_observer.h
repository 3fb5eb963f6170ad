#pragma once
// What a service tells of each call of a tool beside its span. Only asked for where somebody wants to hear it.

#include <string>

#include <opentelemetry/trace/span_context.h>

#include "harness/base/time.h"

namespace tracetax::service {

enum class CallOutcome { ok, tool_error, protocol_error, cancelled };

struct ServedCall {
  std::string tool{};  // where the observer wants texts
  // The service's SERVER span of the call; invalid: it has none.
  opentelemetry::trace::SpanContext span = opentelemetry::trace::SpanContext::GetInvalid();
  CallOutcome outcome = CallOutcome::ok;
  std::string error{};  // of a JSON-RPC error: its message, where the observer wants texts
  Nanos took{};         // from the whole request to the whole answer
};

// Called on the service's one thread, before the answer is sent.
class CallObserver {
 public:
  virtual ~CallObserver() = default;
  // Whether copies of names and messages are worth their time.
  virtual bool wants_texts() const = 0;
  virtual void served(const ServedCall& call) = 0;
};

}  // namespace tracetax::service
