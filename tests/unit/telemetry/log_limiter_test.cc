#include "harness/telemetry/log_limiter.h"

#include <gtest/gtest.h>

namespace tracetax::telemetry {
namespace {

using namespace std::chrono_literals;

TEST(LogLimiter, LetsOneLineASecondThroughFromEachPlace) {
  const char* const file = "batch.cc";
  const char* const other = "grpc.cc";
  LogLimiter limiter;
  const Nanos start = 5s;
  EXPECT_EQ(limiter.admit(file, 10, start), 0u);
  EXPECT_EQ(limiter.admit(file, 10, start + 1ms), std::nullopt);
  EXPECT_EQ(limiter.admit(file, 11, start + 1ms), 0u);
  EXPECT_EQ(limiter.admit(other, 10, start + 1ms), 0u);
  EXPECT_EQ(limiter.admit(file, 10, start + 999ms), std::nullopt);
  EXPECT_EQ(limiter.admit(file, 10, start + 1s), 2u);
  EXPECT_EQ(limiter.admit(file, 10, start + 1500ms), std::nullopt);
  EXPECT_EQ(limiter.admit(file, 10, start + 9s), 1u);
  EXPECT_EQ(limiter.admit(file, 10, start + 19s), 0u);
}

TEST(LogLimiter, AlsoWhenTheClockIsYoung) {
  LogLimiter limiter;
  EXPECT_EQ(limiter.admit("a.cc", 1, Nanos(0)), 0u);
  EXPECT_EQ(limiter.admit("b.cc", 1, Nanos(1)), 0u);
}

}  // namespace
}  // namespace tracetax::telemetry
