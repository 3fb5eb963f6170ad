#pragma once
// Which trace belongs to which call: the first hop's SERVER span carries the request's id. Internal.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "harness/sampling/observation.h"

namespace tracetax {

struct Links {
  std::vector<std::optional<std::size_t>> trace_of_call{};  // index into the traces
  std::vector<std::optional<std::size_t>> call_of_trace{};  // index into the calls
  std::uint64_t unlinked = 0;  // traces of no call: upkeep of a service's own, or the span with the id is missing
  std::uint64_t split = 0;     // calls with more than one trace: the context was lost on the way; the first counts
};
Links link_calls(const ArmObservation& seen, std::span<const otlp::Trace> traces);

}  // namespace tracetax
