#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/scenario/call_names.h"
#include "harness/scenario/consistency_parts.h"
#include "harness/scenario/replay.h"
#include "harness/scenario/scalars.h"

namespace tracetax {

void Consistency::check_service(const Budget& budget, const MetricInfo& metric, const Path& path) {
  if (!metric.per_service) {
    finding(path, fmt::format("{} is of the whole system, not of one service", budget.metric), "remove `service`");
    return;
  }
  if (!reading_.reached({"topology"})) return;
  const auto found = std::ranges::find(hops_, budget.service, &Hop::name);
  if (found == hops_.end()) {
    finding(path, fmt::format("there is no service `{}` in the topology", budget.service),
            shapes::hint_towards(budget.service, hop_names()));
  }
}

// What the kernel says of a service, and the spans that it sends, are of what was started here.
void Consistency::check_outside(const Budget& budget, const Path& path) {
  const MetricInfo* metric = find_metric(budget.metric);
  const bool of_spans = budget.metric == "network_per_span" || budget.metric == "spans_lost";
  if (!metric || (!metric->per_service && !of_spans)) return;
  if (!reading_.sound({"topology"}) || !reading_.sound({"arms"})) return;
  const auto control = std::ranges::find(s_.arms, Role::control, &Arm::role);
  if (control == s_.arms.end()) return;
  for (const Arm& arm : s_.arms) {
    if (arm.role == Role::control || (!budget.arm.empty() && budget.arm != arm.name)) continue;
    if (!budget.service.empty()) {
      const auto hop = std::ranges::find(hops_, budget.service, &Hop::name);
      if (hop == hops_.end()) return;
      const Arm* without = is_outside(**hop, *control) ? &*control : is_outside(**hop, arm) ? &arm : nullptr;
      if (!without) continue;
      finding(below(path, "service"),
              fmt::format("`{}` runs elsewhere in arm `{}`: its {} cannot be measured", budget.service, without->name,
                          budget.metric),
              "give the service a `command` so that it is started here");
      return;
    }
    if (all_outside(arm)) {
      finding(below(path, "metric"),
              fmt::format("everything runs elsewhere in arm `{}`: its {} cannot be measured", arm.name, budget.metric),
              "give a service a `command` so that it is started here, or set a limit to latency");
      return;
    }
    const auto other = std::ranges::find_if(
        hops_, [&](const Hop* hop) { return is_outside(*hop, arm) != is_outside(*hop, *control); });
    if (of_spans || other == hops_.end()) continue;
    finding(below(path, "metric"),
            fmt::format("`{}` runs elsewhere in arm `{}` and here in arm `{}`: their {} is not of the same services",
                        (*other)->name, is_outside(**other, arm) ? arm.name : control->name,
                        is_outside(**other, arm) ? control->name : arm.name, budget.metric),
            "start it in both arms or in none, or name another `service`");
    return;
  }
}

void Consistency::check_phase(const Budget& budget, const MetricInfo& metric, const Path& path) {
  if (budget.phase == Phase::pairs && !metric.pairs_allowed) {
    finding(below(path, "phase"),
            fmt::format("pairs cannot carry {}: the traced arms run beside the control and disturb it too, so the "
                        "overhead would look smaller than it is",
                        budget.metric),
            "write `phase: blocks`, or leave it out");
    return;
  }
  if (!reading_.sound({"plan", "phases"}) || !reading_.sound({"load", "arrivals"})) return;
  const Phase phase = phase_of(s_, budget);
  if (phase == Phase::blocks ? s_.plan.run_blocks : s_.plan.run_pairs) return;
  const std::string add = fmt::format("add `{}` to plan.phases", to_string(phase));
  if (!budget.phase) {
    finding(below(path, "metric"), fmt::format("only blocks can carry {}, and the plan runs none", budget.metric),
            add + ", or remove the budget");
  } else {
    const bool impossible = phase == Phase::pairs && std::holds_alternative<ClosedArrivals>(s_.load.arrivals);
    finding(below(path, "phase"), fmt::format("the plan runs no {}", to_string(phase)),
            impossible ? "a closed loop runs blocks only; remove `phase`" : add + ", or remove `phase`");
  }
}

void Consistency::check_budget(const Budget& budget, const Path& path) {
  if (!reading_.sound(path)) return;
  const MetricInfo* metric = find_metric(budget.metric);
  if (metric && !budget.service.empty()) check_service(budget, *metric, below(path, "service"));
  if (metric) check_phase(budget, *metric, path);
  check_outside(budget, path);
  const Path arm_path = below(path, "arm");
  if (budget.arm.empty() || !check_arm_exists(budget.arm, arm_path)) return;
  const Arm& arm = *std::ranges::find(s_.arms, budget.arm, &Arm::name);
  if (arm.role == Role::control && reading_.sound({"arms"}))
    finding(arm_path, fmt::format("`{}` is the control: there is nothing to compare it with", arm.name),
            "name a treatment");
}

bool Consistency::sees_traces(const Arm& arm, const Path& path) {
  if (!reading_.sound({"arms", arm.name})) return false;
  if (arm.tracing.sampler.type == SamplerType::none) {
    finding(path, fmt::format("arm `{}` has no tracing: there is nothing to check", arm.name),
            "name an arm with a sampler other than none");
    return false;
  }
  if (!exports_to_sink(arm.tracing)) {
    finding(path,
            fmt::format("arm `{}` does not export to the harness's sink, which would have to see its traces", arm.name),
            "remove its `exporter.endpoint`, and use otlp_grpc or otlp_http");
    return false;
  }
  if (topology_sound_ && all_outside(arm)) {
    finding(path, fmt::format("everything runs elsewhere in arm `{}`: no spans of it come here", arm.name),
            "give a service a `command` so that it is started here, or remove the check");
    return false;
  }
  return true;
}

void Consistency::check_check(const Check& check, const Path& path) {
  if (!reading_.sound(path)) return;
  const std::string& name = arm_of(check);
  const Path arm_path = below(below(path, kind_of(check)), "arm");
  if (const auto* kept = std::get_if<KeptCheck>(&check.kind); kept && kept->what == KeptCheck::What::tool) {
    check_tool_called(kept->tool, below(below(path, kind_of(check)), "tool"));
  }
  if (const auto* ratio = std::get_if<SamplingRatioCheck>(&check.kind); ratio && !ratio->tool.empty()) {
    check_tool_called(ratio->tool, below(below(path, kind_of(check)), "tool"));
  }
  if (std::holds_alternative<FaultLatencyCheck>(check.kind) && s_.sampling.fault.how == SinkFault::How::none) {
    finding(path, "there is no fault whose effect could be seen", "give the scenario `sampling: { fault: … }`");
  }
  if (const auto* memory = std::get_if<MemoryBoundCheck>(&check.kind)) check_memory_bound(*memory, path);
  if (const auto* tail = std::get_if<TailDecisionsCheck>(&check.kind); tail && s_.collectors.empty()) {
    finding(path, "there is no Collector whose decisions could be checked", "give the scenario `collector:`");
  }
  check_collector_check(check, path);
  if (name.empty()) {
    const auto is_seen = [&](const Arm& arm) { return is_about(check, arm) && (hops_.empty() || !all_outside(arm)); };
    if (reading_.sound({"arms"}) && std::ranges::none_of(s_.arms, is_seen)) {
      finding(path, "no arm keeps traces and exports them to the harness's sink",
              "give an arm a sampler such as always_on, or remove the check");
    }
    return;
  }
  if (!check_arm_exists(name, arm_path)) return;
  const Arm& arm = *std::ranges::find(s_.arms, name, &Arm::name);
  if (std::holds_alternative<ExporterRunsCheck>(check.kind)) return check_exporter_runs(arm, arm_path);
  if (std::holds_alternative<IdsInLogsCheck>(check.kind) && !arm.environment.empty()) {
    finding(arm_path,
            fmt::format("the services of arm `{}` get OTEL_* variables alone, which cannot ask for a log", name),
            "name an arm whose `tracing` is no `environment`");
    return;
  }
  const auto* ratio = std::get_if<SamplingRatioCheck>(&check.kind);
  const bool is_ratio = ratio != nullptr;
  if (is_ratio && !ratio->service.empty() && reading_.sound({"arms", name})) {
    const auto hop = std::ranges::find(hops_, ratio->service, &Hop::name);
    if (hop != hops_.end() && is_outside(**hop, arm))
      finding(below(below(path, "sampling_ratio"), "service"),
              fmt::format("`{}` runs elsewhere in arm `{}`: no spans of it come here", ratio->service, name),
              "give the service a `command` so that it is started here");
  }
  if (sees_traces(arm, arm_path) && !is_ratio && !samples(arm.tracing)) {
    finding(arm_path, fmt::format("arm `{}` keeps no traces that could be judged", name), "name an arm that samples");
  }
}

void Consistency::check_memory_bound(const MemoryBoundCheck& check, const Path& path) {
  if (s_.sampling.fault.how == SinkFault::How::none) {
    finding(path, "there is no fault during which memory could grow", "give the scenario `sampling: { fault: … }`");
  }
  if (check.service.empty() || !reading_.reached({"topology"})) return;
  const Path service = below(below(path, "memory_bound"), "service");
  const auto found = std::ranges::find(hops_, check.service, &Hop::name);
  if (found == hops_.end()) {
    finding(service, fmt::format("there is no service `{}` in the topology", check.service),
            shapes::hint_towards(check.service, hop_names()));
  } else if (std::ranges::any_of(
                 s_.arms, [&](const Arm& arm) { return is_about(Check(check), arm) && is_outside(**found, arm); })) {
    finding(service, fmt::format("`{}` runs elsewhere: its memory cannot be measured", check.service),
            "give the service a `command` so that it is started here");
  }
}

void Consistency::check_exporter_runs(const Arm& arm, const Path& path) {
  if (!reading_.sound({"arms", arm.name})) return;
  if (arm.tracing.sampler.type == SamplerType::none) {
    finding(path, fmt::format("arm `{}` has no tracing: there is nothing to check", arm.name),
            "name an arm with a sampler other than none");
  } else if (!arm.tracing.exporter.endpoint.empty()) {
    finding(path, fmt::format("arm `{}` exports elsewhere: what arrives there is not seen", arm.name),
            "remove its `exporter.endpoint`");
  }
}

void Consistency::check_collector_check(const Check& check, const Path& path) {
  const auto* memory = std::get_if<CollectorMemoryCheck>(&check.kind);
  const bool of_collectors = memory || std::holds_alternative<SameAgainCheck>(check.kind) ||
                             std::holds_alternative<SpanMetricsCheck>(check.kind) ||
                             std::holds_alternative<RefusalsCountedCheck>(check.kind);
  if (!of_collectors || !reading_.sound({"collector"})) return;
  if (s_.collectors.empty()) {
    finding(path, "there is no Collector that could be checked", "give the scenario `collector:`");
  } else if (memory && memory->tier > s_.collectors.size()) {
    finding(below(below(path, kind_of(check)), "tier"),
            fmt::format("there is no tier {}: the scenario has {}", memory->tier, s_.collectors.size()),
            "tiers are counted from 1, from the services' side");
  }
}

void Consistency::check_tool_called(const std::string& tool, const Path& path) {
  const std::vector<CallTarget> targets = call_targets(s_.load);
  Names called;
  for (const CallTarget& target : targets) {
    if (target.kind == CallKind::tool) called.push_back(target.name);
  }
  if (reading_.sound({"load", "calls"}) && !among(called, tool)) {
    finding(path, fmt::format("no call of the load is of a tool `{}`", tool), shapes::hint_towards(tool, called));
  }
}

}  // namespace tracetax
