#pragma once
// What a single policy says of the spans at hand. Within the module.

#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <re2/re2.h>

#include "harness/policy/collector_config.h"
#include "harness/policy/keep.h"

namespace tracetax::policy {

// A span as it comes to a processor: an earlier one may have written its tracestate.
struct SeenSpan {
  const otlp::Span* span = nullptr;
  std::string trace_state{};
};

// The texts of a string_attribute policy, ready to be compared.
struct Texts {
  std::set<std::string> exact{};
  std::vector<std::unique_ptr<re2::RE2>> patterns{};
  explicit Texts(const Policy& policy);
  bool matches(const StringAttribute& rule, const std::string& text) const;
};

// Of the policies without parts and without limits. `content_known` is false when an earlier processor may have changed
// or taken away spans; what is decided on the trace id alone stands all the same.
Keep ask(const Policy& policy, const Texts& texts, const otlp::TraceId& trace, std::span<const SeenSpan> spans,
         bool content_known);

// Why the policy says yes, in words: "span `tools/call` has the status error".
std::string explain(const Policy& policy, std::span<const SeenSpan> spans);

}  // namespace tracetax::policy
