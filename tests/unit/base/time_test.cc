#include "harness/base/time.h"

#include <ctime>

#include <gtest/gtest.h>

#include "harness/base/ensure.h"
#include "harness/base/wire.h"

namespace tracetax {
namespace {

TEST(Time, RoundsSecondsToTheNearestNanosecond) {
  EXPECT_EQ(from_seconds(1.5).count(), 1'500'000'000);
  EXPECT_EQ(from_seconds(1.6e-9).count(), 2);
  EXPECT_EQ(from_seconds(1.4e-9).count(), 1);
  EXPECT_EQ(from_seconds(-1.6e-9).count(), -2);
  EXPECT_EQ(from_seconds(0).count(), 0);
  EXPECT_DOUBLE_EQ(to_seconds(Nanos(2'500'000)), 0.0025);
}

TEST(Time, IsTheKernelsMonotonicClock) {
  timespec before{};
  timespec after{};
  ASSERT_EQ(clock_gettime(CLOCK_MONOTONIC, &before), 0);
  const Nanos now = monotonic_now();
  ASSERT_EQ(clock_gettime(CLOCK_MONOTONIC, &after), 0);
  EXPECT_LE(before.tv_sec * 1'000'000'000 + before.tv_nsec, now.count());
  EXPECT_GE(after.tv_sec * 1'000'000'000 + after.tv_nsec, now.count());
  EXPECT_EQ(at(now).time_since_epoch(), now);
}

TEST(Ensure, SaysWhereAndWhat) {
  ensure(true, "nothing happens");
  EXPECT_DEATH(ensure(1 + 1 == 3, "sums are right"), "time_test.cc:[0-9]+: .*this must hold: sums are right");
}

TEST(Wire, NamesItsKinds) {
  EXPECT_EQ(to_string(TransportKind::stdio), "stdio");
  EXPECT_EQ(to_string(TransportKind::http), "http");
  EXPECT_EQ(to_string(TransportKind::ws), "ws");
  EXPECT_EQ(to_string(Era::modern), "modern");
  EXPECT_EQ(to_string(Era::legacy), "legacy");
}

}  // namespace
}  // namespace tracetax
