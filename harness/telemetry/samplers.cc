#include "harness/telemetry/samplers.h"

#include <stdexcept>
#include <string>

#include <opentelemetry/sdk/trace/samplers/always_off_factory.h>
#include <opentelemetry/sdk/trace/samplers/always_on_factory.h>
#include <opentelemetry/sdk/trace/samplers/parent_factory.h>
#include <opentelemetry/sdk/trace/samplers/trace_id_ratio_factory.h>
#include <opentelemetry/trace/span_context.h>
#include <opentelemetry/trace/trace_state.h>

#include "harness/telemetry/adaptive_rate.h"
#include "harness/telemetry/rate_limiter.h"
#include "harness/telemetry/rules_sampler.h"
#include "harness/telemetry/trace_ratio.h"

namespace tracetax::telemetry {
namespace {

namespace common = opentelemetry::common;
namespace nostd = opentelemetry::nostd;
namespace sdk = opentelemetry::sdk::trace;
namespace trace = opentelemetry::trace;

// The span keeps its parent's tracestate, as with the SDK's own samplers.
sdk::SamplingResult answer(bool keep, const trace::SpanContext& parent) {
  return {keep ? sdk::Decision::RECORD_AND_SAMPLE : sdk::Decision::DROP, nullptr, parent.trace_state()};
}

class RateLimitingSampler final : public sdk::Sampler {
 public:
  RateLimitingSampler(double per_second, Now now) : now_(now), limiter_(per_second, now()) {}
  sdk::SamplingResult ShouldSample(const trace::SpanContext& parent, trace::TraceId, nostd::string_view,
                                   trace::SpanKind, const common::KeyValueIterable&,
                                   const trace::SpanContextKeyValueIterable&) noexcept override {
    return answer(limiter_.take(now_()), parent);
  }
  nostd::string_view GetDescription() const noexcept override { return "RateLimiting"; }

 private:
  const Now now_;
  RateLimiter limiter_;
};

class AdaptiveSampler final : public sdk::Sampler {
 public:
  AdaptiveSampler(const AdaptiveConfig& config, Now now) : now_(now), rate_(config, now()), cap_(config.cap) {}
  sdk::SamplingResult ShouldSample(const trace::SpanContext& parent, trace::TraceId id, nostd::string_view,
                                   trace::SpanKind, const common::KeyValueIterable&,
                                   const trace::SpanContextKeyValueIterable&) noexcept override {
    const Nanos now = now_();
    // Only what the ratio chose comes to the limiter's lock.
    return answer(keeps(rate_.offered(now), id) && cap_.take(now), parent);
  }
  nostd::string_view GetDescription() const noexcept override { return "Adaptive"; }

 private:
  const Now now_;
  AdaptiveRate rate_;
  WindowLimiter cap_;
};

std::unique_ptr<sdk::Sampler> parent_based(std::unique_ptr<sdk::Sampler> root) {
  return sdk::ParentBasedSamplerFactory::Create(std::shared_ptr<sdk::Sampler>(std::move(root)));
}

std::unique_ptr<sdk::Sampler> make_plain(const PlainSampler& config, Now now) {
  switch (config.type) {
    case SamplerType::none:
    case SamplerType::rules:
      break;
    case SamplerType::always_off:
      return sdk::AlwaysOffSamplerFactory::Create();
    case SamplerType::always_on:
      return sdk::AlwaysOnSamplerFactory::Create();
    case SamplerType::traceidratio:
      return sdk::TraceIdRatioBasedSamplerFactory::Create(config.ratio);
    case SamplerType::parentbased_always_on:
      return parent_based(sdk::AlwaysOnSamplerFactory::Create());
    case SamplerType::parentbased_always_off:
      return parent_based(sdk::AlwaysOffSamplerFactory::Create());
    case SamplerType::parentbased_traceidratio:
      return parent_based(sdk::TraceIdRatioBasedSamplerFactory::Create(config.ratio));
    case SamplerType::rate_limiting:
      return std::make_unique<RateLimitingSampler>(config.traces_per_second, now);
    case SamplerType::adaptive:
      return std::make_unique<AdaptiveSampler>(config.adaptive, now);
  }
  throw std::invalid_argument("tracing.sampler: " + std::string(to_string(config.type)) + " decides nothing itself");
}

[[noreturn]] void refuse(const std::string& what) {
  throw std::invalid_argument("tracing.sampler." + what);
}

void check_plain(const PlainSampler& config, const std::string& at) {
  const auto share = [&](const char* key, double value) {
    if (!(value >= 0 && value <= 1)) refuse(at + key + ": must be 0 to 1, got " + std::to_string(value));
  };
  const auto rate = [&](const char* key, double value, double most) {
    if (!(value > 0 && value <= most))
      refuse(at + key + ": must be above 0 and at most " + std::to_string(most) + ", got " + std::to_string(value));
  };
  if (config.type == SamplerType::traceidratio || config.type == SamplerType::parentbased_traceidratio)
    share("ratio", config.ratio);
  if (config.type == SamplerType::rate_limiting) rate("traces_per_second", config.traces_per_second, 1e6);
  if (config.type != SamplerType::adaptive) return;
  const AdaptiveConfig& a = config.adaptive;
  share("floor", a.floor);
  share("base", a.base);
  share("max", a.max);
  share("delta", a.delta);
  rate("target", a.target, 1e6);
  rate("cap", a.cap, 1e5);
  if (a.floor > a.max) refuse(at + "floor: must be at most max");
  if (a.interval <= Nanos::zero()) refuse(at + "interval: must be above 0");
}

}  // namespace

std::unique_ptr<sdk::Sampler> make_sampler(const SamplerConfig& config, std::string_view service, Now now) {
  std::unique_ptr<sdk::Sampler> sampler;
  if (config.type == SamplerType::rules) {
    std::vector<RulesSampler::Rule> rules;
    for (const SamplingRule& rule : config.rules) {
      // A process has one name: rules for others never match.
      if (rule.service.empty() || rule.service == service) rules.push_back({rule, make_plain(rule.sampler, now)});
    }
    sampler = std::make_unique<RulesSampler>(std::move(rules), make_plain(config.otherwise, now));
  } else {
    sampler = make_plain(config, now);
  }
  return !is_standard(config.type) && config.parent_based ? parent_based(std::move(sampler)) : std::move(sampler);
}

void check(const SamplerConfig& config) {
  check_plain(config, "");
  if (config.type == SamplerType::rules) {
    check_plain(config.otherwise, "default.");
    for (std::size_t i = 0; i < config.rules.size(); ++i)
      check_plain(config.rules[i].sampler, "rules." + std::to_string(i) + ".sampler.");
  }
  for (const KeepSlow& slow : config.keep_slow) {
    if (slow.over <= Nanos::zero()) refuse("keep_slow: must be above 0");
  }
  if (config.keep_most == 0) refuse("keep_most: must be at least 1");
}

}  // namespace tracetax::telemetry
