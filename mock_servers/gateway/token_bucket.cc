#include "mock_servers/gateway/token_bucket.h"

#include <algorithm>
#include <cmath>

namespace tracetax::gateway {

TokenBucket::TokenBucket(const RateLimit& limit, Nanos now) : made_(now) {
  if (limit.rate_per_s <= 0) return;
  interval_ns_ = 1e9 / limit.rate_per_s;
  burst_ = std::max(1.0, limit.burst > 0 ? limit.burst : limit.rate_per_s);
}

TokenBucket::Decision TokenBucket::take(Nanos now) {
  if (unlimited()) return {};
  const auto now_ns = static_cast<double>((now - made_).count());
  const double missing_ns = std::max(0.0, full_at_ns_ - now_ns);
  const double tokens = burst_ - missing_ns / interval_ns_;
  // A billionth of a token, a thousandth of a nanosecond: what divisions leave of a whole one is a whole one.
  constexpr double rounding = 1e-9;
  const auto until = [this](double tokens_now) {
    return Nanos(static_cast<std::int64_t>(std::ceil((1.0 - tokens_now) * interval_ns_ - 1e-3)));
  };
  if (tokens + rounding < 1.0) return {false, 0, until(tokens)};
  full_at_ns_ = now_ns + missing_ns + interval_ns_;
  const double left = tokens - 1.0;
  return {true, std::floor(left + rounding), left + rounding < 1.0 ? until(left) : Nanos{}};
}

}  // namespace tracetax::gateway
