#pragma once
// Attempts of one export. The SDK 1.19 has retries of its own as a preview that Debian does not build, so they are
// ours, the same for both protocols. Internal.

#include <cstdint>
#include <functional>
#include <optional>

#include "harness/scenario/tracing_config.h"
#include "harness/telemetry/counting.h"

namespace tracetax::telemetry {

// What one attempt met. OTLP says which answers are worth another try.
struct Attempt {
  enum class Result : std::uint8_t { accepted, refused, retryable } result = Result::refused;
  std::optional<Nanos> server_says{};  // the receiver asks for a pause of this length: HTTP's Retry-After
};

// The pause after `made` attempts, the last of which was retryable; empty: that was the last one. Drawn from 0 to
// initial * multiplier^(made - 1), at most `max`, by `random` in [0, 1), as gRPC's proposal A6 has it; the receiver's
// own wish, where it is longer. Empty also when nothing would be `left` of the time for all attempts.
std::optional<Nanos> pause_after(const ExportRetry& retry, std::uint32_t made, std::optional<Nanos> server_says,
                                 Nanos left, double random);

// Attempts until one is accepted or none is left; `once` is told how much of `timeout` remains. Counts retries. Gives
// up at once when `counters` are closing. True: accepted.
bool attempt_export(const ExportRetry& retry, Nanos timeout, Counters& counters,
                    const std::function<Attempt(Nanos left)>& once);

}  // namespace tracetax::telemetry
