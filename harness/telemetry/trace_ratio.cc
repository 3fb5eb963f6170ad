#include "harness/telemetry/trace_ratio.h"

#include <cmath>
#include <cstring>
#include <limits>

namespace tracetax::telemetry {

std::uint64_t ratio_threshold(double ratio) {
  if (ratio <= 0) return 0;
  if (ratio >= 1) return std::numeric_limits<std::uint64_t>::max();
  // In two halves: 2^64 - 1 is no double, and its product with a ratio near 1 would wrap to 0.
  const double product = std::numeric_limits<std::uint32_t>::max() * ratio;
  double high = 0;
  const double low = std::ldexp(std::modf(product, &high), 32) + product;
  return (static_cast<std::uint64_t>(high) << 32) + static_cast<std::uint64_t>(low);
}

std::uint64_t position_of(const opentelemetry::trace::TraceId& id) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, id.Id().data(), sizeof bits);
  return ratio_threshold(static_cast<double>(bits) / static_cast<double>(std::numeric_limits<std::uint64_t>::max()));
}

}  // namespace tracetax::telemetry
