#pragma once
// The first rule that matches says which sampler decides. Internal.

#include <memory>
#include <vector>

#include <opentelemetry/sdk/trace/sampler.h>

#include "harness/scenario/sampler_config.h"

namespace tracetax::telemetry {

// Rules are looked at in their order, so a decision takes time with their number. Attributes are looked at only when
// everything else of a rule fits.
class RulesSampler final : public opentelemetry::sdk::trace::Sampler {
 public:
  struct Rule {
    SamplingRule matches;  // its `service` has been looked at already
    std::unique_ptr<Sampler> sampler;
  };
  RulesSampler(std::vector<Rule> rules, std::unique_ptr<Sampler> otherwise);

  opentelemetry::sdk::trace::SamplingResult ShouldSample(
      const opentelemetry::trace::SpanContext& parent, opentelemetry::trace::TraceId id,
      opentelemetry::nostd::string_view name, opentelemetry::trace::SpanKind kind,
      const opentelemetry::common::KeyValueIterable& attributes,
      const opentelemetry::trace::SpanContextKeyValueIterable& links) noexcept override;
  opentelemetry::nostd::string_view GetDescription() const noexcept override { return "Rules"; }

 private:
  std::vector<Rule> rules_;
  std::unique_ptr<Sampler> otherwise_;
};

}  // namespace tracetax::telemetry
