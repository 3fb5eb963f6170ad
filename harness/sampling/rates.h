#pragma once
// Whether a series of moments keeps to a limit. Pure.

#include <cstdint>
#include <span>

namespace tracetax {

// The largest number of moments in any stretch of time beyond what a token bucket of size `burst`, refilled `per_s`
// times a second, lets through: the most of (count in [a, b]) − per_s × (b − a) − burst, over all a ≤ b that are
// moments. Conforming series have 1 at most: the moment that ends the stretch is let through by the token it takes.
// Sorted nanoseconds; 0 for none. The virtual-scheduling form of the Generic Cell Rate Algorithm (ITU-T I.371).
double bucket_excess(std::span<const std::int64_t> sorted_ns, double per_s, double burst);

// The most moments in any half-open stretch of one second.
std::uint64_t most_in_a_second(std::span<const std::int64_t> sorted_ns);

}  // namespace tracetax
