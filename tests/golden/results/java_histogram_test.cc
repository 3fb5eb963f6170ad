// The Java implementation's own answers (java/Reference.java) against ours: tables byte for byte, percentiles, codec.
#include <array>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>
#include <zlib.h>

#include "harness/results/base64.h"
#include "harness/results/files.h"
#include "harness/results/histogram.h"

namespace tracetax {
namespace {

std::string golden(const std::string& name) {
  return read_file(std::filesystem::path(TRACETAX_SOURCE_DIR) / "tests/golden/results/java" / name);
}

Histogram spread() {
  Histogram histogram;
  for (std::int64_t i = 0; i < 10000; ++i) histogram.record((i * i * 7919 + 104729 * i) % 50'000'000 + 1);
  return histogram;
}
Histogram uniform() {
  Histogram histogram;
  for (std::int64_t i = 1; i <= 10000; ++i) histogram.record(i);
  return histogram;
}
Histogram wide() {
  Histogram histogram({.lowest = 1000, .highest = 3'600'000'000'000, .digits = 2});
  for (std::int64_t i = 0; i < 1000; ++i) histogram.record((i * i * i) % 2'000'000'000 * 1000 + i);
  return histogram;
}
Histogram small() {
  Histogram histogram;
  for (const std::int64_t v : {0L, 1L, 1L, 3L, 2047L, 2048L, 2049L, 4095L, 4096L, 1'000'000L, 59'999'999'999L})
    histogram.record(v);
  histogram.record(500, std::int64_t{1} << 40);
  return histogram;
}

TEST(JavaHistogram, TablesAreTheSameByteForByte) {
  EXPECT_EQ(spread().percentile_table(1000), golden("spread.hgrm"));
  EXPECT_EQ(uniform().percentile_table(1), golden("uniform.hgrm"));
  EXPECT_EQ(wide().percentile_table(1e6, 10), golden("wide.hgrm"));
  EXPECT_EQ(Histogram().percentile_table(1), golden("empty.hgrm"));
  EXPECT_EQ(small().percentile_table(1000), golden("small.hgrm"));
}

struct Answers {
  std::int64_t min, max;
  double mean, stddev;
  std::array<std::int64_t, 11> percentiles;
};

void expect_answers(const Histogram& histogram, const Answers& expected) {
  constexpr std::array<double, 11> percentiles{0, 1, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100};
  EXPECT_EQ(histogram.min(), expected.min);
  EXPECT_EQ(histogram.max(), expected.max);
  EXPECT_DOUBLE_EQ(histogram.mean(), expected.mean);
  EXPECT_DOUBLE_EQ(histogram.stddev(), expected.stddev);
  for (std::size_t i = 0; i < percentiles.size(); ++i) {
    EXPECT_EQ(histogram.percentile(percentiles[i]), expected.percentiles[i]) << percentiles[i];
  }
}

TEST(JavaHistogram, SummariesAreTheSame) {
  expect_answers(spread(), {1,
                            50003967,
                            2.48455413591E7,
                            1.4357463603880426E7,
                            {1, 523519, 12460031, 24838143, 37126143, 44761087, 47349759, 49512447, 49971199, 50003967,
                             50003967}});
  expect_answers(
      uniform(),
      {1, 10007, 5000.898, 2886.8926666566617, {1, 100, 2501, 5003, 7503, 9007, 9503, 9903, 9991, 9999, 10007}});
  expect_answers(wide(), {0,
                          1000727379967,
                          2.495076628096E11,
                          2.8303312307396216E11,
                          {0, 729087, 15502147583, 124554051583, 420906795007, 730144440319, 854698491903, 970662608895,
                           996432412671, 1000727379967, 1000727379967}});
  expect_answers(small(), {0,
                           60028878847,
                           500.054581606188,
                           57231.99953079158,
                           {0, 500, 500, 500, 500, 500, 500, 500, 500, 500, 60028878847}});
}

TEST(JavaHistogram, ItsEncodingsAreRead) {
  const auto first_line = [](const std::string& text) { return text.substr(0, text.find('\n')); };
  EXPECT_EQ(Histogram::decode(first_line(golden("spread.b64"))), spread());
  EXPECT_EQ(Histogram::decode(first_line(golden("wide.b64"))), wide());
  EXPECT_EQ(Histogram::decode("HISTFAAAACB4nJNpmSzMwMDAyAABzFAaxOf94R7BYP8BKgIAUR8EHw=="), Histogram());
  EXPECT_EQ(
      Histogram::decode("HISTFAAAADp4nJNpmSzMwMAgzQABzFCaEYh5f7hHMNh/gAgwsTAw3WdvAAGHyRJMLL/5mZj21zFt/svIBAAvEwyY"),
      small());
}

// What Java deflates; the compressed bytes depend on zlib's settings.
std::string inflated_hex(const Histogram& histogram) {
  const std::string bytes = base64_decode(histogram.encode());
  std::array<Bytef, 4096> out{};
  uLongf length = out.size();
  EXPECT_EQ(uncompress(out.data(), &length, reinterpret_cast<const Bytef*>(bytes.data()) + 8, bytes.size() - 8), Z_OK);
  std::string hex;
  for (uLongf i = 0; i < length; ++i) {
    constexpr std::string_view digits = "0123456789abcdef";
    hex += digits[out[i] >> 4];
    hex += digits[out[i] & 15];
  }
  return hex;
}

TEST(JavaHistogram, OurEncodingsHaveItsBytesInside) {
  EXPECT_EQ(inflated_hex(Histogram()),
            "1c84931300000001000000000000000300000000000000010000000df84758003ff000000000000000");
  EXPECT_EQ(inflated_hex(small()),
            "1c8493130000001b000000000000000300000000000000010000000df84758003ff0000000000000"
            "02040002df0780808080804093180204fb0f0202bf7e02b3fd0102");
}

}  // namespace
}  // namespace tracetax
