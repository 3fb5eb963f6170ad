#include "harness/telemetry/rate_limiter.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tracetax::telemetry {
namespace {

constexpr double second_ns = 1e9;
constexpr std::int64_t long_ago = std::numeric_limits<std::int64_t>::min() / 2;

}  // namespace

RateLimiter::RateLimiter(double per_second, Nanos now)
    : cost_(static_cast<std::int64_t>(std::ceil(second_ns / per_second))),
      most_(std::llround(std::max(1.0, per_second) * static_cast<double>(cost_))),
      empty_at_(now.count() - most_) {}

bool RateLimiter::take(Nanos now) {
  std::int64_t empty_at = empty_at_.load(std::memory_order_relaxed);
  for (;;) {
    const std::int64_t left = std::min(now.count() - empty_at, most_) - cost_;
    if (left < 0) return false;
    if (empty_at_.compare_exchange_weak(empty_at, now.count() - left, std::memory_order_relaxed)) return true;
  }
}

WindowLimiter::WindowLimiter(double per_second)
    : window_(static_cast<std::int64_t>(std::ceil(per_second >= 1 ? second_ns : second_ns / per_second))),
      taken_at_(static_cast<std::size_t>(std::max(1.0, std::floor(per_second))), long_ago) {}

bool WindowLimiter::take(Nanos now) {
  const std::lock_guard lock(mutex_);
  std::int64_t& oldest = taken_at_[next_];
  if (now.count() - oldest < window_) return false;
  oldest = now.count();
  next_ = (next_ + 1) % taken_at_.size();
  return true;
}

}  // namespace tracetax::telemetry
