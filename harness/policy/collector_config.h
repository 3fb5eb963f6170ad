#pragma once
// An OpenTelemetry Collector's configuration file, as far as it decides which traces are kept. Keys, defaults and
// meanings are those of the Collector v0.157.0; docs/collector.md has what is known and what is not.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/base/time.h"
#include "harness/otlp/span.h"

namespace tracetax::policy {

struct Policy;

// The types of tail_sampling's policies, with the keys of their blocks.
struct AlwaysSample {};
struct StatusCode {
  std::vector<otlp::Status> codes{};
};
struct Latency {
  std::int64_t threshold_ms = 0, upper_threshold_ms = 0;  // 0: no upper end
};
struct Probabilistic {
  double percentage = 0;
  std::string salt{};  // never empty once read
};
struct StringAttribute {
  std::string key{};
  std::vector<std::string> values{};
  bool regex = false, invert = false;
};
struct NumericAttribute {
  std::string key{};
  std::int64_t min = 0, max = 0;  // 0: no such end, as the Collector has it
  bool invert = false;
};
struct BooleanAttribute {
  std::string key{};
  bool value = false, invert = false;
};
struct SpanCount {
  std::int64_t min = 0, max = 0;  // 0: no upper end
};
struct TraceStateMember {
  std::string key{};
  std::vector<std::string> values{};
};
struct TraceFlags {};
struct RateLimiting {
  std::int64_t spans_per_second = 0, burst = 0;
};
struct And {
  std::vector<Policy> all{};
};
struct Not {
  std::vector<Policy> one{};  // exactly one
};
struct Drop {
  std::vector<Policy> all{};
};
struct Composite {
  std::int64_t max_total = 0;  // spans a second
  std::vector<Policy> policies{};
  std::vector<std::int64_t> allocated{};  // spans a second, for each policy
};
// Known by name or not at all: it may sample a trace or not.
struct UnknownPolicy {};

struct Policy {
  std::string name{};
  std::string type{};
  std::variant<UnknownPolicy, AlwaysSample, StatusCode, Latency, Probabilistic, StringAttribute, NumericAttribute,
               BooleanAttribute, SpanCount, TraceStateMember, TraceFlags, RateLimiting, And, Not, Drop, Composite>
      rule{};
};

// Processors of a pipeline. A processor's name is as the file has it, `tail_sampling/second`.
struct TailSampling {
  Nanos decision_wait = std::chrono::seconds(30);
  std::optional<Nanos> decision_wait_after_root{};
  std::uint64_t num_traces = 50'000;
  bool block_on_overflow = false;  // waits instead of forgetting the oldest
  bool sample_on_first_match = false;
  std::int64_t sampled_cache = 0, non_sampled_cache = 0;  // decision_cache; 0: none
  std::vector<Policy> policies{};
  // A key whose effect is not known here: a trace that would be kept may be dropped, one that would be dropped may be
  // kept.
  bool may_drop = false, may_keep = false;
};
struct HeadSampling {  // probabilistic_sampler
  enum class Mode : std::uint8_t { hash_seed, proportional, equalizing };
  float percentage = 0;
  std::uint32_t hash_seed = 0;
  Mode mode = Mode::hash_seed;
  bool fail_closed = true;
  int precision = 4;      // hexadecimal digits
  bool doubtful = false;  // a key whose effect is not known here
};
// Keeps all spans. `delay`: for how long it may hold them back.
struct Passing {
  Nanos delay{0};
};
// Not known here, or decides on what is not known here.
struct Opaque {
  bool may_drop = false;
  bool may_change = false;  // what policies of later tail samplers look at
  bool may_change_head =
      false;               // what later head samplers look at besides trace ids: sampling.priority and the tracestate
  bool may_delay = false;  // for who knows how long
};

struct Processor {
  std::string name{};
  std::variant<Passing, HeadSampling, TailSampling, Opaque> work{};
};
struct Pipeline {
  std::string name{};  // "traces", "traces/second"
  std::vector<Processor> processors{};
};

struct Remark {
  std::string file{};
  int line = 0;
  std::string key{};
  std::string what{};
  std::string text() const;  // "file:line: key: what"
};

struct CollectorConfig {
  std::vector<Pipeline> pipelines{};  // those for traces, in the file's order
  std::vector<Remark> unknown{};      // affects which traces are kept, in a way that is not known here
  std::vector<Remark> notes{};        // works otherwise than it reads, or not at all
};

// The value of an environment variable; empty when it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment process_environment();

// Throws ScenarioError with all mistakes, also for a file that cannot be read. What has nothing to do with sampling is
// not looked at. ${env:NAME}, ${NAME}, either with :-default, and $$ are resolved where sampling is concerned. A file
// that is only a processor's part, `tail_sampling:` or `probabilistic_sampler:` at the top, gives one pipeline `traces`
// of it.
CollectorConfig load_collector_config(const std::filesystem::path& file, const Environment& = process_environment());
CollectorConfig load_collector_config_text(const std::string& text, const std::string& name,
                                           const Environment& = process_environment());

}  // namespace tracetax::policy
