#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/sampling/check_parts.h"

namespace tracetax {
namespace {

// What became of spans between the tap and the sink, as those say who had them.
struct Ledger {
  std::uint64_t offered = 0;   // seen by the tap
  std::uint64_t received = 0;  // at the sink, each span once
  std::uint64_t failed = 0;    // the tap's sender gave up
  std::uint64_t filtered = 0;
  std::uint64_t limited = 0;
  std::uint64_t send_failed = 0;
  std::uint64_t not_queued = 0;
  std::uint64_t counted() const { return failed + filtered + limited + send_failed + not_queued; }
};

std::uint64_t spans_of(const std::vector<otlp::Trace>& traces) {
  std::uint64_t spans = 0;
  for (const otlp::Trace& trace : traces) spans += trace.spans.size();
  return spans;
}

Ledger add_up(const ArmObservation& seen) {
  Ledger ledger;
  ledger.offered = spans_of(*seen.offered);
  for (const auto& [group, spans] : seen.before_first_call) ledger.offered += spans;
  ledger.received = spans_of(seen.kept) + seen.received_before_first_call + seen.came_late;
  ledger.failed = seen.tap->failed;
  for (const CollectorCounts& tier : seen.collector_counts) {
    ledger.filtered += tier.filtered;
    ledger.limited += tier.limited_late;
    ledger.send_failed += tier.send_failed;
    ledger.not_queued += tier.not_queued;
  }
  return ledger;
}

std::string why_not(const ArmObservation& seen) {
  if (!seen.offered || !seen.tap) return "what the Collector was sent is not known (a `fault` of the first receiver)";
  if (seen.collector_counts.empty()) return "the Collectors' own counters were not read";
  for (std::size_t i = 0; i < seen.collector_counts.size(); ++i) {
    if (const std::string& problem = seen.collector_counts[i].problem; !problem.empty())
      return fmt::format("Collector {} cannot say what became of each span: {}", i + 1, problem);
  }
  if (seen.tap->pending_requests > 0)
    return fmt::format("{} requests had not reached the first Collector", counted(seen.tap->pending_requests));
  return {};
}

std::uint64_t apart(std::uint64_t a, std::uint64_t b) {
  return a > b ? a - b : b - a;
}

}  // namespace

void check_collector_memory(const CollectorMemoryCheck& check, const CheckInput& in, CheckResult& result) {
  result.unit = "bytes";
  result.expects = "at most";
  result.expected = static_cast<double>(check.most);
  const std::size_t tier = check.tier - 1;
  if (tier >= in.seen.collector_memory.size() || in.seen.collector_memory[tier].readings == 0) {
    result.detail = "not measured: the Collector's memory was never read";
    return;
  }
  const CollectorMemory& memory = in.seen.collector_memory[tier];
  result.observed = result.low = result.high = static_cast<double>(memory.most_bytes);
  result.verdict = memory.most_bytes <= check.most ? Verdict::within : Verdict::exceeded;
  result.detail = fmt::format(
      "Collector {}: {} readings, one every 250 ms, the largest is {} (proportional set size); "
      "its resident set was at most {}",
      check.tier, counted(memory.readings), format_bytes(static_cast<double>(memory.most_bytes)),
      format_bytes(static_cast<double>(memory.peak_rss)));
}

void check_refusals(const RefusalsCountedCheck& check, const CheckInput& in, CheckResult& result) {
  result.unit = "count";
  result.expects = "at most";
  if (const std::string problem = why_not(in.seen); !problem.empty()) {
    result.detail = "not measured: " + problem;
    return;
  }
  const Ledger ledger = add_up(in.seen);
  const TapCounts& tap = *in.seen.tap;
  const CollectorCounts& first = in.seen.collector_counts.front();
  const std::uint64_t known = ledger.received + ledger.counted();
  const std::uint64_t vanished = ledger.offered > known ? ledger.offered - known : 0;
  // An answer that came too late leaves both sides with a number of their own.
  const std::uint64_t apart_refusals = apart(tap.refused, first.refused);
  const std::uint64_t miscounted = apart_refusals > tap.unanswered ? apart_refusals : 0;
  std::uint64_t sampled = 0, arrived = 0;
  for (const ObservedStep& step : in.seen.steps) {
    for (const auto& [service, spans] : step.spans) {
      sampled += spans.sampled;
      arrived += spans.received;
    }
  }
  result.observed = result.low = result.high = static_cast<double>(vanished + miscounted);
  result.detail = fmt::format(
      "{} spans were sent to the Collector: {} received ({} of them from its queues, when it was ended), {} given up "
      "by "
      "the sender, {} filtered, {} refused by a memory_limiter behind a batch, {} not sent, {} not queued; {} spans of "
      "attempts were refused, the Collector counted {}",
      counted(ledger.offered), counted(ledger.received), counted(in.seen.came_late), counted(ledger.failed),
      counted(ledger.filtered), counted(ledger.limited), counted(ledger.send_failed), counted(ledger.not_queued),
      counted(tap.refused), counted(first.refused));
  if (vanished > 0) result.detail += fmt::format("; {} are in none of these", counted(vanished));
  if (known > ledger.offered) {
    result.detail += fmt::format("; {} more than were sent: what was given up arrived all the same",
                                 counted(known - ledger.offered));
  }
  if (arrived < sampled)
    result.detail += fmt::format("; {} more were lost in the services", counted(sampled - arrived));
  std::uint64_t queued = 0;
  for (const CollectorCounts& tier : in.seen.collector_counts) queued += tier.queued_requests;
  if (vanished > 0 && queued > 0) {
    // Ended with them, and nobody could count what was in them.
    result.detail += fmt::format("; {} requests were still queued a minute later, which may be these", counted(queued));
  } else if (vanished + miscounted > 0) {
    result.verdict = Verdict::exceeded;
  } else if (tap.refused + ledger.counted() < check.least) {
    result.detail += fmt::format("; fewer than the {} without which the check says nothing were refused or dropped",
                                 counted(check.least));
  } else if (known == ledger.offered) {
    result.verdict = Verdict::within;
  }
}

}  // namespace tracetax
