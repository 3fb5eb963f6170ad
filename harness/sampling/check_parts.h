#pragma once
// The single checks. Internal.

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/results/result.h"
#include "harness/sampling/linking.h"
#include "harness/sampling/observation.h"
#include "harness/scenario/scenario.h"

namespace tracetax {

struct CheckInput {
  const Scenario& scenario;
  const Arm& arm;
  const ArmObservation& seen;
  const Links& links;  // of seen.kept
  double confidence = 0.95;
};

// check_kept.cc
void check_share(const SamplingRatioCheck& check, const CheckInput& in, CheckResult& result);
void check_kept(const KeptCheck& check, const CheckInput& in, CheckResult& result);
void check_lost(const SpansLostCheck& check, const CheckInput& in, CheckResult& result);
// check_parents.cc
void check_one_decision(const CheckInput& in, CheckResult& result);
void check_parents(const CheckInput& in, CheckResult& result);
// check_rates.cc
void check_rate_limit(const RateLimitCheck& check, const CheckInput& in, CheckResult& result);
void check_adaptive(const AdaptiveCheck& check, const CheckInput& in, CheckResult& result);
// check_privacy.cc
void check_privacy(const PrivacyCheck& check, const CheckInput& in, CheckResult& result);
// check_contract.cc
void check_contract(const TraceContractCheck& check, const CheckInput& in, CheckResult& result);
// check_calls.cc
void check_answered(const CallsAnsweredCheck& check, const CheckInput& in, CheckResult& result);
void check_fault_latency(const FaultLatencyCheck& check, const CheckInput& in, CheckResult& result);
// check_latency.cc
void check_latency(const LatencyBelowCheck& check, const CheckInput& in, CheckResult& result);
// check_metrics.cc
void check_metrics(const CheckInput& in, CheckResult& result);
// check_logs.cc
void check_logs(const CheckInput& in, CheckResult& result);
// check_memory.cc
void check_memory(const MemoryBoundCheck& check, const CheckInput& in, CheckResult& result);
// check_bytes.cc
void check_bytes(const TraceBytesCheck& check, const CheckInput& in, CheckResult& result);
// check_exporter.cc
void check_exporter(const CheckInput& in, CheckResult& result);
// check_tail.cc
void check_tail(const TailDecisionsCheck& check, const CheckInput& in, CheckResult& result);
// check_again.cc
void check_same_again(const SameAgainCheck& check, const CheckInput& in, CheckResult& result);
// check_span_metrics.cc
void check_span_metrics(const SpanMetricsCheck& check, const CheckInput& in, CheckResult& result);
// check_collector.cc
void check_collector_memory(const CollectorMemoryCheck& check, const CheckInput& in, CheckResult& result);
void check_refusals(const RefusalsCountedCheck& check, const CheckInput& in, CheckResult& result);

inline bool answered(const ObservedCall& call) {
  return call.sample.outcome == Outcome::ok || call.sample.outcome == Outcome::tool_error;
}
inline bool sent(const ObservedCall& call) {
  return call.sample.outcome != Outcome::never_sent;
}
bool has_service(const otlp::Trace& trace, std::string_view service);
std::string counted(std::uint64_t n);

}  // namespace tracetax
