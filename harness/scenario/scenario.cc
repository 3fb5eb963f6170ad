#include "harness/scenario/scenario.h"

#include <algorithm>

#include "harness/base/ensure.h"
#include "harness/scenario/metric.h"

namespace tracetax {

const Arm& Scenario::control() const {
  const auto found = std::ranges::find(arms, Role::control, &Arm::role);
  ensure(found != arms.end(), "a checked scenario has a control");
  return *found;
}

const Hop& hop_in(const Hop& hop, const Arm& arm) {
  const auto own = arm.hops.find(hop.name);
  return own == arm.hops.end() ? hop : own->second;
}

std::vector<const Hop*> hops_of(const Topology& topology) {
  std::vector<const Hop*> hops;
  if (topology.router) hops.push_back(&*topology.router);
  if (topology.gateway) hops.push_back(&*topology.gateway);
  for (const ServerHop& server : topology.servers) hops.push_back(&server);
  return hops;
}

const std::vector<std::string>& command_of(const Hop& hop, const Arm& arm) {
  return hop_in(hop, arm).command;
}

const Hop& hop_of_load(const Topology& topology) {
  if (topology.router) return *topology.router;
  if (topology.gateway) return *topology.gateway;
  ensure(!topology.servers.empty(), "a checked topology has a server");
  return topology.servers.front();
}

bool all_mocks(const Topology& topology, const Arm& arm) {
  return std::ranges::all_of(hops_of(topology), [&](const Hop* hop) { return hop_in(*hop, arm).is_mock(); });
}

std::optional<Era> era_of_load(const Hop& hop, const Arm& arm) {
  switch (hop.era) {
    case HopEra::modern:
      return Era::modern;
    case HopEra::legacy:
      return Era::legacy;
    case HopEra::automatic:
      return {};
    case HopEra::unsaid:
      break;
  }
  if (hop_in(hop, arm).is_mock()) return Era::modern;
  return {};
}

Phase phase_of(const Scenario& scenario, const Budget& budget) {
  if (budget.phase) return *budget.phase;
  const MetricInfo* metric = find_metric(budget.metric);
  ensure(metric != nullptr, "a checked budget has a metric");
  if (!scenario.plan.run_pairs || !metric->pairs_allowed) return Phase::blocks;
  return scenario.plan.run_blocks ? metric->phase : Phase::pairs;
}

const std::string& arm_of(const Check& check) {
  return std::visit([](const auto& one) -> const std::string& { return one.arm; }, check.kind);
}

bool needs_spans(const Check& check) {
  if (const auto* ratio = std::get_if<SamplingRatioCheck>(&check.kind))
    return !ratio->tool.empty() || !ratio->service.empty();
  return !std::holds_alternative<CompleteTracesCheck>(check.kind);
}

std::string_view kind_of(const Check& check) {
  struct Name {
    std::string_view operator()(const SamplingRatioCheck&) const { return "sampling_ratio"; }
    std::string_view operator()(const CompleteTracesCheck&) const { return "complete_traces"; }
    std::string_view operator()(const OneDecisionCheck&) const { return "one_decision"; }
    std::string_view operator()(const ParentRespectedCheck&) const { return "parent_respected"; }
    std::string_view operator()(const KeptCheck& kept) const {
      return kept.what == KeptCheck::What::errors ? "errors_kept"
             : kept.what == KeptCheck::What::slow ? "slow_kept"
                                                  : "tool_kept";
    }
    std::string_view operator()(const RateLimitCheck&) const { return "rate_limit"; }
    std::string_view operator()(const AdaptiveCheck&) const { return "adaptive"; }
    std::string_view operator()(const SpansLostCheck&) const { return "spans_lost"; }
    std::string_view operator()(const PrivacyCheck&) const { return "privacy"; }
    std::string_view operator()(const TraceContractCheck&) const { return "trace_contract"; }
    std::string_view operator()(const CallsAnsweredCheck&) const { return "calls_answered"; }
    std::string_view operator()(const FaultLatencyCheck&) const { return "fault_latency"; }
    std::string_view operator()(const TailDecisionsCheck&) const { return "tail_decisions"; }
    std::string_view operator()(const MetricsAgreeCheck&) const { return "metrics_agree"; }
    std::string_view operator()(const IdsInLogsCheck&) const { return "ids_in_logs"; }
    std::string_view operator()(const MemoryBoundCheck&) const { return "memory_bound"; }
    std::string_view operator()(const TraceBytesCheck&) const { return "trace_bytes"; }
    std::string_view operator()(const LatencyBelowCheck&) const { return "latency_below"; }
    std::string_view operator()(const ExporterRunsCheck&) const { return "exporter_runs"; }
    std::string_view operator()(const SameAgainCheck&) const { return "same_again"; }
    std::string_view operator()(const SpanMetricsCheck&) const { return "span_metrics"; }
    std::string_view operator()(const CollectorMemoryCheck&) const { return "collector_memory"; }
    std::string_view operator()(const RefusalsCountedCheck&) const { return "refusals_counted"; }
  };
  return std::visit(Name{}, check.kind);
}

}  // namespace tracetax
