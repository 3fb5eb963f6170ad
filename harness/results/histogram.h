#pragma once
// HdrHistogram: counts of integer values in buckets of bounded relative width (G. Tene; the Java implementation is the
// reference for bucket layout, percentile ranks and the V2 encoding). For pictures, percentiles, exchange and merging;
// arms are compared on the samples, because 3 digits at 1 ms is a bucket 512 ns wide.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tracetax {

struct HistogramRange {
  std::int64_t lowest = 1;                // lowest discernible value, at least 1
  std::int64_t highest = 60'000'000'000;  // highest trackable value, at least 2 × lowest
  int digits = 3;                         // significant decimal digits, 1..5
};

class Histogram {
 public:
  // Throws std::invalid_argument for a range outside the bounds above.
  explicit Histogram(const HistogramRange& range);
  Histogram() : Histogram(HistogramRange{}) {}

  // Hot path: no allocation, no branch on state. Values outside 0..highest are counted as out of range, never clamped.
  void record(std::int64_t value) { add(value, 1); }
  void record(std::int64_t value, std::int64_t count) {  // count: not negative
    if (count != 0) add(value, count);
  }
  // Adds `other`; values beyond this range are counted as out of range. Exact where the ranges are equal; otherwise
  // each bucket is added at its lowest value, as Java does. Throws std::overflow_error, unchanged, when the sum of
  // counts does not fit.
  void merge(const Histogram& other);
  void reset();

  std::int64_t count() const { return total_; }
  std::int64_t out_of_range() const { return out_of_range_; }
  std::int64_t min() const;  // lowest equivalent value of the smallest; 0 when empty
  std::int64_t max() const;  // highest equivalent value of the largest; 0 when empty
  double mean() const;       // from bucket midpoints, as Java does
  double stddev() const;     // of the population
  // Highest equivalent value of the sample of rank ceil(percentile/100 · count), at least 1 (Java's rule; C rounds).
  // The percentile is taken one ulp lower first, so that 99.9 % of 1000 is rank 999 and not 1000; 0 gives min().
  std::int64_t percentile(double percentile_0_to_100) const;
  std::int64_t count_at(std::int64_t value) const;  // in the bucket of that value
  // Of values that are not negative.
  std::int64_t lowest_equivalent(std::int64_t value) const;
  std::int64_t highest_equivalent(std::int64_t value) const;
  std::size_t memory_bytes() const;
  const HistogramRange& range() const { return range_; }
  bool operator==(const Histogram&) const;  // same range, same counts

  // V2 compressed form, Base64: "HISTFA…". decode throws std::runtime_error on anything else, and on a range that needs
  // more than 4 Mi buckets (5 digits from 1 ns to 2 h need less).
  std::string encode() const;
  static Histogram decode(std::string_view base64);

  // The .hgrm text: values divided by `unit` (1e3 shows nanoseconds as microseconds), 5 ticks per half distance.
  std::string percentile_table(double unit, int ticks_per_half_distance = 5) const;

 private:
  struct Layout {
    int unit_magnitude = 0;  // log2 of the width of bucket 0's sub-buckets
    int half_magnitude = 0;  // log2 of half the number of sub-buckets
    int bucket_count = 0;
    std::size_t array_length() const { return static_cast<std::size_t>(bucket_count + 1) << half_magnitude; }
  };
  static Layout layout_of(const HistogramRange&);  // throws as the constructor

  void add(std::int64_t value, std::int64_t count) {
    // One comparison for both ends: a negative value is a huge unsigned one.
    if (static_cast<std::uint64_t>(value) > static_cast<std::uint64_t>(range_.highest)) [[unlikely]] {
      out_of_range_ += count;
      return;
    }
    const std::size_t index = index_of(value);
    counts_[index] += count;
    total_ += count;
    first_ = index < first_ ? index : first_;
    end_ = index >= end_ ? index + 1 : end_;
  }

  // The bucket doubles with each power of two above the first sub_bucket_count_ units; within a bucket the sub-bucket
  // is the value's leading bits. Its lower half is covered by the bucket below, so buckets overlap by half in the
  // array.
  std::size_t index_of(std::int64_t value) const {
    const auto bits = static_cast<std::uint64_t>(value);
    const int bucket = bucket_0_leading_zeros_ - std::countl_zero(bits | bucket_0_mask_);
    return (static_cast<std::size_t>(bucket) << layout_.half_magnitude) +
           static_cast<std::size_t>(bits >> (bucket + layout_.unit_magnitude));
  }
  std::int64_t lowest_at(std::size_t index) const;
  std::int64_t width_at(std::size_t index) const;
  std::int64_t highest_at(std::size_t index) const { return lowest_at(index) + (width_at(index) - 1); }
  // Rounded up, as Java's.
  std::int64_t midpoint_at(std::size_t index) const { return lowest_at(index) + (width_at(index) >> 1); }
  void set_counts(std::string_view payload);  // decode's last step

  HistogramRange range_;
  Layout layout_;
  int bucket_0_leading_zeros_ = 0;  // of its largest value
  std::uint64_t bucket_0_mask_ = 0;
  std::vector<std::int64_t> counts_;
  std::size_t first_ = 0,
              end_ = 0;  // all counts outside first_ .. end_-1 are zero; empty: first_ = counts_.size(), end_ = 0
  std::int64_t total_ = 0, out_of_range_ = 0;
};

// One interval of an interval log, format version 1.3.
struct LogInterval {
  std::string tag{};    // no comma, blank or line break; empty: none
  double start_s = 0;   // since the log's start_time_s
  double length_s = 0;  // length, not the end
  Histogram histogram{};
};
struct IntervalLog {
  double start_time_s = 0;  // seconds since 1970; written as StartTime and as BaseTime
  std::string comment{};    // says the values' unit; lines are broken to stay under 128 characters
  std::vector<LogInterval> intervals{};
};
// The text, times in milliseconds' resolution. Throws std::invalid_argument for a tag or time that the format cannot
// hold.
std::string write_interval_log(const IntervalLog&);
// The same in pieces: what comes before the first interval (`intervals` do not matter), and each of them.
std::string interval_log_head(const IntervalLog&);
std::string interval_log_line(const LogInterval&);
// Throws std::runtime_error with the line. Times of foreign logs are made relative to their StartTime by Java's rules.
IntervalLog read_interval_log(std::string_view text);

}  // namespace tracetax
