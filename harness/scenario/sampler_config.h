#pragma once
// Which traces a service keeps: the same type in a scenario's arm, in a service's own config file, and made out of a
// file of sampling strategies (sampling_file.h). docs/sampling.md says what each sampler promises.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/time.h"

namespace tracetax {

enum class SamplerType {
  none,        // no SDK: the API's no-op tracer
  always_off,  // SDK installed, nothing sampled
  always_on,
  traceidratio,
  parentbased_always_on,
  parentbased_always_off,
  parentbased_traceidratio,
  rate_limiting,
  adaptive,
  rules,
};

// Steers the ratio so that about `target` traces are kept each second, and never more than `cap`.
struct AdaptiveConfig {
  double target = 10;    // traces kept per second
  double cap = 100;      // traces per second that are never exceeded
  double floor = 0.001;  // least ratio, however many traces are offered
  double base = 0.1;     // ratio until the first interval is over
  double max = 1.0;      // largest ratio, however few are offered
  double delta = 0.1;    // a ratio that is off by no more than this share of itself stays
  Nanos interval = std::chrono::seconds(1);

  bool operator==(const AdaptiveConfig&) const = default;
};

// A sampler that decides without looking at who asks: what a rule leads to.
struct PlainSampler {
  SamplerType type = SamplerType::none;
  double ratio = 1.0;              // of the traceidratio kinds, 0..1
  double traces_per_second = 100;  // of rate_limiting
  AdaptiveConfig adaptive{};       // of adaptive

  bool operator==(const PlainSampler&) const = default;
};

// Every part that is not empty must match. `operation` may have `*`, which stands for any text, also none.
struct SamplingRule {
  std::string service{};                                          // the service's own service.name
  std::string operation{};                                        // name of the span
  std::string tool{};                                             // gen_ai.tool.name, or mcp.tool
  std::vector<std::pair<std::string, std::string>> attributes{};  // of the span's start, as text
  PlainSampler sampler{};

  bool operator==(const SamplingRule&) const = default;
};

// A local trace whose root took longer than `over` is kept. Without an operation: any root.
struct KeepSlow {
  std::string operation{};  // name of the root, as in SamplingRule
  Nanos over{};

  bool operator==(const KeepSlow&) const = default;
};

struct SamplerConfig : PlainSampler {
  bool parent_based = true;           // of rate_limiting, adaptive and rules: under a parent, as the parent decided
  std::vector<SamplingRule> rules{};  // of rules; the first that matches decides
  PlainSampler otherwise{};           // of rules; where none matches
  // What the sampler did not choose is recorded all the same and kept where these say so at the end of a local trace.
  bool keep_errors = false;
  std::vector<KeepSlow> keep_slow{};
  std::uint64_t keep_most = 10'000;  // spans held while that is open

  bool keeps_late() const { return keep_errors || !keep_slow.empty(); }
  bool operator==(const SamplerConfig&) const = default;
};

// Whether it can keep a trace at all.
bool samples(const SamplerConfig&);
// A share of traces that is known before any is offered: the traceidratio kinds, without what is kept late.
bool has_fixed_ratio(const SamplerConfig&);

// `*` in the pattern stands for any text, also none; everything else for itself.
bool matches_glob(std::string_view pattern, std::string_view text);

// "parentbased_traceidratio" and so on: the words of scenarios, and the first seven of OTEL_TRACES_SAMPLER.
std::string_view to_string(SamplerType);
// Whether OTEL_TRACES_SAMPLER has a word for it.
bool is_standard(SamplerType);

}  // namespace tracetax
