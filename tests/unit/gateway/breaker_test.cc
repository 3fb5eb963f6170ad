#include "mock_servers/gateway/breaker.h"

#include <chrono>
#include <vector>

#include <gtest/gtest.h>

namespace tracetax::gateway {
namespace {

using namespace std::chrono_literals;
using State = Breaker::State;

constexpr CircuitBreaker three_failures{.failures = 3, .open_for = 1s};

// Opens a fresh breaker at `now`.
Breaker opened(Nanos now) {
  Breaker breaker{three_failures};
  for (int i = 0; i < 3; ++i) breaker.failed(*breaker.admit(now), now);
  return breaker;
}

TEST(Breaker, OpensAfterSoManyFailuresInARow) {
  enum class Does { succeed, fail };
  struct Step {
    Does does;
    bool opens;
    State then;
  };
  const std::vector<Step> steps{{Does::fail, false, State::closed},    {Does::fail, false, State::closed},
                                {Does::succeed, false, State::closed}, {Does::fail, false, State::closed},
                                {Does::fail, false, State::closed},    {Does::fail, true, State::open}};
  Breaker breaker{three_failures};
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto ticket = breaker.admit(0s);
    ASSERT_TRUE(ticket) << "step " << i;
    if (steps[i].does == Does::succeed)
      breaker.succeeded(*ticket);
    else
      EXPECT_EQ(breaker.failed(*ticket, 0s), steps[i].opens) << "step " << i;
    EXPECT_EQ(breaker.state(0s), steps[i].then) << "step " << i;
  }
  EXPECT_EQ(breaker.times_opened(), 1u);
}

TEST(Breaker, WhileOpenLetsNothingThroughUntilItsTimeIsOver) {
  Breaker breaker = opened(10s);
  EXPECT_FALSE(breaker.admit(10s));
  EXPECT_FALSE(breaker.admit(11s - 1ns));
  EXPECT_EQ(breaker.state(11s - 1ns), State::open);
  EXPECT_EQ(breaker.state(11s), State::half_open);
  EXPECT_TRUE(breaker.allows(11s));
}

TEST(Breaker, HalfOpenLetsOneCallTry) {
  Breaker breaker = opened(0s);
  const auto trial = breaker.admit(1s);
  ASSERT_TRUE(trial);
  EXPECT_FALSE(breaker.admit(1s));
  EXPECT_FALSE(breaker.admit(5s));
  breaker.succeeded(*trial);
  EXPECT_EQ(breaker.state(5s), State::closed);
  EXPECT_EQ(breaker.failures(), 0u);
  EXPECT_TRUE(breaker.admit(5s));
}

TEST(Breaker, AFailedTrialOpensAgainForTheWholeTime) {
  Breaker breaker = opened(0s);
  EXPECT_TRUE(breaker.failed(*breaker.admit(1s), 1500ms));
  EXPECT_EQ(breaker.state(2499ms), State::open);
  EXPECT_EQ(breaker.state(2500ms), State::half_open);
  EXPECT_EQ(breaker.times_opened(), 2u);
}

TEST(Breaker, AnAbandonedTrialLetsTheNextCallTry) {
  Breaker breaker = opened(0s);
  breaker.abandoned(*breaker.admit(1s));
  EXPECT_EQ(breaker.state(1s), State::half_open);
  EXPECT_TRUE(breaker.admit(1s));
}

TEST(Breaker, ReportsOfCallsFromBeforeAreNotCounted) {
  Breaker breaker{three_failures};
  const auto slow_success = breaker.admit(0s);
  const auto slow_failure = breaker.admit(0s);
  for (int i = 0; i < 3; ++i) breaker.failed(*breaker.admit(0s), 0s);
  breaker.succeeded(*slow_success);
  EXPECT_EQ(breaker.state(0s), State::open);
  const auto trial = breaker.admit(1s);
  EXPECT_FALSE(breaker.failed(*slow_failure, 1s));
  EXPECT_EQ(breaker.state(1s), State::half_open);
  breaker.succeeded(*trial);
  EXPECT_EQ(breaker.state(1s), State::closed);
}

TEST(Breaker, WithZeroFailuresNeverOpens) {
  Breaker breaker{{.failures = 0, .open_for = 1s}};
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(breaker.failed(*breaker.admit(0s), 0s));
  EXPECT_EQ(breaker.state(0s), State::closed);
}

}  // namespace
}  // namespace tracetax::gateway
