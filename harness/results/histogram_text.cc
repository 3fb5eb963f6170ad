// The .hgrm percentile table as Java's outputPercentileDistribution writes it, byte for byte.

#include <array>
#include <charconv>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "harness/results/histogram.h"

namespace tracetax {
namespace {

// Java's %.Nf rounds the shortest decimal that names the double, halves up; C's rounds the exact binary value. They
// differ where that decimal ends in a 5, which 1/(1-p) often does.
std::string java_fixed(double value, int digits) {
  if (!std::isfinite(value)) return value > 0 ? "Infinity" : value < 0 ? "-Infinity" : "NaN";
  std::array<char, 512> buffer{};
  const auto shortest = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
  std::string text(buffer.data(), shortest.ptr);
  if (text.find('.') == std::string::npos) text += '.';
  const std::size_t end = text.find('.') + 1 + static_cast<std::size_t>(digits);
  if (text.size() <= end) {
    text.resize(end, '0');
    return text;
  }
  const bool up = text[end] >= '5';
  text.resize(end);
  for (std::size_t i = end; up && i-- > 0;) {
    if (text[i] == '.') continue;
    if (text[i] == '-') {
      text.insert(1, 1, '1');
      return text;
    }
    if (text[i] != '9') {
      ++text[i];
      return text;
    }
    text[i] = '0';
    if (i == 0) text.insert(0, 1, '1');
  }
  return text;
}

// Java's PercentileIterator: ticks of equal width, halved whenever half of the distance to 100 % is behind.
// 100 where a double cannot come nearer, so that levels always advance.
double next_level(double level, int ticks_per_half_distance) {
  const double halvings = std::trunc(std::log(100.0 / (100.0 - level)) / std::log(2.0));
  const double next = level + 100.0 / (ticks_per_half_distance * std::exp2(halvings + 1));
  return next > level ? next : 100.0;
}

}  // namespace

std::string Histogram::percentile_table(double unit, int ticks_per_half_distance) const {
  if (!(unit > 0) || ticks_per_half_distance < 1) {
    throw std::invalid_argument("percentile table: the unit and the ticks per half distance must be above 0");
  }
  const auto number = [&](double value) { return java_fixed(value / unit, range_.digits); };
  std::string text =
      fmt::format("{:>12} {:>14} {:>10} {:>14}\n\n", "Value", "Percentile", "TotalCount", "1/(1-Percentile)");

  double level = 0;
  std::int64_t reached = 0;
  for (std::size_t i = first_; i < end_; ++i) {
    if (counts_[i] == 0) continue;
    reached += counts_[i];
    const auto value = static_cast<double>(highest_at(i));
    const double percentile_reached = 100.0 * static_cast<double>(reached) / static_cast<double>(total_);
    // A level of 100 comes only with more samples than a double counts; the last row has it anyway.
    for (bool last = false; !last && percentile_reached >= level && level < 100;) {
      text += fmt::format("{:>12} {} {:>10} {:>14}\n", number(value), java_fixed(level / 100, 12), reached,
                          java_fixed(1 / (1.0 - level / 100), 2));
      level = next_level(level, ticks_per_half_distance);
      last = reached == total_;  // the last bucket has one row before that of 100 %
    }
  }
  if (total_ > 0) {
    text += fmt::format("{:>12} {} {:>10}\n", number(static_cast<double>(max())), java_fixed(1, 12), total_);
  }
  text += fmt::format("#[Mean    = {:>12}, StdDeviation   = {:>12}]\n", number(mean()), number(stddev()));
  text += fmt::format("#[Max     = {:>12}, Total count    = {:>12}]\n", number(static_cast<double>(max())), total_);
  text +=
      fmt::format("#[Buckets = {:>12}, SubBuckets     = {:>12}]\n", layout_.bucket_count, 2 << layout_.half_magnitude);
  return text;
}

}  // namespace tracetax
