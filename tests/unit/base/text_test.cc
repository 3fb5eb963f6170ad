#include "harness/base/text.h"

#include <array>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace tracetax {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(Text, FormatsDurations) {
  const std::vector<std::pair<double, std::string>> table{
      {0, "0 ns"},         {-0.0, "0 ns"},       {0.001, "0 ns"},        {-0.001, "0 ns"},       {0.5, "0.50 ns"},
      {1, "1 ns"},         {12.34, "12.3 ns"},   {999, "999 ns"},        {999.4, "999 ns"},      {999.6, "1.00 µs"},
      {1000, "1.00 µs"},   {19'000, "19.0 µs"},  {-19'000, "-19.0 µs"},  {99'940, "99.9 µs"},    {99'960, "100 µs"},
      {212'000, "212 µs"}, {999'900, "1.00 ms"}, {1'070'000, "1.07 ms"}, {9'996'000, "10.0 ms"}, {2e9, "2.00 s"},
      {1.5e12, "1500 s"},  {nan, "n/a"},         {infinity, "n/a"},      {-infinity, "n/a"},
  };
  for (const auto& [nanoseconds, text] : table) EXPECT_EQ(format_duration(nanoseconds), text) << nanoseconds;
}

TEST(Text, FormatsSignedDurations) {
  EXPECT_EQ(format_signed_duration(19'000), "+19.0 µs");
  EXPECT_EQ(format_signed_duration(-19'000), "-19.0 µs");
  EXPECT_EQ(format_signed_duration(0), "+0 ns");
  EXPECT_EQ(format_signed_duration(-0.001), "+0 ns");
  EXPECT_EQ(format_signed_duration(nan), "n/a");
}

TEST(Text, FormatsShares) {
  EXPECT_EQ(format_share(0.0107), "1.07 %");
  EXPECT_EQ(format_share(-0.0002), "-0.02 %");
  EXPECT_EQ(format_share(-0.00004), "0.00 %");
  EXPECT_EQ(format_share(0.5, 0), "50 %");
  EXPECT_EQ(format_share(nan), "n/a");
  EXPECT_EQ(format_signed_share(0.0107), "+1.07 %");
  EXPECT_EQ(format_signed_share(-0.0107, 1), "-1.1 %");
  EXPECT_EQ(format_signed_share(-0.00004), "+0.00 %");
  EXPECT_EQ(format_signed_share(infinity), "n/a");
}

TEST(Text, FormatsCounts) {
  const std::vector<std::pair<std::int64_t, std::string>> table{
      {0, "0"},
      {7, "7"},
      {999, "999"},
      {1000, "1,000"},
      {1003, "1,003"},
      {-1, "-1"},
      {-999, "-999"},
      {-1000, "-1,000"},
      {100'000, "100,000"},
      {-12'345'678, "-12,345,678"},
      {std::numeric_limits<std::int64_t>::min(), "-9,223,372,036,854,775,808"},
  };
  for (const auto& [n, text] : table) EXPECT_EQ(format_count(n), text);
}

TEST(Text, FormatsBytes) {
  EXPECT_EQ(format_bytes(0), "0 B");
  EXPECT_EQ(format_bytes(512), "512 B");
  EXPECT_EQ(format_bytes(1210), "1.21 kB");
  EXPECT_EQ(format_bytes(3e6), "3.00 MB");
  EXPECT_EQ(format_bytes(12.5e9), "12.5 GB");
}

TEST(Text, ParsesDurations) {
  const std::vector<std::pair<std::string, std::int64_t>> table{
      {"2ms", 2'000'000},
      {"1.5 s", 1'500'000'000},
      {"100us", 100'000},
      {"100µs", 100'000},
      {"100μs", 100'000},
      {"0s", 0},
      {"7ns", 7},
      {"2m", 120'000'000'000},
      {"1h", 3'600'000'000'000},
      {"0.0000005ms", 1},
      {".5s", 500'000'000},
      {"-5ms", -5'000'000},
      {"2  ms", 2'000'000},
      {"2500000h", 9'000'000'000'000'000'000},
  };
  for (const auto& [text, nanoseconds] : table) {
    const auto parsed = parse_duration(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(parsed->count(), nanoseconds) << text;
  }
}

TEST(Text, RefusesWhatIsNoDuration) {
  for (const char* text :
       {"",     "5",     "ms",     "5 parsecs", "5MS",   " 5ms",      "5ms ",     "5\tms", "+5ms",  "1e3s",
        "0x5s", "5,5ms", "1.2.3s", "inf s",     "nan s", "infinitys", "2600000h", "5m s",  "--5ms", "5s5s"}) {
    EXPECT_FALSE(parse_duration(text)) << '"' << text << '"';
  }
}

TEST(Text, FindsTheNearestWord) {
  constexpr std::array<std::string_view, 5> keys{"weight", "window", "warmup", "seed", "blocks"};
  EXPECT_EQ(nearest("weigth", keys), "weight");  // two neighbours swapped
  EXPECT_EQ(nearest("wieght", keys), "weight");
  EXPECT_EQ(nearest("windows", keys), "window");
  EXPECT_EQ(nearest("warmpu", keys), "warmup");
  EXPECT_EQ(nearest("sed", keys), "seed");
  EXPECT_EQ(nearest("seed", keys), "seed");
  EXPECT_EQ(nearest("blcosk", keys), "blocks");
  EXPECT_EQ(nearest("arrivals", keys), std::nullopt);
  EXPECT_EQ(nearest("", keys), std::nullopt);
  EXPECT_EQ(nearest("weight", {}), std::nullopt);
}

TEST(Text, NearestPrefersTheSmallestDistanceAndThenTheFirst) {
  constexpr std::array<std::string_view, 3> tied{"rata", "rate", "rato"};
  EXPECT_EQ(nearest("rat", tied), "rata");
  EXPECT_EQ(nearest("rate", tied), "rate");
  // Short words: one change is allowed, two are not.
  constexpr std::array<std::string_view, 1> one{"ms"};
  EXPECT_EQ(nearest("m", one), "ms");
  EXPECT_EQ(nearest("ab", one), std::nullopt);
}

TEST(Text, FormatsUtc) {
  EXPECT_EQ(format_utc(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_utc(1767348900), "2026-01-02T10:15:00Z");
  EXPECT_EQ(format_utc_compact(1767348900), "20260102T101500Z");
  EXPECT_EQ(format_utc(951782400), "2000-02-29T00:00:00Z");
  EXPECT_EQ(format_utc(-1), "1969-12-31T23:59:59Z");
}

}  // namespace
}  // namespace tracetax
