#include "harness/scenario/sampler_config.h"

#include <algorithm>
#include <array>

namespace tracetax {
namespace {

constexpr std::array<std::pair<SamplerType, std::string_view>, 10> words{
    {{SamplerType::none, "none"},
     {SamplerType::always_off, "always_off"},
     {SamplerType::always_on, "always_on"},
     {SamplerType::traceidratio, "traceidratio"},
     {SamplerType::parentbased_always_on, "parentbased_always_on"},
     {SamplerType::parentbased_always_off, "parentbased_always_off"},
     {SamplerType::parentbased_traceidratio, "parentbased_traceidratio"},
     {SamplerType::rate_limiting, "rate_limiting"},
     {SamplerType::adaptive, "adaptive"},
     {SamplerType::rules, "rules"}}};

bool can_sample(const PlainSampler& sampler) {
  switch (sampler.type) {
    case SamplerType::none:
    case SamplerType::always_off:
    case SamplerType::parentbased_always_off:
      return false;
    case SamplerType::traceidratio:
    case SamplerType::parentbased_traceidratio:
      return sampler.ratio > 0;
    case SamplerType::always_on:
    case SamplerType::parentbased_always_on:
    case SamplerType::rate_limiting:
    case SamplerType::adaptive:
    case SamplerType::rules:  // whatever its rules lead to
      return true;
  }
  return false;
}

}  // namespace

bool samples(const SamplerConfig& config) {
  if (config.type == SamplerType::none) return false;
  if (config.keeps_late()) return true;
  if (config.type != SamplerType::rules) return can_sample(config);
  return can_sample(config.otherwise) ||
         std::ranges::any_of(config.rules, [](const SamplingRule& rule) { return can_sample(rule.sampler); });
}

bool has_fixed_ratio(const SamplerConfig& config) {
  const bool by_ratio =
      config.type == SamplerType::traceidratio || config.type == SamplerType::parentbased_traceidratio;
  return by_ratio && !config.keeps_late();
}

bool matches_glob(std::string_view pattern, std::string_view text) {
  // The last `*` is the only one worth going back to: what an earlier one could take, the last can take too.
  constexpr auto none = std::string_view::npos;
  std::size_t p = 0, t = 0, star = none, taken = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      taken = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p, ++t;
    } else if (star != none) {
      p = star + 1;
      t = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == none;
}

std::string_view to_string(SamplerType type) {
  const auto found = std::ranges::find(words, type, &std::pair<SamplerType, std::string_view>::first);
  return found == words.end() ? std::string_view() : found->second;
}

bool is_standard(SamplerType type) {
  return type < SamplerType::rate_limiting;
}

}  // namespace tracetax
