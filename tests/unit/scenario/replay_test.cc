#include "harness/scenario/replay.h"

#include <gtest/gtest.h>

namespace tracetax {
namespace {

using namespace std::chrono_literals;

Recording recording_at(const std::vector<Nanos>& times) {
  Recording recording;
  for (const Nanos at : times) {
    recording.calls.push_back({.name = "t"});
    recording.calls.back().at = at;
  }
  recording.timed = true;
  return recording;
}

// "due:call", in nanoseconds.
std::string text_of(const std::vector<ReplayedCall>& calls) {
  std::string text;
  for (const ReplayedCall& call : calls) {
    if (!text.empty()) text += ' ';
    text += std::to_string(call.due.count()) + ":" + std::to_string(call.call);
  }
  return text;
}

const Recording four = recording_at({5s, 5s + 10ns, 5s + 10ns, 5s + 60ns});  // lasts 60 + 20 ns

TEST(Replay, BeginsWithItsFirstCallAndKeepsTheTimes) {
  const Replay replay(four, 1, false);
  EXPECT_EQ(replay.length(), 80ns);
  EXPECT_DOUBLE_EQ(replay.rate_per_s(), 4 / 80e-9);
  EXPECT_EQ(text_of(replay.window(80ns, 0)), "0:0 10:1 10:2 60:3");
  EXPECT_EQ(text_of(Replay(four, 2, false).window(40ns, 0)), "0:0 5:1 5:2 30:3");
  EXPECT_EQ(text_of(Replay(four, 0.5, false).window(160ns, 0)), "0:0 20:1 20:2 120:3");
}

TEST(Replay, BlocksTakeOneStretchAfterTheOther) {
  const Replay replay(four, 1, false);
  EXPECT_EQ(replay.stretches(30ns), 2u);
  EXPECT_EQ(text_of(replay.window(30ns, 0)), "0:0 10:1 10:2");
  EXPECT_EQ(text_of(replay.window(30ns, 1)), "");
  EXPECT_EQ(text_of(replay.window(30ns, 2)), "0:0 10:1 10:2") << "no whole stretch is left";
  EXPECT_EQ(text_of(replay.window(40ns, 1)), "20:3");
  EXPECT_EQ(replay.stretches(81ns), 0u);
  EXPECT_EQ(text_of(replay.window(100ns, 5)), "0:0 10:1 10:2 60:3");
}

TEST(Replay, ALoopGoesOnOverItsEnd) {
  const Replay replay(four, 1, true);
  EXPECT_EQ(text_of(replay.window(50ns, 0)), "0:0 10:1 10:2");
  EXPECT_EQ(text_of(replay.window(50ns, 1)), "10:3 30:0 40:1 40:2");  // from 50 to 100 of rounds of 80
  EXPECT_EQ(text_of(replay.window(200ns, 0)), "0:0 10:1 10:2 60:3 80:0 90:1 90:2 140:3 160:0 170:1 170:2");
  // Every call comes as often as every other in whole rounds.
  std::vector<int> seen(4);
  for (std::uint32_t block = 0; block < 8; ++block) {
    for (const ReplayedCall& call : replay.window(30ns, block)) ++seen[call.call];
  }
  EXPECT_EQ(seen, (std::vector<int>{3, 3, 3, 3}));
}

TEST(Replay, StaysExactOverLongTimes) {
  const Nanos year = std::chrono::hours(24 * 365);
  const Replay replay(recording_at({1ns, year + 1ns, year + 2ns}), 1, false);
  EXPECT_EQ(text_of(replay.window(year + 2ns, 0)), "0:0 31536000000000000:1 31536000000000001:2");
}

TEST(Replay, NeedsCallsAtTwoTimes) {
  EXPECT_FALSE(Replay::can_be(recording_at({1s})));
  EXPECT_FALSE(Replay::can_be(recording_at({1s, 1s})));
  EXPECT_TRUE(Replay::can_be(recording_at({1s, 2s})));
  Recording untimed = recording_at({1s, 2s});
  untimed.timed = false;
  EXPECT_FALSE(Replay::can_be(untimed));
}

}  // namespace
}  // namespace tracetax
