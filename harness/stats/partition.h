#pragma once
// A sequence cut into segments of constant level, as well as it can be.

#include <cstddef>
#include <span>
#include <vector>

namespace tracetax {

// Optimal partitioning (Jackson et al. 2005; the optimum that PELT finds, Killick, Fearnhead & Eckley 2012): the cuts
// that make Σ over segments Σ (x − the segment's mean)² + penalty × (segments − 1) least, among those whose segments
// have at least `least_segment` > 0 values. Gives where the later segments begin, ascending; empty: one segment is
// best, or there are too few values for two. Exact, O(n²): PELT's pruning saves little in sequences that hardly change.
std::vector<std::size_t> optimal_partition(std::span<const double> values, double penalty, std::size_t least_segment);

// Where the later of two segments begins that explain the most, each of at least `least_segment` values, of which there
// are enough for two (ensured). The first of equals.
std::size_t best_cut(std::span<const double> values, std::size_t least_segment);

// The largest penalty at which the optimum is still cut: the most that Σ (x − mean)² falls by, for each cut, over all
// partitions. 0 when there are too few values for two segments.
double largest_cutting_penalty(std::span<const double> values, std::size_t least_segment);

}  // namespace tracetax
