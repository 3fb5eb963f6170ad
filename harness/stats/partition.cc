#include "harness/stats/partition.h"

#include <algorithm>
#include <limits>

#include "harness/base/ensure.h"

namespace tracetax {
namespace {

// Σ (x − mean)² of a segment is Σ x² − (Σ x)² ÷ length, and Σ x² is the same for every partition: what a partition
// explains is the sum of (Σ x)² ÷ length, which is to be largest. Values are taken from their mean, so that the sums
// are small and a whole sequence explains nothing.
class Sums {
 public:
  explicit Sums(std::span<const double> values) : until_(values.size() + 1), reciprocal_(values.size() + 1) {
    double mean = 0;
    for (const double x : values) mean += x / static_cast<double>(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      until_[i + 1] = until_[i] + (values[i] - mean);
      reciprocal_[i + 1] = 1 / static_cast<double>(i + 1);
    }
  }
  std::size_t size() const { return until_.size() - 1; }
  double explained(std::size_t begin, std::size_t end) const {
    const double sum = until_[end] - until_[begin];
    return sum * sum * reciprocal_[end - begin];
  }

 private:
  std::vector<double> until_, reciprocal_;
};

struct Partition {
  double explained = 0;
  std::vector<std::size_t> begins{};
};

// best[end]: the most that segments which end there can explain, less a penalty for each of them.
Partition best_partition(const Sums& sums, double penalty, std::size_t least) {
  const std::size_t n = sums.size();
  constexpr double impossible = -std::numeric_limits<double>::infinity();
  std::vector<double> best(n + 1, impossible);
  std::vector<std::size_t> begin_of(n + 1, 0);
  best[0] = 0;
  for (std::size_t end = least; end <= n; ++end) {
    best[end] = sums.explained(0, end) - penalty;
    for (std::size_t begin = least; begin + least <= end; ++begin) {
      const double value = best[begin] + sums.explained(begin, end) - penalty;
      // A tie goes to fewer segments, which come first.
      if (value > best[end]) {
        best[end] = value;
        begin_of[end] = begin;
      }
    }
  }
  Partition partition;
  std::size_t end = n;
  while (end > 0) {
    const std::size_t begin = begin_of[end];
    partition.explained += sums.explained(begin, end);
    if (begin > 0) partition.begins.push_back(begin);
    end = begin;
  }
  std::ranges::reverse(partition.begins);
  return partition;
}

double explained_by_cut(const Sums& sums, std::size_t at) {
  return sums.explained(0, at) + sums.explained(at, sums.size());
}

std::size_t best_single_cut(const Sums& sums, std::size_t least) {
  std::size_t best = least;
  for (std::size_t at = least; at + least <= sums.size(); ++at) {
    if (explained_by_cut(sums, at) > explained_by_cut(sums, best)) best = at;
  }
  return best;
}

}  // namespace

std::vector<std::size_t> optimal_partition(std::span<const double> values, double penalty, std::size_t least_segment) {
  ensure(least_segment > 0 && penalty >= 0, "segments have values, and a cut costs something");
  if (values.size() < 2 * least_segment) return {};
  return best_partition(Sums(values), penalty, least_segment).begins;
}

std::size_t best_cut(std::span<const double> values, std::size_t least_segment) {
  ensure(least_segment > 0 && values.size() >= 2 * least_segment, "a cut leaves two segments");
  return best_single_cut(Sums(values), least_segment);
}

// Dinkelbach (1967): a ratio is largest where its numerator less the ratio times its denominator is 0. It begins with
// the best single cut, which is nearly always the answer, and ends after two or three steps.
double largest_cutting_penalty(std::span<const double> values, std::size_t least_segment) {
  ensure(least_segment > 0, "segments have values");
  if (values.size() < 2 * least_segment) return 0;
  const Sums sums(values);
  double penalty = explained_by_cut(sums, best_single_cut(sums, least_segment));
  for (;;) {
    const Partition better = best_partition(sums, penalty * (1 + 1e-12), least_segment);
    if (better.begins.empty()) return penalty;
    const double ratio = better.explained / static_cast<double>(better.begins.size());
    if (ratio <= penalty * (1 + 1e-12)) return penalty;
    penalty = ratio;
  }
}

}  // namespace tracetax
