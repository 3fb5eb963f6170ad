#include "harness/policy/head_sampler.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "harness/policy/trace_state.h"

namespace tracetax::policy {
namespace {

using Mode = HeadSampling::Mode;

double share_of(float percentage) {
  return std::max(static_cast<double>(std::min(percentage, 100.0f)) / 100, std::ldexp(1, -56));
}

// As Go's strconv.ParseFloat: no blanks, and no error for what is too small.
std::optional<double> go_float(const std::string& text) {
  if (text.empty() || text.find_first_of(" \t\n\v\f\r()_") != std::string::npos) return std::nullopt;
  const bool hex = text.find_first_of("xX") != std::string::npos;
  if (hex && text.find_first_of("pP") == std::string::npos) return std::nullopt;
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (end != text.c_str() + text.size()) return std::nullopt;
  const bool infinity = text.find_first_of("iI") != std::string::npos;
  if (std::isinf(value) && !infinity) return std::nullopt;
  return value;
}

// The span's own word: must, must not, or nothing.
std::optional<bool> priority_of(const otlp::Span& span) {
  const otlp::Value* const value = otlp::find(span.attributes, "sampling.priority");
  if (!value) return std::nullopt;
  std::optional<double> number;
  if (const auto* n = std::get_if<std::int64_t>(&value->data)) number = static_cast<double>(*n);
  if (const auto* x = std::get_if<double>(&value->data)) number = *x;
  if (const auto* text = std::get_if<std::string>(&value->data); text && !value->json) number = go_float(*text);
  if (!number || !(*number >= 0)) return std::nullopt;
  return *number > 0;
}

}  // namespace

struct HeadSampler::Arrived {
  Randomness randomness = most_random;
  std::optional<TraceState> state{};  // to be written when the span is kept; none: it stays as it is
  std::string_view error{};           // empty: none
};

HeadSampler::HeadSampler(const HeadSampling& settings) : settings_(settings) {
  never_ = settings.percentage == 0;
  if (settings.mode == Mode::hash_seed) {
    threshold_ = hash_seed_threshold(settings.percentage);
    never_ = never_ || threshold_ == never_sample;
  } else if (settings.mode == Mode::equalizing && !never_) {
    threshold_ = threshold_of(share_of(settings.percentage), settings.precision).value_or(never_sample);
  }
}

HeadSampler::Arrived HeadSampler::arrived(const otlp::Span& span, std::string_view trace_state) const {
  Arrived arrived;
  TraceState state = parse_trace_state(trace_state);
  constexpr std::string_view unreadable = "its tracestate cannot be read";
  if (never_) {
    if (!state.valid) arrived.error = unreadable;
    arrived.state = std::move(state);
  } else if (settings_.mode == Mode::hash_seed) {
    // This mode must not be mixed with OpenTelemetry's own sampling information, and says so.
    arrived.randomness = hashed_randomness(settings_.hash_seed, span.trace);
    if (!state.valid) {
      arrived.error = unreadable;
    } else if (state.randomness) {
      arrived.error = "its tracestate has ot=rv, which the mode hash_seed takes for an error";
    } else if (state.threshold) {
      arrived.error = "its tracestate has ot=th, which the mode hash_seed takes for an error";
    } else {
      state.randomness = arrived.randomness;
      arrived.state = std::move(state);
    }
  } else if (!state.valid) {
    arrived.error = unreadable;
  } else {
    arrived.randomness = state.randomness.value_or(randomness_of(span.trace));
    arrived.state = std::move(state);
  }
  if (arrived.error.empty() && arrived.state && arrived.state->threshold.value_or(0) > arrived.randomness) {
    arrived.state->threshold.reset();
    arrived.error = "its ot=th says that it should not have been sampled";
  }
  return arrived;
}

Threshold HeadSampler::threshold_for(const Arrived& arrived) const {
  if (never_) return never_sample;
  const Threshold before = arrived.state ? arrived.state->threshold.value_or(always_sample) : always_sample;
  if (settings_.mode == Mode::equalizing) return std::max(threshold_, before);
  if (settings_.mode == Mode::hash_seed) return threshold_;
  const double share = share_of(settings_.percentage) * probability_of(before);
  return threshold_of(share, settings_.precision).value_or(never_sample);
}

HeadAnswer HeadSampler::decide(const otlp::Span& span, std::string_view trace_state) const {
  Arrived arrived = this->arrived(span, trace_state);
  HeadAnswer answer;
  Threshold threshold = never_sample;
  if (!arrived.error.empty()) {
    threshold = settings_.fail_closed ? never_sample : always_sample;
    answer.why = arrived.error;
  } else {
    threshold = threshold_for(arrived);
    answer.why = never_ ? "the share is nothing" : "its randomness against the share";
  }
  if (const auto priority = priority_of(span)) {
    threshold = *priority ? always_sample : never_sample;
    answer.why = "its attribute sampling.priority";
  }
  answer.kept = threshold <= arrived.randomness;
  answer.trace_state = trace_state;
  if (answer.kept && arrived.state) {
    arrived.state->raise_threshold(threshold);
    answer.trace_state = arrived.state->text();
  }
  return answer;
}

}  // namespace tracetax::policy
