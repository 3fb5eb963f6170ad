#include <gtest/gtest.h>

#include "answers.h"
#include "harness/policy/hashes.h"
#include "harness/policy/trace_state.h"

namespace tracetax::policy {
namespace {

TEST(Thresholds, OfTheTailAreCutOff) {
  EXPECT_EQ(tail_threshold(0), 0u);
  EXPECT_EQ(tail_threshold(-5), 0u);
  EXPECT_EQ(tail_threshold(100), ~std::uint64_t{0});
  EXPECT_EQ(tail_threshold(1000), ~std::uint64_t{0});
  // Halves are exact but for the rounding of 2^64-1 times 1/2 = 2^63 - 1/2, which is cut off.
  EXPECT_EQ(tail_threshold(50), (std::uint64_t{1} << 63) - 1);
  EXPECT_EQ(tail_threshold(25), (std::uint64_t{1} << 62) - 1);
}

TEST(Thresholds, AndHashesOfTheTailAreThoseOfGo) {
  otlp::TraceId id{};
  for (std::size_t i = 0; i < id.size(); ++i) id[i] = static_cast<std::uint8_t>(i + 1);
  const auto& numbers = known_answers()["tail"];
  ASSERT_GT(numbers.size(), 15u);
  for (const auto& one : numbers) {
    EXPECT_EQ(tail_threshold(one["percentage"]), one["threshold"].get<std::uint64_t>()) << one["percentage"];
    EXPECT_EQ(tail_hash(one["salt"].get<std::string>(), id), one["hash"].get<std::uint64_t>()) << one["salt"];
  }
}

TEST(Thresholds, AreThoseOfTheSpecificationsCode) {
  const auto& thresholds = known_answers()["thresholds"];
  ASSERT_GT(thresholds.size(), 50u);
  for (const auto& one : thresholds) {
    const double percentage = one["percentage"];
    const int precision = one["precision"];
    EXPECT_EQ(threshold_of(percentage / 100, precision), one["value"].get<std::uint64_t>())
        << percentage << " % with " << precision << " digits";
  }
  EXPECT_FALSE(threshold_of(0, 4));
  EXPECT_FALSE(threshold_of(1.5, 4));
}

TEST(Thresholds, HashSeedHasBucketsOf14Bits) {
  EXPECT_EQ(hash_seed_threshold(100), always_sample);
  EXPECT_EQ(hash_seed_threshold(250), always_sample);
  EXPECT_EQ(hash_seed_threshold(50), never_sample / 2);
  EXPECT_EQ(hash_seed_threshold(0.005f), never_sample);
  // 10 % are 1638.4 buckets, of which the fraction is lost.
  EXPECT_EQ(hash_seed_threshold(10), std::uint64_t{16384 - 1638} << 42);
}

TEST(Randomness, IsTheLastSevenBytes) {
  otlp::TraceId id{};
  for (std::size_t i = 0; i < id.size(); ++i) id[i] = static_cast<std::uint8_t>(i + 1);
  EXPECT_EQ(randomness_of(id), 0x0a0b0c0d0e0f10u);
  EXPECT_LT(hashed_randomness(7, id), never_sample);
  EXPECT_NE(hashed_randomness(7, id), hashed_randomness(8, id));
}

TEST(TraceStates, AreReadAndWrittenAsTheCollectorDoes) {
  const auto& all = known_answers()["tracestates"];
  ASSERT_GT(all.size(), 20u);
  for (const auto& one : all) {
    const std::string text = one["text"];
    const TraceState state = parse_trace_state(text);
    EXPECT_EQ(state.valid, one["valid"].get<bool>()) << text;
    EXPECT_EQ(state.randomness.has_value(), !one["rv"].get<std::string>().empty()) << text;
    EXPECT_EQ(state.threshold.has_value(), !one["th"].get<std::string>().empty()) << text;
    EXPECT_EQ(state.text(), one["again"].get<std::string>()) << text;
  }
}

TEST(TraceStates, AThresholdOnlyRises) {
  TraceState state = parse_trace_state("ot=th:8");
  state.raise_threshold(never_sample / 4);
  EXPECT_EQ(state.text(), "ot=th:8");
  state.raise_threshold(never_sample / 4 * 3);
  EXPECT_EQ(state.text(), "ot=th:c");
  state.raise_threshold(never_sample);
  EXPECT_EQ(state.text(), "");
}

TEST(TraceStates, AMemberIsFoundOnlyInWhatIsValid) {
  EXPECT_EQ(trace_state_member("a=1,b=2", "b"), "2");
  EXPECT_EQ(trace_state_member(" a=1 ,\tb=2", "a"), "1");
  EXPECT_EQ(trace_state_member("a=1,a=2", "a"), "");
  EXPECT_EQ(trace_state_member("a=1,B=2", "a"), "");
  EXPECT_EQ(trace_state_member("a=1", "b"), "");
  EXPECT_EQ(trace_state_member("", "a"), "");
}

}  // namespace
}  // namespace tracetax::policy
