// Service times against known answers.

#include "harness/scenario/tool.h"

#include <cmath>

#include <gtest/gtest.h>

#include "harness/base/rng.h"

namespace tracetax {
namespace {

using namespace std::chrono_literals;
using Distribution = ServiceTime::Distribution;

ServiceTime lognormal(Nanos mean, double cv) {
  return {.distribution = Distribution::lognormal, .mean = mean, .cv = cv};
}

TEST(ServiceTimes, ConstantAndUniform) {
  const ServiceTime constant{.value = 2ms};
  const ServiceTime uniform{.distribution = Distribution::uniform, .min = 1ms, .max = 3ms};
  for (const double p : {1e-9, 0.5, 1 - 1e-9}) EXPECT_EQ(service_time_quantile(constant, p), 2ms);
  EXPECT_EQ(mean_of(constant), 2ms);
  EXPECT_EQ(service_time_quantile(uniform, 0.25), 1500us);
  EXPECT_EQ(service_time_quantile(uniform, 0.5), 2ms);
  EXPECT_EQ(mean_of(uniform), 2ms);
}

TEST(ServiceTimes, ExponentialQuantilesAreMinusLogarithms) {
  const ServiceTime t{.distribution = Distribution::exponential, .mean = 1ms};
  EXPECT_EQ(service_time_quantile(t, 0.5).count(), 693147);    // ln 2
  EXPECT_EQ(service_time_quantile(t, 0.99).count(), 4605170);  // ln 100
  EXPECT_EQ(mean_of(t), 1ms);
}

TEST(ServiceTimes, LognormalQuantilesFollowFromMeanAndVariation) {
  // sigma² = ln(1 + 0.5²) = 0.223144, median = mean ÷ sqrt(1.25), q = median × exp(z × sigma).
  const ServiceTime t = lognormal(10ms, 0.5);
  EXPECT_EQ(service_time_quantile(t, 0.5).count(), 8944272);
  EXPECT_NEAR(static_cast<double>(service_time_quantile(t, 0.8413447460685429).count()),  // z = 1
              8944271.91 * std::exp(std::sqrt(std::log(1.25))), 2);
  EXPECT_NEAR(static_cast<double>(service_time_quantile(t, 0.99).count()),
              8944271.91 * std::exp(2.3263478740408408 * std::sqrt(std::log(1.25))), 2);
  EXPECT_EQ(service_time_quantile(lognormal(0ms, 0.5), 0.9), 0ns);
}

TEST(ServiceTimes, MeanAndVariationAreThoseAskedFor) {
  constexpr int n = 400'000;
  for (const ServiceTime& t : {lognormal(5ms, 0.5), lognormal(5ms, 1.2),
                               ServiceTime{.distribution = Distribution::exponential, .mean = 5ms}}) {
    // The midpoints of equal probabilities, not draws: no chance is left.
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < n; ++i) {
      const auto x = static_cast<double>(service_time_quantile(t, (i + 0.5) / n).count());
      sum += x;
      squares += x * x;
    }
    const double mean = sum / n;
    const double cv = std::sqrt(squares / n - mean * mean) / mean;
    EXPECT_NEAR(mean, 5e6, 5e6 * 0.001);
    EXPECT_NEAR(cv, t.distribution == Distribution::exponential ? 1 : t.cv, 0.01);
    EXPECT_EQ(mean_of(t), 5ms);
  }
}

TEST(ServiceTimes, AreNeverNegativeAndNeverRunOver) {
  for (const double p : {0x1.0p-53, 0.5, 1 - 0x1.0p-53}) {
    EXPECT_GE(service_time_quantile(lognormal(24h, 10), p), 0ns);
    EXPECT_GE(service_time_quantile({.distribution = Distribution::exponential, .mean = 24h}, p), 0ns);
  }
}

}  // namespace
}  // namespace tracetax
