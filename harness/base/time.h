#pragma once
// Time as the whole project uses it: integer nanoseconds on the kernel's monotonic clock, which is the same clock in
// every process of the machine.

#include <chrono>
#include <cstdint>

namespace tracetax {

using Nanos = std::chrono::nanoseconds;
using Clock = std::chrono::steady_clock;

// Nanoseconds of the monotonic clock (CLOCK_MONOTONIC). Never negative, never goes back.
inline Nanos monotonic_now() {
  return std::chrono::duration_cast<Nanos>(Clock::now().time_since_epoch());
}

// A point of the monotonic clock as a time_point, for timers.
inline Clock::time_point at(Nanos monotonic) {
  return Clock::time_point(std::chrono::duration_cast<Clock::duration>(monotonic));
}

inline double to_seconds(Nanos t) {
  return std::chrono::duration<double>(t).count();
}

// Rounds to the nearest nanosecond; ensure()s nothing: callers pass finite values within ±292 years.
inline Nanos from_seconds(double seconds) {
  return Nanos(static_cast<std::int64_t>(seconds * 1e9 + (seconds < 0 ? -0.5 : 0.5)));
}

}  // namespace tracetax
