#include "harness/search/knob.h"

#include <stdexcept>

#include <gtest/gtest.h>

namespace tracetax {
namespace {

TEST(Knob, ReadsARangeInItsUnit) {
  const Knob ratio = make_knob("a.ratio", "0.1%", "1");
  EXPECT_EQ(ratio.unit, Knob::Unit::number);
  EXPECT_DOUBLE_EQ(ratio.low, 0.001);
  EXPECT_TRUE(ratio.logarithmic());
  const Knob delay = make_knob("d", "0s", "1ms");
  EXPECT_EQ(delay.unit, Knob::Unit::duration);
  EXPECT_EQ(delay.high, 1e6);
  EXPECT_FALSE(delay.logarithmic());
  EXPECT_EQ(make_knob("d", "0", "1ms").unit, Knob::Unit::duration);
  EXPECT_EQ(make_knob("r", "10/s", "1000/s").unit, Knob::Unit::rate);
  EXPECT_EQ(make_knob("b", "1kB", "1MB").high, 1e6);
}

TEST(Knob, RefusesARangeThatIsNone) {
  for (const auto& [low, high] :
       {std::pair{"1", "0.5"}, {"1", "1"}, {"1ms", "5"}, {"soon", "1"}, {"-1", "1"}, {"0", "1x"}})
    EXPECT_THROW(make_knob("k", low, high), std::invalid_argument) << low << " " << high;
}

TEST(Knob, WritesWhatItReads) {
  const Knob ratio = make_knob("k", "0.001", "1");
  EXPECT_EQ(knob_text(ratio, 0.0312), "0.0312");
  EXPECT_EQ(knob_text(make_knob("k", "1us", "1ms"), 143'000), "143us");
  EXPECT_EQ(knob_text(make_knob("k", "1/s", "1000/s"), 400), "400/s");
  EXPECT_EQ(knob_text(make_knob("k", "1kB", "1MB"), 64'000), "64000");
}

TEST(Knob, RoundsToThreeDigitsAndNeverUpWhereItMustNot) {
  const Knob ratio = make_knob("k", "0.001", "1");
  EXPECT_DOUBLE_EQ(knob_round(ratio, 0.123456), 0.123);
  EXPECT_DOUBLE_EQ(knob_round(ratio, 0.12378), 0.124);
  EXPECT_DOUBLE_EQ(knob_floor(ratio, 0.12378), 0.123);
  EXPECT_DOUBLE_EQ(knob_floor(ratio, 0.29), 0.29);  // 0.29 ÷ 0.001 is a hair below 290
  EXPECT_DOUBLE_EQ(knob_round(ratio, 7), 1);
  EXPECT_DOUBLE_EQ(knob_floor(ratio, 1e-9), 0.001);
  Knob spans = make_knob("k", "0", "200");
  spans.whole = true;
  EXPECT_EQ(knob_round(spans, 12.6), 13);
  EXPECT_EQ(knob_floor(spans, 12.6), 12);
  EXPECT_EQ(knob_round(spans, 0), 0);
  EXPECT_EQ(knob_middle(ratio, 0.01, 1), 0.1);
  EXPECT_EQ(knob_middle(spans, 10, 20), 15);
}

}  // namespace
}  // namespace tracetax
