#pragma once
// A W3C `tracestate` with OpenTelemetry's member `ot`, as the Collector's pkg/sampling (v0.157.0) reads and writes it.
// Pure.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/policy/hashes.h"

namespace tracetax::policy {

struct TraceState {
  std::optional<Randomness> randomness{};  // ot=rv:…
  std::optional<Threshold> threshold{};    // ot=th:…
  std::vector<std::pair<std::string, std::string>> ot_others{}, others{};
  bool valid = true;  // false: the Collector reports an error; what could be read is kept all the same

  // A threshold may only rise (the adjusted count must not shrink); a lower one is not taken.
  void raise_threshold(Threshold to);
  std::string text() const;
};

TraceState parse_trace_state(std::string_view text);

// The value of a member, "" where there is none or the text is no tracestate, by the rules of the OpenTelemetry API for
// Go, which the policy `trace_state` uses: stricter about blanks and duplicates than the above.
std::string trace_state_member(std::string_view text, std::string_view key);

}  // namespace tracetax::policy
