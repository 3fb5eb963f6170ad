#include <algorithm>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "harness/results/histogram.h"

namespace tracetax {
namespace {

Histogram of(std::int64_t value, std::int64_t count) {
  Histogram histogram;
  histogram.record(value, count);
  return histogram;
}

IntervalLog example() {
  IntervalLog log;
  log.start_time_s = 1441812279.474;
  log.comment = "values: nanoseconds";
  log.intervals.push_back({.tag = "ratio10", .start_s = 1.134, .length_s = 0.999, .histogram = of(442'000, 3)});
  log.intervals.push_back({.tag = {}, .start_s = 2.133, .length_s = 1, .histogram = {}});
  return log;
}

TEST(IntervalLog, IsWrittenInVersion1_3) {
  const IntervalLog log = example();
  const std::string expected =
      "#[Histogram log format version 1.3]\n"
      "# values: nanoseconds\n"
      "#[StartTime: 1441812279.474 (seconds since epoch), Wed Sep 09 15:24:39 UTC 2015]\n"
      "#[BaseTime: 1441812279.474 (seconds since epoch)]\n"
      "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n"
      "Tag=ratio10,1.134,0.999,0.442," +
      log.intervals[0].histogram.encode() + "\n" +  //
      "2.133,1.000,0.000," + log.intervals[1].histogram.encode() + "\n";
  EXPECT_EQ(write_interval_log(log), expected);
}

TEST(IntervalLog, RoundTrips) {
  const IntervalLog log = read_interval_log(write_interval_log(example()));
  EXPECT_EQ(log.start_time_s, 1441812279.474);
  EXPECT_EQ(log.comment, "values: nanoseconds");
  ASSERT_EQ(log.intervals.size(), 2U);
  EXPECT_EQ(log.intervals[0].tag, "ratio10");
  EXPECT_EQ(log.intervals[0].start_s, 1.134);
  EXPECT_EQ(log.intervals[0].length_s, 0.999);
  EXPECT_EQ(log.intervals[0].histogram, of(442'000, 3));
  EXPECT_EQ(log.intervals[1].tag, "");
  EXPECT_EQ(log.intervals[1].start_s, 2.133);
  EXPECT_EQ(log.intervals[1].histogram, Histogram());
}

TEST(IntervalLog, KeepsCommentsShort) {
  IntervalLog log;
  log.comment = std::string(300, 'x') + "\nsecond line " + std::string(100, 'y') + " " + std::string(100, 'z') + "\nµ";
  for (int i = 0; i < 100; ++i) log.comment += "µ";
  std::istringstream lines(write_interval_log(log));
  std::size_t longest = 0;
  int comments = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("# ")) continue;
    ++comments;
    longest = std::max(longest, line.size());
    EXPECT_NE(static_cast<unsigned char>(line[2]) & 0xc0, 0x80) << "a comment begins within a character: " << line;
  }
  EXPECT_EQ(comments, 3 + 2 + 2);
  EXPECT_LT(longest, 128U);
}

TEST(IntervalLog, RefusesWhatTheFormatCannotHold) {
  for (const char* tag : {"a,b", "a b", "a\nb", "a\rb", "\t"}) {
    IntervalLog log = example();
    log.intervals[0].tag = tag;
    EXPECT_THROW(write_interval_log(log), std::invalid_argument) << tag;
  }
  IntervalLog log = example();
  log.intervals[0].length_s = -1;
  EXPECT_THROW(write_interval_log(log), std::invalid_argument);
  log = example();
  log.intervals[0].start_s = std::numeric_limits<double>::infinity();
  EXPECT_THROW(write_interval_log(log), std::invalid_argument);
  log = example();
  for (const double start : {-1.0, 1e300, std::numeric_limits<double>::quiet_NaN()}) {
    log.start_time_s = start;
    EXPECT_THROW(write_interval_log(log), std::invalid_argument) << start;
  }
}

constexpr const char* three_at_442us_prefix = "0.999,0.442,";

TEST(IntervalLog, TakesTimesOfForeignLogsByJavasRules) {
  const std::string rest = three_at_442us_prefix + of(442'000, 3).encode() + "\n";
  // Stamps since 1970, no BaseTime.
  IntervalLog log = read_interval_log("#[StartTime: 1441812279.474 (seconds since epoch), x]\n1441812280.474," + rest);
  EXPECT_DOUBLE_EQ(log.intervals.at(0).start_s, 1);
  // Stamps since StartTime, no BaseTime.
  log = read_interval_log("#[StartTime: 1441812279.474 (seconds since epoch), x]\n5.250," + rest);
  EXPECT_DOUBLE_EQ(log.intervals.at(0).start_s, 5.25);
  // Stamps since an earlier BaseTime.
  log = read_interval_log(
      "#[StartTime: 100.000 (seconds since epoch), x]\n#[BaseTime: 90.000 (seconds since epoch)]\n15.000," + rest);
  EXPECT_DOUBLE_EQ(log.intervals.at(0).start_s, 5);
  // Neither.
  log = read_interval_log("7.000," + rest);
  EXPECT_EQ(log.start_time_s, 0);
  EXPECT_DOUBLE_EQ(log.intervals.at(0).start_s, 7);
}

TEST(IntervalLog, ReadsCarriageReturnsAndAMissingLastLineBreak) {
  std::string text = write_interval_log(example());
  text.pop_back();
  std::string with_returns;
  for (const char c : text) with_returns += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_EQ(read_interval_log(with_returns).intervals.size(), 2U);
  EXPECT_TRUE(read_interval_log("").intervals.empty());
}

TEST(IntervalLog, NamesTheLineAtFault) {
  const std::string good = "1.000,0.999,0.442," + of(1, 1).encode();
  const auto problem = [&](const std::string& line) {
    try {
      read_interval_log("#comment\n" + good + "\n" + line + "\n");
    } catch (const std::runtime_error& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  EXPECT_EQ(problem(good), "accepted");
  EXPECT_EQ(problem("x,1,1,HIST"), "interval log, line 3: the start is not a number");
  EXPECT_EQ(problem("1,2x,1,HIST"), "interval log, line 3: the length is not a number");
  EXPECT_EQ(problem("1,nan,1,HIST"), "interval log, line 3: the length is not a number");
  EXPECT_EQ(problem("1,-2,1,HIST"), "interval log, line 3: the length is negative");
  EXPECT_EQ(problem("1,2"), "interval log, line 3: the fields end before the length");
  EXPECT_EQ(problem("Tag=a"), "interval log, line 3: the fields end before the start");
  EXPECT_EQ(problem("#[StartTime: soon]"), "interval log, line 3: StartTime is not a number");
  EXPECT_EQ(problem("1,2,3,HISTFAAA"), "interval log, line 3: not an HdrHistogram: too short");
  EXPECT_EQ(problem("1,2,3,"), "interval log, line 3: not an HdrHistogram: too short");
  EXPECT_EQ(problem("1,2,3,????"), "interval log, line 3: Base64: a character outside the alphabet");
}

}  // namespace
}  // namespace tracetax
