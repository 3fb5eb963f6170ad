#pragma once
// How many traces per second are let through. Time is given in, so both are values that tests walk through a table.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "harness/base/time.h"

namespace tracetax::telemetry {

// The token bucket of Jaeger's rate-limiting sampler (jaeger-client-go utils/rate_limiter.go): it fills with
// `per_second` tokens, holds max(1, per_second) of them, is full at the start, and a trace takes one. So in any window
// of w seconds at most max(1, per_second) + w * per_second traces pass: a second can see twice the rate, once.
class RateLimiter {
 public:
  // `per_second` above 0.
  RateLimiter(double per_second, Nanos now);
  // Takes a token if there is one. Thread-safe without a lock. `now` is of the monotonic clock.
  bool take(Nanos now);

 private:
  // The balance in nanoseconds of filling, kept as the moment at which it was 0: one number that a compare-and-swap
  // can change, and no error adds up over many small refills.
  const std::int64_t cost_;  // of one token; rounded up, so that never more than the rate passes
  const std::int64_t most_;
  std::atomic<std::int64_t> empty_at_;
};

// At most `per_second` (rounded down) in any window of one second, wherever it begins: it remembers when the last ones
// were, 8 bytes each. Below 1 per second: at most one in any 1 / per_second seconds.
class WindowLimiter {
 public:
  explicit WindowLimiter(double per_second);
  // Thread-safe, with a lock.
  bool take(Nanos now);

 private:
  const std::int64_t window_;
  std::mutex mutex_{};
  // A ring, the oldest at next_. Each place is taken again after a second at the earliest, so that no second holds more
  // than there are places, also when threads come in another order than they read the clock.
  std::vector<std::int64_t> taken_at_;
  std::size_t next_ = 0;
};

}  // namespace tracetax::telemetry
