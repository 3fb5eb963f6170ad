#pragma once
// The processor probabilistic_sampler: span by span, on its trace id, its tracestate and its attribute
// sampling.priority alone. Exact. (probabilisticsamplerprocessor v0.157.0)

#include <string>
#include <string_view>

#include "harness/policy/collector_config.h"
#include "harness/policy/hashes.h"

namespace tracetax::policy {

struct HeadAnswer {
  bool kept = false;
  std::string trace_state{};  // that the span leaves with, when it is kept
  std::string_view why{};
};

class HeadSampler {
 public:
  explicit HeadSampler(const HeadSampling& settings);
  // `trace_state` is that which the span arrives with; an earlier sampler may have written it.
  HeadAnswer decide(const otlp::Span& span, std::string_view trace_state) const;

 private:
  struct Arrived;
  Arrived arrived(const otlp::Span& span, std::string_view trace_state) const;
  Threshold threshold_for(const Arrived& arrived) const;

  HeadSampling settings_;
  Threshold threshold_ = never_sample;
  bool never_ = false;
};

}  // namespace tracetax::policy
