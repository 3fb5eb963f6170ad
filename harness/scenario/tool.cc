#include "harness/scenario/tool.h"

#include <algorithm>
#include <cmath>

#include "harness/base/rng.h"

namespace tracetax {
namespace {

using Distribution = ServiceTime::Distribution;

// A lognormal with mean m and coefficient of variation c has sigma² = ln(1 + c²) and mu = ln m − sigma² ÷ 2.
double lognormal_quantile(double p, double mean, double cv) {
  if (mean <= 0) return 0;
  const double variance = std::log1p(cv * cv);
  return mean * std::exp(std::sqrt(variance) * normal_quantile(p) - variance / 2);
}

double quantile_ns(const ServiceTime& t, double p) {
  const auto ns = [](Nanos time) { return static_cast<double>(time.count()); };
  switch (t.distribution) {
    case Distribution::constant:
      return ns(t.value);
    case Distribution::uniform:
      return ns(t.min) + p * ns(t.max - t.min);
    case Distribution::exponential:
      return exponential_quantile(p, ns(t.mean));
    case Distribution::lognormal:
      return lognormal_quantile(p, ns(t.mean), t.cv);
  }
  return 0;
}

}  // namespace

Nanos service_time_quantile(const ServiceTime& t, double p) {
  constexpr double longest = 9e18;  // a heavy tail must not run over 64 bits
  return Nanos(std::llround(std::clamp(quantile_ns(t, p), 0.0, longest)));
}

Nanos mean_of(const ServiceTime& t) {
  switch (t.distribution) {
    case Distribution::constant:
      return t.value;
    case Distribution::uniform:
      return t.min + (t.max - t.min) / 2;
    case Distribution::exponential:
    case Distribution::lognormal:
      return t.mean;
  }
  return {};
}

std::uint64_t count_spans(const StepSpec& step) {
  std::uint64_t within = 1;
  for (const StepSpec& child : step.spans) within += count_spans(child);
  return within * step.repeat;
}

}  // namespace tracetax
