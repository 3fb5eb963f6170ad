#pragma once
// HdrHistogram: counts of integer values in buckets of bounded relative width (G. Tene; the Java implementation is the
// reference for bucket layout, percentile ranks and the V2 encoding). For pictures, percentiles, exchange and merging;
// arms are compared on the samples, because 3 digits at 1 ms is a bucket 512 ns wide.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tracetax {

struct HistogramRange {
  std::int64_t lowest = 1;                    // lowest discernible value, at least 1
  std::int64_t highest = 60'000'000'000;      // highest trackable value, at least 2 × lowest
  int digits = 3;                             // significant decimal digits, 1..5
};

class Histogram {
 public:
  // Throws std::invalid_argument for a range outside the bounds above.
  explicit Histogram(const HistogramRange& range = {});

  // Hot path: no allocation, no branch on state. Values outside 0..highest are counted as out of range, never clamped.
  void record(std::int64_t value) { record(value, 1); }
  void record(std::int64_t value, std::int64_t count);
  // Adds `other`; values beyond this range are counted as out of range. Exact where the ranges are equal.
  void merge(const Histogram& other);
  void reset();

  std::int64_t count() const { return total_; }
  std::int64_t out_of_range() const { return out_of_range_; }
  std::int64_t min() const;  // lowest equivalent value of the smallest; 0 when empty
  std::int64_t max() const;  // highest equivalent value of the largest; 0 when empty
  double mean() const;       // from bucket midpoints, as Java does
  double stddev() const;     // of the population
  // Highest equivalent value of the sample of rank ceil(percentile/100 · count), at least 1 (Java's rule; C rounds).
  std::int64_t percentile(double percentile_0_to_100) const;
  std::int64_t count_at(std::int64_t value) const;  // in the bucket of that value
  std::int64_t lowest_equivalent(std::int64_t value) const;
  std::int64_t highest_equivalent(std::int64_t value) const;
  std::size_t memory_bytes() const;
  const HistogramRange& range() const { return range_; }
  bool operator==(const Histogram&) const;  // same range, same counts

  // V2 compressed form, Base64: "HISTFA…". decode throws std::runtime_error on anything else.
  std::string encode() const;
  static Histogram decode(std::string_view base64);

  // The .hgrm text: values divided by `unit` (1e3 shows nanoseconds as microseconds), 5 ticks per half distance.
  std::string percentile_table(double unit, int ticks_per_half_distance = 5) const;

 private:
  HistogramRange range_;
  int unit_magnitude_ = 0, sub_bucket_half_count_magnitude_ = 0;
  std::int32_t sub_bucket_count_ = 0, bucket_count_ = 0;
  std::vector<std::int64_t> counts_;
  std::int64_t total_ = 0, out_of_range_ = 0, min_ = 0, max_ = 0;
};

// One interval of an interval log, format version 1.3.
struct LogInterval {
  std::string tag{};           // no comma, blank or line break; empty: none
  double start_s = 0;          // since the log's BaseTime
  double length_s = 0;         // length, not the end
  Histogram histogram;
};
struct IntervalLog {
  double start_time_s = 0;  // seconds since 1970, of StartTime
  std::string comment{};     // says the values' unit; lines are kept under 128 characters
  std::vector<LogInterval> intervals{};
};
std::string write_interval_log(const IntervalLog&);
IntervalLog read_interval_log(std::string_view text);  // throws std::runtime_error with the line

}  // namespace tracetax
