#include "harness/load/schedule.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "harness/stats/arrivals.h"

namespace tracetax {
namespace {

using namespace std::chrono_literals;

Load load_of(std::uint32_t sessions, std::vector<double> weights = {1}) {
  Load load;
  load.sessions = sessions;
  for (std::size_t i = 0; i < weights.size(); ++i) load.calls.push_back({"tool" + std::to_string(i), weights[i], "{}"});
  return load;
}

const OpenArrivals constant_400{OpenArrivals::Process::constant, 400};
const OpenArrivals poisson_400{OpenArrivals::Process::poisson, 400};

TEST(Deal, EveryArmGetsEachCallOnceAndTheSameDraws) {
  const ArrivalSchedule whole = make_schedule(poisson_400, load_of(3, {2, 1}), 20s, 7);
  const auto dealt = deal_to_arms(whole, 3, 9);
  ASSERT_EQ(dealt.size(), 3U);
  const std::size_t rounds = whole.calls.size() / 3;
  std::array<std::size_t, 3> first{};
  for (const ArrivalSchedule& of_arm : dealt) {
    ASSERT_EQ(of_arm.calls.size(), rounds);
    EXPECT_EQ(of_arm.length, whole.length);
  }
  for (std::size_t i = 0; i < rounds; ++i) {
    std::array<Nanos, 3> due{};
    for (std::size_t arm = 0; arm < 3; ++arm) {
      const PlannedCall& call = dealt[arm].calls[i];
      EXPECT_EQ(call.draw, dealt[0].calls[i].draw);
      EXPECT_EQ(call.spec, dealt[0].calls[i].spec);
      EXPECT_EQ(call.session, dealt[0].calls[i].session);
      EXPECT_EQ(call.session, i % 3);
      due[arm] = call.due;
      if (call.due == whole.calls[3 * i].due) ++first[arm];
    }
    std::ranges::sort(due);
    for (std::size_t k = 0; k < 3; ++k)
      ASSERT_EQ(due[k], whole.calls[3 * i + k].due) << "together they are the schedule";
  }
  // Each arm comes first in a third of the rounds, within five binomial standard deviations.
  const auto n = static_cast<double>(rounds);
  for (const std::size_t times : first) EXPECT_NEAR(static_cast<double>(times), n / 3, 5 * std::sqrt(n * 2 / 9));
}

TEST(Deal, TheSeedAloneDecidesItAndNoCallIsInAnUnfinishedRound) {
  const ArrivalSchedule whole = make_schedule(constant_400, load_of(1), 1s, 7);
  const auto arms_of = [&](std::uint64_t seed) {
    std::vector<Nanos> due;
    const auto dealt = deal_to_arms(whole, 2, seed);
    for (const PlannedCall& call : dealt[0].calls) due.push_back(call.due);
    return due;
  };
  EXPECT_EQ(arms_of(1), arms_of(1));
  EXPECT_NE(arms_of(1), arms_of(2));
  EXPECT_EQ(deal_to_arms(whole, 7, 1)[6].calls.size(), 57U);  // 400 = 7 × 57 + 1
  EXPECT_TRUE(deal_to_arms({}, 2, 1)[1].calls.empty());
}

TEST(Schedule, ConstantIsArithmeticWithoutDrift) {
  const ArrivalSchedule schedule = make_schedule({OpenArrivals::Process::constant, 300}, load_of(1), 100s, 1);
  ASSERT_EQ(schedule.calls.size(), 30000U);
  for (std::size_t k = 0; k < schedule.calls.size(); ++k) {
    const double exact = static_cast<double>(k) * 1e9 / 300;
    ASSERT_LE(std::fabs(static_cast<double>(schedule.calls[k].due.count()) - exact), 1.0) << k;
  }
}

TEST(Schedule, PoissonHasExponentialGapsOfTheRate) {
  const ArrivalSchedule schedule = make_schedule(poisson_400, load_of(3), 500s, 42);
  const auto n = static_cast<double>(schedule.calls.size());
  // A Poisson count of mean 200,000 has a standard deviation of 447: five of them.
  EXPECT_NEAR(n, 200000, 5 * 447);
  // Share of gaps above the mean gap is 1/e for an exponential distribution.
  std::size_t above = 0;
  Nanos before{};
  for (const PlannedCall& call : schedule.calls) {
    ASSERT_GE(call.due, before);
    above += call.due - before > 2500us ? 1 : 0;
    before = call.due;
  }
  EXPECT_NEAR(static_cast<double>(above) / n, std::exp(-1), 0.006);
  EXPECT_LT(before, 500s);
}

// By the time-rescaling theorem the gaps on the scale of calls expected are exponential with mean 1.
TEST(Schedule, AChangingRateIsAPoissonProcessOfThatRate) {
  const OpenArrivals ramp{.process = OpenArrivals::Process::ramp, .from_per_s = 100, .to_per_s = 2000, .over = 100s};
  const ArrivalSchedule schedule = make_schedule(ramp, load_of(3), 100s, 42);
  const auto n = static_cast<double>(schedule.calls.size());
  EXPECT_NEAR(n, 105'000, 5 * std::sqrt(105'000));
  const RateProfile profile = profile_of(ramp);
  std::vector<double> gaps;
  double before = 0;
  for (const PlannedCall& call : schedule.calls) {
    const double now = profile.expected(call.due);
    gaps.push_back(now - before);
    before = now;
  }
  EXPECT_GT(exponential_fit(gaps, 1).p, 1e-4);
  // In seconds they are not.
  gaps.clear();
  for (std::size_t i = 1; i < schedule.calls.size(); ++i)
    gaps.push_back(to_seconds(schedule.calls[i].due - schedule.calls[i - 1].due));
  EXPECT_LT(exponential_fit(gaps, 1 / 1050.0).p, 1e-9);
  // A quarter of the calls of a ramp from nothing comes in the first half; of this one (100 + 1050) / 2 · 50 s.
  const auto half = std::ranges::count_if(schedule.calls, [](const PlannedCall& c) { return c.due < 50s; });
  EXPECT_NEAR(static_cast<double>(half), 28'750, 5 * std::sqrt(28'750));
}

TEST(Schedule, EvenBurstsHaveTheirCallsWhereTheyBelong) {
  const OpenArrivals burst{.process = OpenArrivals::Process::burst,
                           .rate_per_s = 10,
                           .even = true,
                           .burst_per_s = 1000,
                           .every = 1s,
                           .lasts = 100ms};
  const ArrivalSchedule schedule = make_schedule(burst, load_of(1), 10s, 1);
  EXPECT_EQ(schedule.calls.size(), 1090u);
  const auto within = std::ranges::count_if(schedule.calls, [](const PlannedCall& c) { return c.due % 1s >= 900ms; });
  EXPECT_NEAR(static_cast<double>(within), 1000, 10);
}

TEST(Schedule, TheSameSeedGivesTheSameCallsAndAnotherSeedOthers) {
  const ArrivalSchedule a = make_schedule(poisson_400, load_of(2, {1, 1}), 5s, 7);
  const ArrivalSchedule b = make_schedule(poisson_400, load_of(2, {1, 1}), 5s, 7);
  const ArrivalSchedule c = make_schedule(poisson_400, load_of(2, {1, 1}), 5s, 8);
  ASSERT_EQ(a.calls.size(), b.calls.size());
  for (std::size_t i = 0; i < a.calls.size(); ++i) {
    EXPECT_EQ(a.calls[i].due, b.calls[i].due);
    EXPECT_EQ(a.calls[i].draw, b.calls[i].draw);
    EXPECT_EQ(a.calls[i].spec, b.calls[i].spec);
  }
  EXPECT_NE(a.calls.front().due, c.calls.front().due);
  EXPECT_NE(a.calls.front().draw, c.calls.front().draw);
}

// Pinned: a seed in a stored result must give the same schedule in every later version and on every machine.
TEST(Schedule, FirstCallsOfSeed42ArePinned) {
  const ArrivalSchedule schedule = make_schedule(poisson_400, load_of(2), 1s, 42);
  ASSERT_GE(schedule.calls.size(), 3U);
  const std::array<std::int64_t, 3> due{8057645, 8119401, 9155248};
  const std::array<std::uint64_t, 3> draw{3424833676930269, 8999995408502271, 3119231590336212};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(schedule.calls[i].due.count(), due[i]);
    EXPECT_EQ(schedule.calls[i].draw, draw[i]);
    EXPECT_LT(schedule.calls[i].draw, std::uint64_t{1} << 53);
  }
}

TEST(Schedule, SessionsTakeTurnsAndToolsFollowTheirWeights) {
  const ArrivalSchedule schedule = make_schedule(constant_400, load_of(3, {1, 3, 0, 6}), 250s, 5);
  std::array<double, 4> share{};
  for (std::size_t k = 0; k < schedule.calls.size(); ++k) {
    EXPECT_EQ(schedule.calls[k].session, k % 3);
    share[schedule.calls[k].spec] += 1.0 / static_cast<double>(schedule.calls.size());
  }
  EXPECT_NEAR(share[0], 0.1, 0.006);
  EXPECT_NEAR(share[1], 0.3, 0.008);
  EXPECT_EQ(share[2], 0);
  EXPECT_NEAR(share[3], 0.6, 0.008);
}

TEST(Schedule, AWindowShorterThanTheFirstGapMayHoldNoCall) {
  EXPECT_TRUE(make_schedule({OpenArrivals::Process::poisson, 0.001}, load_of(1), 1ms, 1).calls.empty());
}

TEST(Schedule, ClosedLoopCallsDependOnSessionAndNumberOnly) {
  const Load load = load_of(2, {1, 1});
  const PlannedCall a = closed_loop_call(load, 9, 0, 5);
  EXPECT_EQ(a.draw, closed_loop_call(load, 9, 0, 5).draw);
  EXPECT_NE(a.draw, closed_loop_call(load, 9, 1, 5).draw);
  EXPECT_NE(a.draw, closed_loop_call(load, 9, 0, 6).draw);
}

TEST(Schedule, IsDescribedInWords) {
  Load load = load_of(4);
  load.arrivals = poisson_400;
  EXPECT_EQ(describe(load), "open loop, poisson 400/s, 4 sessions");
  load = load_of(1);
  load.arrivals = ClosedArrivals{10ms};
  EXPECT_EQ(describe(load), "closed loop, 1 session, think time 10.0 ms");
}

}  // namespace
}  // namespace tracetax
