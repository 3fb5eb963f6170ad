#pragma once
// How long calls of tools took, as OpenMetrics has histograms, with the last sampled call of each bucket as its
// exemplar: the way from a slow bucket to a trace that shows why.

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include <opentelemetry/trace/span_context.h>

#include "mock_servers/common/call_observer.h"

namespace tracetax::service {

// For one thread.
class CallHistogram {
 public:
  // Upper ends of the buckets, in seconds; the last bucket has none.
  static constexpr std::array<double, 16> bounds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                                 0.05,   0.1,     0.25,   0.5,   1.0,    2.5,   5.0,  10.0};

  // `unix_now`: seconds since 1970, for the exemplar of a sampled call.
  void add(const ServedCall& call, double unix_now);
  // OpenMetrics 1.0: the family tracetax_call_duration_seconds, without "# EOF".
  std::string openmetrics() const;

 private:
  struct Exemplar {
    opentelemetry::trace::SpanContext span = opentelemetry::trace::SpanContext::GetInvalid();
    double seconds = 0;
    double unix_time = 0;
  };
  struct Bucket {
    std::uint64_t count = 0;  // of this bucket alone
    Exemplar exemplar{};
  };
  std::array<Bucket, bounds.size() + 1> buckets_{};
  std::uint64_t count_ = 0;
  Nanos sum_{};
};

}  // namespace tracetax::service
