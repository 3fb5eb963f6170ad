#include <bit>
#include <limits>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>
#include <zlib.h>

#include "harness/base/rng.h"
#include "harness/results/base64.h"
#include "harness/results/histogram.h"

namespace tracetax {
namespace {

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

TEST(HistogramCodec, RoundTrips) {
  Rng rng(9);
  for (const HistogramRange range : {HistogramRange{}, HistogramRange{1000, 3'600'000'000'000, 2},
                                     HistogramRange{1, 1000, 5}, HistogramRange{1, largest, 1}}) {
    Histogram histogram(range);
    EXPECT_EQ(Histogram::decode(histogram.encode()), histogram);
    for (const int samples : {1, 2, 100, 5000}) {
      for (int i = 0; i < samples; ++i)
        histogram.record(static_cast<std::int64_t>(rng.exponential(static_cast<double>(range.highest) / 20)));
      const std::string encoded = histogram.encode();
      EXPECT_TRUE(encoded.starts_with("HISTFA"));
      const Histogram decoded = Histogram::decode(encoded);
      EXPECT_EQ(decoded, histogram);
      EXPECT_EQ(decoded.count(), histogram.count());
      EXPECT_EQ(decoded.min(), histogram.min());
      EXPECT_EQ(decoded.max(), histogram.max());
      EXPECT_EQ(decoded.percentile(99), histogram.percentile(99));
    }
  }
}

TEST(HistogramCodec, RoundTripsCountsOfEveryLength) {
  Histogram histogram({.lowest = 1, .highest = 100'000, .digits = 5});
  std::int64_t total = 0;
  for (int bits = 0; bits < 62; ++bits) {
    const std::int64_t count = (std::int64_t{1} << bits) - (bits > 3 ? 1 : 0);
    histogram.record(bits * 3, count);
    total += count;
  }
  histogram.record(99'999, largest - total);  // nine bytes
  EXPECT_EQ(histogram.count(), largest);
  EXPECT_EQ(Histogram::decode(histogram.encode()), histogram);
}

// A V2 histogram by hand, so that each part of it can be wrong.
struct Parts {
  std::uint32_t cookie = 0x1c849314;
  std::uint32_t inner_cookie = 0x1c849313;
  std::int64_t payload_length = -1;  // -1: as it is
  std::uint32_t offset = 0;
  std::uint32_t digits = 3;
  std::int64_t lowest = 1;
  std::int64_t highest = 60'000'000'000;
  double ratio = 1;
  std::string payload{"\x02", 1};  // one sample of 0
  std::string after{};             // behind the zlib stream
  int length_error = 0;
};

template <class T>
void put(std::string& out, T value) {
  for (std::size_t i = sizeof(T); i-- > 0;)
    out.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xff));
}

std::string build(const Parts& parts) {
  std::string inner;
  put(inner, parts.inner_cookie);
  put(inner, static_cast<std::uint32_t>(parts.payload_length < 0 ? static_cast<std::int64_t>(parts.payload.size())
                                                                 : parts.payload_length));
  put(inner, parts.offset);
  put(inner, parts.digits);
  put(inner, parts.lowest);
  put(inner, parts.highest);
  put(inner, std::bit_cast<std::uint64_t>(parts.ratio));
  inner += parts.payload;
  std::string compressed(compressBound(inner.size()), '\0');
  uLongf size = compressed.size();
  EXPECT_EQ(compress(reinterpret_cast<Bytef*>(compressed.data()), &size, reinterpret_cast<const Bytef*>(inner.data()),
                     inner.size()),
            Z_OK);
  compressed.resize(size);
  std::string outer;
  put(outer, parts.cookie);
  put(outer, static_cast<std::uint32_t>(static_cast<int>(compressed.size() + parts.after.size()) + parts.length_error));
  return base64_encode(outer + compressed + parts.after);
}

std::string refusal(const Parts& parts) {
  try {
    Histogram::decode(build(parts));
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(HistogramCodec, ReadsWhatTheTestBuilds) {
  Histogram expected;
  expected.record(0);
  EXPECT_EQ(Histogram::decode(build({})), expected);
}

TEST(HistogramCodec, ReadsTheHeaderOfHdrHistogramJs) {
  const double integer_one = std::bit_cast<double>(std::uint64_t{1});
  EXPECT_EQ(Histogram::decode(build({.offset = 1, .ratio = integer_one})), Histogram::decode(build({})));
}

TEST(HistogramCodec, RefusesWrongParts) {
  EXPECT_NE(refusal({.cookie = 0x1c849304}).find("cookie"), std::string::npos);
  EXPECT_NE(refusal({.inner_cookie = 0x1c849301}).find("inner cookie"), std::string::npos);
  EXPECT_NE(refusal({.payload_length = 2}).find("too early"), std::string::npos);
  EXPECT_NE(refusal({.payload_length = 0}).find("longer than declared"), std::string::npos);
  EXPECT_NE(refusal({.payload_length = 0xffffffff}).find("more counts"), std::string::npos);
  EXPECT_NE(refusal({.digits = 0}).find("range"), std::string::npos);
  EXPECT_NE(refusal({.digits = 6}).find("range"), std::string::npos);
  EXPECT_NE(refusal({.digits = 0xffffffff}).find("range"), std::string::npos);
  EXPECT_NE(refusal({.lowest = 0}).find("range"), std::string::npos);
  EXPECT_NE(refusal({.lowest = std::numeric_limits<std::int64_t>::min()}).find("range"), std::string::npos);
  EXPECT_NE(refusal({.lowest = largest, .highest = largest}).find("range"), std::string::npos);
  EXPECT_NE(refusal({.highest = 1}).find("range"), std::string::npos);
  EXPECT_NE(refusal({.digits = 5, .highest = largest}).find("4 Mi"), std::string::npos);
  EXPECT_NE(refusal({.ratio = 0.5}).find("ratio"), std::string::npos);
  EXPECT_NE(refusal({.ratio = std::numeric_limits<double>::quiet_NaN()}).find("ratio"), std::string::npos);
  EXPECT_NE(refusal({.after = "x"}).find("more after"), std::string::npos);
  EXPECT_NE(refusal({.length_error = 1}).find("length"), std::string::npos);
  EXPECT_NE(refusal({.length_error = -1}).find("length"), std::string::npos);
}

TEST(HistogramCodec, RefusesWrongCounts) {
  const std::string most(8, '\xff');
  EXPECT_NE(refusal({.payload = "\x80"}).find("cut off"), std::string::npos);
  EXPECT_NE(refusal({.payload = most}).find("cut off"), std::string::npos);
  // The longest run of zeros, -2^63; the run of one more zero than there are buckets.
  EXPECT_NE(refusal({.payload = most + '\xff'}).find("more counts"), std::string::npos);
  EXPECT_NE(refusal({.digits = 1, .highest = 2, .payload = "\x41"}).find("more counts"), std::string::npos);
  EXPECT_NE(refusal({.digits = 1, .highest = 2, .payload = std::string(33, '\x02')}).find("more counts"),
            std::string::npos);
  // 2^63 - 1 twice.
  const std::string huge = "\xfe" + std::string(7, '\xff') + '\xff';
  EXPECT_NE(refusal({.payload = huge + huge}).find("64 bits"), std::string::npos);
}

TEST(HistogramCodec, AcceptsTheLongestPayloadThatFits) {
  Histogram expected({.lowest = 1, .highest = 2, .digits = 1});  // 32 buckets
  const Histogram decoded = Histogram::decode(build({.digits = 1, .highest = 2, .payload = std::string(32, '\x02')}));
  EXPECT_EQ(decoded.count(), 32);  // Java has no bound of its own within the array either
  EXPECT_EQ(decoded.max(), 31);
  EXPECT_EQ(Histogram::decode(build({.digits = 1, .highest = 2, .payload = "\x3f"})), expected);
}

TEST(HistogramCodec, RefusesEveryTruncation) {
  Histogram histogram;
  for (int i = 1; i < 2000; i += 7) histogram.record(i * i);
  const std::string bytes = base64_decode(histogram.encode());
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    std::string cut = bytes.substr(0, length);
    EXPECT_THROW(Histogram::decode(base64_encode(cut)), std::runtime_error) << length;
    if (length < 8) continue;
    // With a length that fits, so that the zlib stream itself is cut.
    std::string size;
    put(size, static_cast<std::uint32_t>(length - 8));
    cut.replace(4, 4, size);
    EXPECT_THROW(Histogram::decode(base64_encode(cut)), std::runtime_error) << length;
  }
  EXPECT_THROW(Histogram::decode(""), std::runtime_error);
}

TEST(HistogramCodec, SurvivesGarbage) {
  Histogram histogram;
  for (int i = 1; i < 500; ++i) histogram.record(i * 1000);
  const std::string good = base64_decode(histogram.encode());
  Rng rng(77);
  int refused = 0;
  constexpr int attempts = 4000;
  for (int i = 0; i < attempts; ++i) {
    std::string bytes = good;
    for (std::uint64_t flips = 1 + rng.below(4); flips > 0; --flips) {
      bytes[rng.below(bytes.size())] = static_cast<char>(rng.below(256));
    }
    try {
      Histogram::decode(base64_encode(bytes));
    } catch (const std::runtime_error&) {
      ++refused;
    }
  }
  // The checksum of zlib sees nearly all; a flip may write the byte that was there.
  EXPECT_GT(refused, attempts * 9 / 10);
  // Payloads behind a right checksum reach the parser of counts.
  for (int i = 0; i < attempts; ++i) {
    Parts parts;
    parts.digits = static_cast<std::uint32_t>(1 + rng.below(3));
    parts.payload.clear();
    for (std::uint64_t length = rng.below(60); length > 0; --length)
      parts.payload.push_back(static_cast<char>(rng.below(256)));
    try {
      const Histogram decoded = Histogram::decode(build(parts));
      EXPECT_EQ(Histogram::decode(decoded.encode()), decoded);
      EXPECT_LE(decoded.min(), decoded.max());
    } catch (const std::runtime_error&) {
      ++refused;
    }
  }
}

}  // namespace
}  // namespace tracetax
