// Schedules whose calls come from a recording.
#include <set>

#include <gtest/gtest.h>

#include "harness/load/schedule.h"

namespace tracetax {
namespace {

using namespace std::chrono_literals;

Load load_of(std::size_t calls, bool random = false) {
  Recording recording;
  for (std::size_t i = 0; i < calls; ++i) {
    recording.calls.push_back({.name = "t" + std::to_string(i)});
    recording.calls.back().at = std::chrono::milliseconds(100 + 10 * i * i);
    recording.calls.back().session = static_cast<std::uint32_t>(i % 2);
  }
  recording.timed = true;
  recording.sessions = 2;
  Load load;
  load.sessions = 2;
  load.calls = {{.recording = "x", .random_order = random}};
  load.calls[0].recorded = std::make_shared<const Recording>(recording);
  return load;
}

const OpenArrivals even{.process = OpenArrivals::Process::constant, .rate_per_s = 1000};

TEST(RecordedCalls, ComeInTheirOrderFromAPlaceThatIsDrawn) {
  const Load load = load_of(7);
  std::set<std::uint32_t> places;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const ArrivalSchedule schedule = make_schedule(even, load, 20ms, seed);
    ASSERT_EQ(schedule.calls.size(), 20u);
    for (std::size_t k = 1; k < 20; ++k)
      EXPECT_EQ(schedule.calls[k].item, (schedule.calls[k - 1].item + 1) % 7) << "seed " << seed;
    places.insert(schedule.calls[0].item);
  }
  EXPECT_EQ(places.size(), 7u);
}

// Beside other calls each recording goes on where it was.
TEST(RecordedCalls, KeepTheirOrderAmongOthers) {
  Load load = load_of(5);
  load.calls.push_back({.tool = "other", .weight = 2});
  const ArrivalSchedule schedule = make_schedule(even, load, 300ms, 3);
  std::vector<std::uint32_t> items;
  for (std::size_t k = 0; k < schedule.calls.size(); ++k) {
    const PlannedCall& call = schedule.calls[k];
    if (call.spec == 0) {
      items.push_back(call.item);
    } else {
      EXPECT_EQ(call.item, k) << "the call's number";
    }
  }
  ASSERT_GT(items.size(), 60u);
  for (std::size_t i = 1; i < items.size(); ++i) EXPECT_EQ(items[i], (items[i - 1] + 1) % 5);
}

TEST(RecordedCalls, AtRandomAreEquallyFrequent) {
  const ArrivalSchedule schedule = make_schedule(even, load_of(5, true), 20s, 11);
  std::vector<double> seen(5);
  for (const PlannedCall& call : schedule.calls) seen.at(call.item) += 1;
  double chi_square = 0;
  for (const double count : seen) chi_square += (count - 4000) * (count - 4000) / 4000;
  EXPECT_LT(chi_square, 18.5);  // the 99.9 % quantile with 4 degrees of freedom; the seed is fixed
}

TEST(RecordedCalls, OfAClosedLoopComeInOrderForEachSession) {
  const Load load = load_of(6);
  for (std::uint16_t session = 0; session < 2; ++session) {
    const std::uint32_t first = closed_loop_call(load, 9, session, 0).item;
    for (std::uint64_t k = 0; k < 13; ++k) EXPECT_EQ(closed_loop_call(load, 9, session, k).item, (first + k) % 6);
  }
}

TEST(ClosedLoop, NumbersOfCallsAreNotSharedBetweenSessions) {
  Load load;
  load.sessions = 3;
  load.calls = {{.tool = "t"}};
  std::set<std::uint32_t> numbers;
  for (std::uint16_t session = 0; session < 3; ++session) {
    for (std::uint64_t k = 0; k < 50; ++k)
      EXPECT_TRUE(numbers.insert(closed_loop_call(load, 1, session, k).item).second);
  }
}

TEST(ReplayedCalls, HaveTheRecordedTimesSessionsAndOrder) {
  const Load load = load_of(4);  // at 0, 10, 40, 90 ms
  const OpenArrivals replay{.process = OpenArrivals::Process::replay, .speed = 2, .loop = true};
  const ArrivalSchedule schedule = make_schedule(replay, load, 65ms, 5);
  ASSERT_EQ(schedule.calls.size(), 5u);  // rounds of 60 ms
  const std::vector<Nanos> due{0ms, 5ms, 20ms, 45ms, 60ms};
  for (std::size_t k = 0; k < due.size(); ++k) {
    EXPECT_EQ(schedule.calls[k].due, due[k]) << k;
    EXPECT_EQ(schedule.calls[k].item, k % 4);
    EXPECT_EQ(schedule.calls[k].session, k % 2);
  }
  // Windows of 30 ms: the third begins with the second round.
  const ArrivalSchedule next = make_schedule(replay, load, 30ms, 5, 2);
  ASSERT_FALSE(next.calls.empty());
  EXPECT_EQ(next.calls[0].due, 0ms);
  EXPECT_EQ(next.calls[0].item, 0u);
}

TEST(ReplayedCalls, OfOneBlockAreTheSameForAllArmsWhateverTheSeed) {
  const Load load = load_of(20);
  const OpenArrivals replay{.process = OpenArrivals::Process::replay, .loop = true};
  const ArrivalSchedule one = make_schedule(replay, load, 1s, 1, 3);
  const ArrivalSchedule other = make_schedule(replay, load, 1s, 2, 3);
  ASSERT_EQ(one.calls.size(), other.calls.size());
  for (std::size_t k = 0; k < one.calls.size(); ++k) {
    EXPECT_EQ(one.calls[k].due, other.calls[k].due);
    EXPECT_EQ(one.calls[k].item, other.calls[k].item);
    EXPECT_NE(one.calls[k].draw, other.calls[k].draw);
  }
}

}  // namespace
}  // namespace tracetax
