#include "harness/results/histogram.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "harness/base/ensure.h"

namespace tracetax {

Histogram::Layout Histogram::layout_of(const HistogramRange& range) {
  if (range.lowest < 1) throw std::invalid_argument("histogram: the lowest discernible value must be at least 1");
  if (range.highest / 2 < range.lowest) {
    throw std::invalid_argument("histogram: the highest value must be at least twice the lowest");
  }
  if (range.digits < 1 || range.digits > 5) throw std::invalid_argument("histogram: significant digits must be 1 to 5");

  // Values up to 2·10^digits must be told apart in steps of one unit.
  std::uint64_t single_unit_values = 2;
  for (int i = 0; i < range.digits; ++i) single_unit_values *= 10;
  const std::uint64_t sub_buckets = std::bit_ceil(single_unit_values);

  Layout layout;
  layout.half_magnitude = std::countr_zero(sub_buckets) - 1;
  layout.unit_magnitude = 63 - std::countl_zero(static_cast<std::uint64_t>(range.lowest));
  if (layout.unit_magnitude + layout.half_magnitude > 61) {
    throw std::invalid_argument("histogram: the lowest value leaves no room for that many digits in 64 bits");
  }
  layout.bucket_count = 1;
  const auto highest = static_cast<std::uint64_t>(range.highest);
  for (auto beyond = sub_buckets << layout.unit_magnitude; beyond <= highest; beyond <<= 1) ++layout.bucket_count;
  return layout;
}

Histogram::Histogram(const HistogramRange& range) : range_(range), layout_(layout_of(range)) {
  bucket_0_mask_ = ((std::uint64_t{2} << layout_.half_magnitude) - 1) << layout_.unit_magnitude;
  bucket_0_leading_zeros_ = std::countl_zero(bucket_0_mask_);
  counts_.resize(layout_.array_length());
  first_ = counts_.size();
}

std::int64_t Histogram::lowest_at(std::size_t index) const {
  const std::size_t half = std::size_t{1} << layout_.half_magnitude;
  if (index < half) return static_cast<std::int64_t>(index << layout_.unit_magnitude);
  const std::size_t bucket = (index >> layout_.half_magnitude) - 1;
  const std::size_t sub_bucket = (index & (half - 1)) + half;
  return static_cast<std::int64_t>(sub_bucket << (bucket + static_cast<std::size_t>(layout_.unit_magnitude)));
}

std::int64_t Histogram::width_at(std::size_t index) const {
  const int bucket = std::max(static_cast<int>(index >> layout_.half_magnitude) - 1, 0);
  return std::int64_t{1} << (bucket + layout_.unit_magnitude);
}

void Histogram::merge(const Histogram& other) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(total_, other.total_, &sum) ||
      __builtin_add_overflow(out_of_range_, other.out_of_range_, &sum) ||
      __builtin_add_overflow(sum, other.total_, &sum)) {
    throw std::overflow_error("histogram: the merged counts do not fit 64 bits");
  }
  out_of_range_ += other.out_of_range_;
  const bool same_layout = range_.lowest == other.range_.lowest && range_.highest == other.range_.highest &&
                           range_.digits == other.range_.digits;
  if (!same_layout) {
    for (std::size_t i = other.first_; i < other.end_; ++i) record(other.lowest_at(i), other.counts_[i]);
    return;
  }
  for (std::size_t i = other.first_; i < other.end_; ++i) counts_[i] += other.counts_[i];
  total_ += other.total_;
  first_ = std::min(first_, other.first_);
  end_ = std::max(end_, other.end_);
}

void Histogram::reset() {
  std::ranges::fill(counts_, 0);
  first_ = counts_.size();
  end_ = 0;
  total_ = out_of_range_ = 0;
}

std::int64_t Histogram::min() const {
  return total_ == 0 ? 0 : lowest_at(first_);
}

std::int64_t Histogram::max() const {
  return total_ == 0 ? 0 : highest_at(end_ - 1);
}

double Histogram::mean() const {
  if (total_ == 0) return 0;
  double sum = 0;
  for (std::size_t i = first_; i < end_; ++i) {
    sum += static_cast<double>(midpoint_at(i)) * static_cast<double>(counts_[i]);
  }
  return sum / static_cast<double>(total_);
}

double Histogram::stddev() const {
  if (total_ == 0) return 0;
  const double centre = mean();
  double sum = 0;
  for (std::size_t i = first_; i < end_; ++i) {
    const double deviation = static_cast<double>(midpoint_at(i)) - centre;
    sum += deviation * deviation * static_cast<double>(counts_[i]);
  }
  return std::sqrt(sum / static_cast<double>(total_));
}

std::int64_t Histogram::percentile(double percentile_0_to_100) const {
  if (total_ == 0) return 0;
  if (!(percentile_0_to_100 > 0)) return min();
  const double lowered = std::nextafter(percentile_0_to_100, -std::numeric_limits<double>::infinity());
  const double wanted = std::ceil(std::clamp(lowered, 0.0, 100.0) * static_cast<double>(total_) / 100.0);
  // A count near 2^63 is rounded up by the conversion: compare before converting back.
  const std::int64_t rank =
      wanted >= static_cast<double>(total_) ? total_ : std::max<std::int64_t>(1, static_cast<std::int64_t>(wanted));

  // High percentiles are asked most and are near the end: count from the side that is nearer.
  if (rank > total_ / 2) {
    std::int64_t below = total_;  // samples at or below bucket i-1
    for (std::size_t i = end_; i > first_;) {
      --i;
      below -= counts_[i];
      if (below < rank) return highest_at(i);
    }
  }
  std::int64_t reached = 0;
  for (std::size_t i = first_; i < end_; ++i) {
    reached += counts_[i];
    if (reached >= rank) return highest_at(i);
  }
  return max();
}

std::int64_t Histogram::count_at(std::int64_t value) const {
  if (value < 0) return 0;
  const std::size_t index = index_of(value);
  return index < counts_.size() ? counts_[index] : 0;
}

std::int64_t Histogram::lowest_equivalent(std::int64_t value) const {
  ensure(value >= 0, "a histogram's values are not negative");
  return lowest_at(index_of(value));
}

std::int64_t Histogram::highest_equivalent(std::int64_t value) const {
  ensure(value >= 0, "a histogram's values are not negative");
  return highest_at(index_of(value));
}

std::size_t Histogram::memory_bytes() const {
  return sizeof(*this) + counts_.capacity() * sizeof(counts_[0]);
}

bool Histogram::operator==(const Histogram& other) const {
  return range_.lowest == other.range_.lowest && range_.highest == other.range_.highest &&
         range_.digits == other.range_.digits && total_ == other.total_ && counts_ == other.counts_;
}

}  // namespace tracetax
