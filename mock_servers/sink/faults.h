#pragma once
// Faults on request: what a sender of spans meets when its receiver is slow, overloaded or broken. Pure but for a lock:
// the caller brings the time.

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/time.h"

namespace tracetax::sink {

enum class FaultMode : std::uint8_t {
  none,
  slow,     // takes the request and answers after `delay`
  refuse,   // gRPC UNAVAILABLE, HTTP 503 with Retry-After
  partial,  // takes a part of the spans and tells of the others in OTLP's partial_success
  reset,    // ends the connection (gRPC: the stream) without an answer
  hang,     // never answers
};
inline constexpr std::size_t fault_modes = 6;
std::string_view to_string(FaultMode);

struct FaultPlan {
  FaultMode mode = FaultMode::none;
  Nanos delay{};     // slow: until the answer; refuse: what Retry-After says, in whole seconds
  double share = 1;  // partial: of the spans, rejected; every other mode: of the requests, met by the fault
  Nanos lasts{};     // 0: until another plan takes its place
};

struct FaultCounts {
  std::array<std::uint64_t, fault_modes> requests{};  // met by the mode
  std::uint64_t rejected_spans = 0;                   // by partial
};

// Every call may come from any thread. Shares are kept exactly, not drawn: of n requests (spans) in a row, n * share
// rounded down are met.
class Faults {
 public:
  void set(const FaultPlan& plan, Nanos now);
  // What is in force; none when its time is over.
  FaultPlan current(Nanos now) const;
  // What the next request meets. Counts it, except in partial: see reject().
  FaultPlan next(Nanos now);
  // How many of a request's spans partial rejects. Counts them, and the request when it loses any.
  std::uint64_t reject(std::uint64_t spans, double share);
  FaultCounts counts() const;

 private:
  FaultPlan current_locked(Nanos now) const;

  mutable std::mutex mutex_{};
  FaultPlan plan_{};
  Nanos ends_{};     // of plan_, when it lasts
  double owed_ = 0;  // of the share: the part of a request or span that rounding down has left over
  FaultCounts counts_{};
};

// {"mode": WORD, "delay_ms": N, "share": 0..1, "for_ms": N}; all but the mode may be left out. Strict: what is wrong is
// in `problem`, and nothing is returned.
std::optional<FaultPlan> parse_fault(std::string_view json, std::string& problem);

}  // namespace tracetax::sink
