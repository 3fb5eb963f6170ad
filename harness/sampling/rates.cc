#include "harness/sampling/rates.h"

#include <algorithm>
#include <limits>

namespace tracetax {

// With f(i) = i − per_s × t(i), the count in [t(i), t(j)] less what was refilled is f(j) − f(i) + 1.
double bucket_excess(std::span<const std::int64_t> sorted_ns, double per_s, double burst) {
  if (sorted_ns.empty()) return 0;
  double least = std::numeric_limits<double>::max();
  double most = 0;
  for (std::size_t i = 0; i < sorted_ns.size(); ++i) {
    const double f = static_cast<double>(i) - per_s * static_cast<double>(sorted_ns[i] - sorted_ns[0]) * 1e-9;
    least = std::min(least, f);
    most = std::max(most, f - least + 1);
  }
  return most - burst;
}

std::uint64_t most_in_a_second(std::span<const std::int64_t> sorted_ns) {
  constexpr std::int64_t second = 1'000'000'000;
  std::size_t most = 0;
  for (std::size_t first = 0, last = 0; last < sorted_ns.size(); ++last) {
    while (sorted_ns[last] - sorted_ns[first] >= second) ++first;
    most = std::max(most, last - first + 1);
  }
  return most;
}

}  // namespace tracetax
