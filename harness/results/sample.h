#pragma once
// One tool call, from the schedule to the answer: the record that every number in a report is made of.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

#include "harness/base/time.h"

namespace tracetax {

enum class Outcome : std::uint8_t {
  ok,
  tool_error,      // a result with isError
  protocol_error,  // a JSON-RPC error, or an answer that is none
  timed_out,
  disconnected,  // sent, and the connection ended before the answer
  never_sent,    // no connection could be had, or the trial ended first
};
inline constexpr std::size_t outcome_count = 6;
std::string_view to_string(Outcome);                         // "ok", "tool_error", …
std::optional<Outcome> outcome_from(std::string_view name);  // and back

// Times are offsets from the start of the trial's window on the monotonic clock. A call that was never sent has
// sent = received = intended.
struct Sample {
  Nanos intended{};        // when the schedule wanted the call to start
  Nanos sent{};            // when its bytes were handed to the transport
  Nanos received{};        // when its whole answer had been decoded, or its failure was known
  std::uint32_t call = 0;  // number in the schedule
  std::uint16_t session = 0;
  std::uint8_t tool = 0;  // index of the call's name, call_names(load)
  Outcome outcome = Outcome::never_sent;

  Nanos latency() const { return received - intended; }
  Nanos service_time() const { return received - sent; }
  Nanos send_lag() const { return sent - intended; }
};
static_assert(std::is_trivially_copyable_v<Sample> && sizeof(Sample) == 32);

}  // namespace tracetax
