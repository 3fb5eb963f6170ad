#include "harness/experiment/timers.h"

#include <gtest/gtest.h>

namespace tracetax {
namespace {

// Nothing here depends on how fast the machine is.
TEST(Timers, EveryFigureIsThere) {
  const TimerFacts facts = measure_timers(20);
  EXPECT_GT(facts.resolution_ns, 0);
  EXPECT_GT(facts.step_ns, 0);
  EXPECT_GT(facts.read_ns, 0);
  EXPECT_EQ(facts.sleeps, 20U);
  EXPECT_GT(facts.sleep_late_p50_ns, 0);  // a sleep never ends early
  EXPECT_GE(facts.sleep_late_p99_ns, facts.sleep_late_p50_ns);
}

TEST(Timers, NoSleepsAreNoFigures) {
  const TimerFacts facts = measure_timers(0);
  EXPECT_EQ(facts.sleeps, 0U);
  EXPECT_EQ(facts.sleep_late_p99_ns, 0);
}

}  // namespace
}  // namespace tracetax
