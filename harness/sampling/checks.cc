#include "harness/sampling/checks.h"

#include <algorithm>
#include <map>

#include "harness/base/text.h"
#include "harness/sampling/check_parts.h"
#include "harness/scenario/consistency.h"

namespace tracetax {
namespace {

void run_one(const Check& check, const CheckInput& in, CheckResult& result) {
  struct Visitor {
    const CheckInput& in;
    CheckResult& result;
    void operator()(const SamplingRatioCheck& c) const { check_share(c, in, result); }
    void operator()(const CompleteTracesCheck&) const {}  // told from counts
    void operator()(const OneDecisionCheck&) const { check_one_decision(in, result); }
    void operator()(const ParentRespectedCheck&) const { check_parents(in, result); }
    void operator()(const KeptCheck& c) const { check_kept(c, in, result); }
    void operator()(const RateLimitCheck& c) const { check_rate_limit(c, in, result); }
    void operator()(const AdaptiveCheck& c) const { check_adaptive(c, in, result); }
    void operator()(const SpansLostCheck& c) const { check_lost(c, in, result); }
    void operator()(const PrivacyCheck& c) const { check_privacy(c, in, result); }
    void operator()(const TraceContractCheck& c) const { check_contract(c, in, result); }
    void operator()(const CallsAnsweredCheck& c) const { check_answered(c, in, result); }
    void operator()(const FaultLatencyCheck& c) const { check_fault_latency(c, in, result); }
    void operator()(const TailDecisionsCheck& c) const { check_tail(c, in, result); }
    void operator()(const MetricsAgreeCheck&) const { check_metrics(in, result); }
    void operator()(const IdsInLogsCheck&) const { check_logs(in, result); }
    void operator()(const MemoryBoundCheck& c) const { check_memory(c, in, result); }
    void operator()(const TraceBytesCheck& c) const { check_bytes(c, in, result); }
    void operator()(const LatencyBelowCheck& c) const { check_latency(c, in, result); }
    void operator()(const ExporterRunsCheck&) const { check_exporter(in, result); }
    void operator()(const SameAgainCheck& c) const { check_same_again(c, in, result); }
    void operator()(const SpanMetricsCheck& c) const { check_span_metrics(c, in, result); }
    void operator()(const CollectorMemoryCheck& c) const { check_collector_memory(c, in, result); }
    void operator()(const RefusalsCountedCheck& c) const { check_refusals(c, in, result); }
  };
  std::visit(Visitor{in, result}, check.kind);
}

}  // namespace

bool has_service(const otlp::Trace& trace, std::string_view service) {
  return std::ranges::any_of(trace.spans, [&](const otlp::Span& span) { return span.service() == service; });
}

std::string counted(std::uint64_t n) {
  return format_count(static_cast<std::int64_t>(n));
}

std::vector<CheckResult> run_sampling_checks(const Scenario& scenario, std::span<const ArmObservation> arms,
                                             double confidence) {
  std::map<std::string, Links> links;
  for (const ArmObservation& seen : arms) links.emplace(seen.arm, link_calls(seen, seen.kept));
  std::vector<CheckResult> results;
  for (const Check& check : scenario.checks) {
    if (!needs_spans(check)) continue;
    for (const Arm& arm : scenario.arms) {
      if (!is_about(check, arm)) continue;
      CheckResult& result = results.emplace_back();
      result.name = kind_of(check);
      result.arm = arm.name;
      result.ids = check.ids;
      const auto seen = std::ranges::find(arms, arm.name, &ArmObservation::arm);
      if (seen == arms.end()) {
        result.detail = "not measured: the arm did not run";
        continue;
      }
      run_one(check, {scenario, arm, *seen, links.at(arm.name), confidence}, result);
    }
  }
  return results;
}

}  // namespace tracetax
