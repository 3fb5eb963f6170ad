#pragma once
// A scenario as values: what design.md §4 calls one YAML file. Made by load_scenario(), which has checked it whole.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/base/time.h"
#include "harness/base/wire.h"
#include "harness/scenario/argument_template.h"
#include "harness/scenario/arrivals.h"
#include "harness/scenario/offer.h"
#include "harness/scenario/phase.h"
#include "harness/scenario/recording.h"
#include "harness/scenario/tool.h"
#include "harness/scenario/tracing_config.h"

namespace tracetax {

// Where a value stands, for what is found wrong with it only when the peer is there.
struct ValuePlace {
  std::string key{};  // "arguments.text", from what has the place on
  std::string file{};
  int line = 0, column = 0;  // from 1
};

// What a hop's caller speaks to it. unsaid: mocks are spoken to as modern peers; of a program or a URL of the user's
// the load finds it out, as it does with automatic.
enum class HopEra { unsaid, modern, legacy, automatic };
constexpr std::string_view to_string(HopEra era) {
  return era == HopEra::unsaid ? "" : era == HopEra::modern ? "modern" : era == HopEra::legacy ? "legacy" : "auto";
}

// What every hop has. `listen` is how the hop is reached.
struct Hop {
  std::string name;  // "router", "gateway", or the server's own name: as results and budgets call the service
  TransportKind listen = TransportKind::http;
  HopEra era = HopEra::unsaid;
  std::vector<std::string> command{};  // the user's own program instead of the mock, started without a shell
  std::map<std::string, std::string> environment{};  // added to the user's program's environment
  std::string cwd{};  // where it is started, relative to the scenario; empty: where we were
  Nanos start_timeout = std::chrono::seconds(20);  // until it listens
  std::string url{};                               // a service that runs already; nothing is started
  std::vector<ExportHeader> headers{};             // sent to `url`; ${env:NAME} in them is of our own environment
  std::string ca{};                                // PEM, relative to the scenario's folder: whom to believe at `url`
  std::vector<ValuePlace> places{};                // of the headers
  bool is_mock() const { return command.empty() && url.empty(); }
};

struct RouterHop : Hop {};

struct RateLimit {
  double rate_per_s = 0;  // 0: no limit
  double burst = 0;       // bucket size in calls; 0: one second's worth
};

struct CircuitBreaker {
  std::uint32_t failures = 5;                        // consecutive failures that open it; 0: never opens
  Nanos open_for = std::chrono::milliseconds(1000);  // then one call tries again
};

struct GatewayHop : Hop {
  std::uint32_t connections = 4;  // the router's pool towards the gateway
  bool auth = true;               // bearer token, made anew for every run
  RateLimit rate_limit{};
  CircuitBreaker breaker{};
};

struct ServerHop : Hop {
  std::uint32_t replicas = 1;
  std::uint32_t connections = 16;    // the caller's pool towards each replica
  std::vector<std::string> tools{};  // names of the tools it serves; empty: all
};

struct Topology {
  std::optional<RouterHop> router{};
  std::optional<GatewayHop> gateway{};
  std::vector<ServerHop> servers{};  // at least one
};

using CallKind = RecordedCall::Kind;

// One of tool, resource, prompt and recording is not empty.
struct CallSpec {
  std::string tool{};
  double weight = 1;
  std::string arguments_json = "{}";  // a JSON object, with templates in its texts (argument_template.h)
  std::vector<ValuePlace> places{};   // "tool", "prompt", …, "arguments", and everything in the arguments
  std::string resource{};             // URI
  std::string prompt{};
  std::string recording{};                      // file of calls, of which each time one is made
  bool random_order = false;                    // of the recording's calls
  std::shared_ptr<const Recording> recorded{};  // read by load_scenario()
  LinesByFile lines{};                          // of the templates; likewise
};

// Beyond these the generator did not offer what was asked for, and the run is not valid. Each is held against an arm's
// median trial.
struct LoadLimits {
  double rate_error = 0.05;    // |arrived ÷ planned − 1| of calls a second at the first hop
  double variation_error = 1;  // |arrived − planned| coefficient of variation of the gaps
  double busy_share = 0.95;    // of the load threads' time, without what they spun
  double steal_share = 0.5;    // of all cores' time, taken by the hypervisor
};

struct Load {
  Arrivals arrivals{};
  std::uint32_t sessions = 1;
  std::uint32_t workers = 1;           // generator threads; sessions are dealt out to them
  std::uint32_t max_in_flight = 1024;  // per session; a call that must wait for a place keeps its intended time
  std::vector<CallSpec> calls{};       // of arrivals that replay a recording: that one
  Nanos timeout = std::chrono::seconds(5);
  // How long before a call is due the generator stops sleeping and spins; 0: never. Empty: learnt when the run begins.
  std::optional<Nanos> spin{};
  // How long after it sent a call the generator spins for answers before it sleeps; 0: not at all. Empty: see
  // load/pacing.h.
  std::optional<Nanos> spin_for_answers{};
  LoadLimits limits{};
  double max_send_lag_share = 0.05;  // of `timeout`; a trial whose send lag p99 is above: the run is not valid
};

enum class Role { control, treatment };

struct Arm {
  std::string name;
  Role role = Role::treatment;
  TracingConfig tracing{};
  std::vector<ToolSpec> tools{};  // the scenario's tools with this arm's overrides applied
  // By service: a program that takes the place of the mock, or of the hop's own command, in this arm. With two binaries
  // at hand they are arms of one experiment. The short form of `services`; both are in `hops`.
  std::map<std::string, std::vector<std::string>> commands{};
  // Hops that are different in this arm: what the arm says of each over what the topology says.
  std::map<std::string, Hop> hops{};
  std::string programs{};  // folder of mcp-router, mcp-gateway and mcp-server, e.g. of another commit; empty: our own
  // The standard variables that are all the services hear of tracing; empty: their configuration has `tracing`. What
  // they mean stands in `tracing` as well (environment_arm.h).
  std::map<std::string, std::string> environment{};
};

// matched: in each block the same service of every arm runs on the same core, drawn from the seed. free: wherever the
// kernel puts it.
enum class Placement { matched, free };

struct Plan {
  Nanos warmup = std::chrono::seconds(2);         // once per launch and arm, not measured
  Nanos settle = std::chrono::milliseconds(300);  // load before each window, not measured
  Nanos window = std::chrono::seconds(5);
  bool run_blocks = true;
  bool run_pairs = true;
  Nanos pairs_window{};  // per block; load_scenario() fills in `window` when the scenario says nothing
  std::uint32_t blocks_min = 6;
  std::uint32_t blocks_max = 6;
  Placement placement = Placement::matched;
  std::uint32_t looks = 4;     // times the verdicts are looked at between blocks_min and blocks_max
  std::uint32_t launches = 0;  // times the arms' stacks are started anew, spread over the blocks; 0: at every block
  std::uint64_t seed = 1;
  double confidence = 0.95;
};

struct Budget {
  std::string metric;              // a name of metric.h
  bool relative = false;           // limit is a share of the control's value
  double limit = 0;                // a fraction, or the metric's own unit (ns, bytes, fraction, per second)
  std::string service{};           // empty: the whole system
  std::string arm{};               // empty: every treatment
  int line = 0;                    // where the scenario, or its budgets file, says it
  std::optional<Phase> phase{};    // empty: see phase_of()
  std::vector<std::string> ids{};  // of the claims or requirements that it decides, as its author names them
};

struct SamplingRatioCheck {
  std::string arm;
  double expect = 0;
  std::optional<double> least{};  // instead of `expect`: at least this share is kept
  // Absolute: the whole interval must lie in expect ± tolerance. Empty: it must lie in expect ± default_tolerance, and
  // an exact binomial test must not tell the share from `expect`.
  std::optional<double> tolerance{};
  std::string tool{};     // calls of this tool alone; needs `tracetax sampling`
  std::string service{};  // traces with spans of this service, among the calls that got there; likewise
  static constexpr double default_tolerance = 0.02;
};
struct CompleteTracesCheck {
  std::string arm{};      // empty: every arm that samples
  double max_broken = 0;  // share of traces allowed to miss spans of a service they passed
};
// The rest needs every received span and is for `tracetax sampling`. An empty `arm`: every arm that samples.
struct OneDecisionCheck {  // a trace that is kept is kept by every service that its call passed
  std::string arm{};
};
struct ParentRespectedCheck {  // no service keeps spans whose caller kept none, or drops them under one that did
  std::string arm{};
};
struct KeptCheck {
  enum class What { errors, slow, tool } what = What::errors;
  std::string arm{};
  double least = 1;    // share of these calls whose traces are kept
  Nanos over{};        // slow: calls that took longer
  std::string tool{};  // tool: calls of it
};
struct RateLimitCheck {
  std::string arm{};
  double per_s = 0;       // traces
  double burst = 0;       // traces beyond per_s × time in any stretch of time, a token bucket's size
  double least = 0.9;     // share of the limit that must be kept when more is offered
  std::string service{};  // counts traces with spans of this service
};
struct AdaptiveCheck {
  std::string arm{};
  double target_per_s = 0;                 // traces
  double cap_per_s = 0;                    // in no second more; 0: none
  double tolerance = 0.25;                 // of the target
  Nanos within = std::chrono::seconds(5);  // after each step of the load
};
struct SpansLostCheck {
  std::string arm{};
  std::optional<double> most{};        // share of the sampled spans; empty: 0, or any where `most_per_s` is given
  std::optional<double> most_per_s{};  // in every step of the load
};
struct PrivacyCheck {
  std::string arm{};
  std::vector<std::string> secrets{};  // texts that must not be in anything received
};
struct TraceContractCheck {
  std::string arm{};
  std::string file{};  // relative to the scenario's folder
};
struct CallsAnsweredCheck {
  std::string arm{};
  double most_failed = 0;  // share of the calls without an answer; errors of tools are answers
};
struct FaultLatencyCheck {
  std::string arm{};
  Nanos most{};  // by which the median call may be slower while the fault lasts
};
struct TailDecisionsCheck {
  std::string arm{};
  std::string config{};  // a Collector's; empty: that of the scenario's collectors
};
struct MetricsAgreeCheck {  // /metrics of the services say what the harness saw of them
  std::string arm{};
};
struct IdsInLogsCheck {  // log lines and exemplars have the ids of spans that arrived, and no sampled call is without
  std::string arm{};
};
struct MemoryBoundCheck {
  std::string arm{};
  std::uint64_t most = 0;  // bytes by which a service may grow while and after the receiver is in trouble
  std::string service{};   // empty: each
};
struct TraceBytesCheck {
  std::string arm{};
  std::uint64_t least = 0;  // OTLP bytes of a kept trace in the mean
  std::uint64_t most = 0;
};
struct LatencyBelowCheck {
  std::string arm{};
  double quantile = 0.95;
  Nanos most{};
};
struct ExporterRunsCheck {  // what was sampled was exported, wherever to; every arm with a sampler where none is named
  std::string arm{};
};
struct SameAgainCheck {  // traces that are sent a second time are kept or dropped as at first
  std::string arm{};
  std::string config{};  // of the Collector of the second pass; empty: the first tier's own
};
struct SpanMetricsCheck {  // a Collector's counter of calls, made from spans, counts every call
  std::string arm{};
  std::string counter = "traces.span.metrics.calls";  // as the connector `span_metrics` names it
};
struct CollectorMemoryCheck {
  std::string arm{};
  std::uint32_t tier = 1;  // of the scenario's collectors, from 1
  std::uint64_t most = 0;  // bytes, of each reading of the proportional set size
};
struct RefusalsCountedCheck {  // every span is received, or among those that somebody counted as refused or dropped
  std::string arm{};
  std::uint64_t least = 0;  // refused and dropped spans without which the check says nothing
};
struct Check {
  using Kind = std::variant<SamplingRatioCheck, CompleteTracesCheck, OneDecisionCheck, ParentRespectedCheck, KeptCheck,
                            RateLimitCheck, AdaptiveCheck, SpansLostCheck, PrivacyCheck, TraceContractCheck,
                            TailDecisionsCheck, CallsAnsweredCheck, FaultLatencyCheck, MetricsAgreeCheck,
                            IdsInLogsCheck, MemoryBoundCheck, TraceBytesCheck, LatencyBelowCheck, ExporterRunsCheck,
                            SameAgainCheck, SpanMetricsCheck, CollectorMemoryCheck, RefusalsCountedCheck>;
  Kind kind{};
  std::vector<std::string> ids{};  // as Budget::ids

  Check() = default;
  template <class C>
  requires std::is_constructible_v<Kind, C> Check(C one)
      : kind(std::move(one)) {}  // NOLINT(google-explicit-constructor): a check is one of its kinds
};
// The check's arm; empty: every arm that samples.
const std::string& arm_of(const Check& check);
// `tracetax run` cannot tell: it counts spans and keeps none.
bool needs_spans(const Check& check);
// The key that the check has in a scenario: "sampling_ratio".
std::string_view kind_of(const Check& check);

// A real Collector between the services and the sink, or a second one behind it.
struct CollectorTier {
  std::vector<std::string> command{};  // empty: TRACETAX_COLLECTOR, or else otelcol
  std::string config{};                // relative to the scenario's folder
};

// What `tracetax sampling` does to each arm.
struct LoadStep {
  double rate_per_s = 0;
  Nanos length{};
};
struct SinkFault {  // what the receiver of the spans does for a while
  enum class How { none, stop, kill, slow, refuse, reset } how = How::none;
  // first: a Collector, where there is one. sink: behind all Collectors.
  enum class Of { first, sink } of = Of::first;
  Nanos at{};  // after the first step began
  Nanos length = std::chrono::seconds(2);
  Nanos delay = std::chrono::seconds(2);  // slow: of each answer
};
struct SamplingPlan {
  std::vector<LoadStep> steps{};  // empty: one of the load's own rate, for 20 s
  Nanos drain{};                  // waited for collectors after the last call
  SinkFault fault{};
};

struct Scenario {
  int version = 1;
  std::string name;
  std::string description{};
  Topology topology{};
  std::vector<ToolSpec> tools{};
  Offer offer{};  // of every mock server
  Load load{};
  std::vector<Arm> arms{};  // exactly one control, in the file's order
  Plan plan{};
  std::vector<Budget> budgets{};
  std::vector<Check> checks{};
  std::vector<CollectorTier> collectors{};  // the services' first; empty: they export to the sink
  SamplingPlan sampling{};
  std::string folder{};  // of the scenario file: what its paths are relative to

  const Arm& control() const;
};

// What mocks that call the hop speak to it.
constexpr Era era_of_mocks(const Hop& hop) {
  return hop.era == HopEra::legacy ? Era::legacy : Era::modern;
}
// The hop as it is in this arm.
const Hop& hop_in(const Hop& hop, const Arm& arm);
// All hops of the topology, in the order in which a call passes them.
std::vector<const Hop*> hops_of(const Topology& topology);

// What the load speaks to the hop in this arm; empty: what it finds out.
std::optional<Era> era_of_load(const Hop& hop, const Arm& arm);

// The hop that the load calls.
const Hop& hop_of_load(const Topology& topology);
// Whether all hops are mocks of ours in this arm: then what the tools are is known from the scenario.
bool all_mocks(const Topology& topology, const Arm& arm);

// The program that is the hop in this arm; empty: the mock, or a service that runs elsewhere.
const std::vector<std::string>& command_of(const Hop& hop, const Arm& arm);

// Which phase carries the budget: its own, or the metric's; when the plan runs one phase only, that one as far as the
// metric allows it.
Phase phase_of(const Scenario& scenario, const Budget& budget);

// What is allowed and probably not meant: sentences for people, each with what to do.
std::vector<std::string> scenario_warnings(const Scenario& scenario);

}  // namespace tracetax
