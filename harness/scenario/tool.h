#pragma once
// What a mock tool does when it is called.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/base/time.h"

namespace tracetax {

struct ServiceTime {
  enum class Distribution { constant, uniform, exponential, lognormal } distribution = Distribution::constant;
  Nanos value{};    // constant
  Nanos min{};      // uniform
  Nanos max{};      // uniform
  Nanos mean{};     // exponential, lognormal
  double cv = 0.5;  // lognormal: standard deviation ÷ mean, above 0
};

// The p-quantile, p in (0, 1): a draw when p is uniform. Never negative.
Nanos service_time_quantile(const ServiceTime&, double p);
// The distribution's mean.
Nanos mean_of(const ServiceTime&);

// What a call of a large language model would have used, for metrics and attributes: nothing is called.
struct LlmUse {
  std::string model{};  // empty: the tool calls none
  std::uint64_t prompt_tokens = 0;
  std::uint64_t completion_tokens = 0;
};

// A part of a tool's work that has a span of its own: a query, a publication, a call of a model.
struct StepSpec {
  enum class Kind { internal, client, server, producer, consumer };
  static constexpr double no_share = -1;

  std::string name;
  Kind kind = Kind::internal;
  double share = no_share;   // of the tool's service time; of the spans within a step: none
  std::uint32_t repeat = 1;  // such spans side by side, each with its own `spans`
  std::map<std::string, std::string> attributes{};
  std::vector<StepSpec> spans{};  // children, which last as long as the step
};
// With all that is within it and repeated.
std::uint64_t count_spans(const StepSpec& step);

struct ToolSpec {
  std::string name;
  std::string description{};
  ServiceTime service_time{};
  Nanos added_delay{};                // waited after the service time, without CPU: how a known difference is planted
  Nanos added_delay_sampled{};        // waited besides in calls whose span is sampled: a planted cost of sampling
  double cpu_share = 0;               // share of the service time spent computing, 0..1; the rest is waited
  std::uint64_t response_bytes = 64;  // length of the answer's text
  double error_rate = 0;              // share of calls that end in isError, 0..1
  std::uint32_t inner_spans = 0;      // child spans of the tool's span
  std::map<std::string, std::string> attributes{};  // of the tool's span
  std::uint64_t memory_bytes = 0;  // resident memory the tool keeps, as a cache would: touched at the server's start
  LlmUse llm{};
  // The work, one step after the other. Every step has its share, and together they are at most 1; what is left of the
  // service time is waited without a span.
  std::vector<StepSpec> steps{};
};

}  // namespace tracetax
