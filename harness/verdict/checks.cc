#include "harness/verdict/checks.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/scenario/consistency.h"
#include "harness/stats/distributions.h"

namespace tracetax {
namespace {

const ArmSummary* find_arm(std::span<const ArmSummary> arms, const std::string& name) {
  const auto found = std::ranges::find(arms, name, &ArmSummary::name);
  return found == arms.end() ? nullptr : &*found;
}

// What an exact binomial test rejects at this level has one share in a thousand of right samplers against it.
constexpr double exact_confidence = 0.999;

std::string counted(std::uint64_t n) {
  return format_count(static_cast<std::int64_t>(n));
}

// The sets of services, as the sink names them, that a call which reached its tool has passed. Programs of the user's
// are left out: whether and under which name they trace is not known.
std::vector<std::string> complete_sets(const Topology& topology, const Arm& arm) {
  const auto is_mock = [&](const Hop& hop) { return hop_in(hop, arm).is_mock(); };
  std::vector<std::string> hops;
  if (topology.router && is_mock(*topology.router)) hops.emplace_back("mcp-router");
  if (topology.gateway && is_mock(*topology.gateway)) hops.emplace_back("mcp-gateway");
  std::vector<std::string> sets;
  for (const ServerHop& server : topology.servers) {
    std::vector<std::string> names = hops;
    if (is_mock(server)) names.push_back(server.name);
    std::ranges::sort(names);
    std::string joined;
    for (const std::string& name : names) joined += (joined.empty() ? "" : ",") + name;
    if (!joined.empty() && std::ranges::find(sets, joined) == sets.end()) sets.push_back(joined);
  }
  return sets;
}

CheckResult check_ratio(const SamplingRatioCheck& check, const ArmSummary* arm, double confidence) {
  CheckResult result{.name = "sampling_ratio", .arm = check.arm, .expected = check.expect};
  const std::uint64_t offered = arm ? arm->calls.sent() : 0;
  const std::uint64_t kept = arm ? arm->traces.traces : 0;
  if (check.least) {
    judge_least(result, kept, offered, *check.least, confidence);
  } else {
    judge_share(result, kept, offered, check.tolerance, confidence);
  }
  if (offered > 0 && arm->traces.traces > offered) {
    result.verdict = Verdict::exceeded;
    result.detail += "; more traces than calls: a service starts traces of its own or loses the context it was sent";
  }
  return result;
}

struct Wholeness {
  std::uint64_t broken = 0;   // traces without the spans of a service they passed
  std::uint64_t excused = 0;  // calls without an answer: their traces may end early
  std::uint64_t counted = 0;  // broken beyond the excused
  std::uint64_t orphans = 0;  // likewise
};

Wholeness wholeness_of(const ArmSummary& arm, const std::vector<std::string>& sets) {
  Wholeness w;
  std::uint64_t whole = 0;
  for (const std::string& set : sets) whole += arm.traces.complete(set);
  w.broken = arm.traces.traces - std::min(whole, arm.traces.traces);
  w.excused = arm.calls.protocol_error + arm.calls.timed_out + arm.calls.disconnected;
  w.counted = w.broken - std::min(w.broken, w.excused);
  w.orphans = arm.traces.orphans - std::min(arm.traces.orphans, w.excused);
  return w;
}

std::string describe(const ArmSummary& arm, const Wholeness& w, const std::vector<std::string>& sets) {
  std::string text = fmt::format("{} of {} traces miss a service they passed, {} orphaned spans", counted(w.broken),
                                 counted(arm.traces.traces), counted(arm.traces.orphans));
  if (w.broken > 0) {
    // The most frequent of the wrong sets says where the chain breaks.
    const std::pair<const std::string, std::uint64_t>* worst = nullptr;
    for (const auto& entry : arm.traces.service_sets) {
      const bool wrong = std::ranges::find(sets, entry.first) == sets.end();
      if (wrong && (!worst || entry.second > worst->second)) worst = &entry;
    }
    if (worst) text += fmt::format("; {} have only {}", counted(worst->second), worst->first);
  }
  if (w.excused > 0) text += fmt::format("; {} calls without an answer may end early", counted(w.excused));
  if (arm.spans.lost() > 0) text += fmt::format("; {} spans were lost on their way", counted(arm.spans.lost()));
  if (arm.traces.multi_root > 0)
    text += fmt::format("; {} traces have more than one root", counted(arm.traces.multi_root));
  return text;
}

CheckResult check_complete(const CompleteTracesCheck& check, const ArmSummary& arm,
                           const std::vector<std::string>& sets, double confidence) {
  CheckResult result{.name = "complete_traces", .arm = arm.name, .expects = "at most", .expected = check.max_broken};
  if (sets.empty() || arm.traces.traces == 0) {
    result.detail = sets.empty() ? "not measured: no service of the topology is known to trace"
                                 : "not measured: no trace was received";
    return result;
  }
  const Wholeness w = wholeness_of(arm, sets);
  const auto traces = static_cast<double>(arm.traces.traces);
  const Interval share = clopper_pearson(w.counted, arm.traces.traces, confidence);
  result.observed = static_cast<double>(w.counted) / traces;
  result.low = share.low;
  result.high = share.high;
  result.detail = describe(arm, w, sets);
  // A limit of 0 asks whether it happened, which the count answers; a share above 0 needs the interval.
  const bool too_many_orphans = static_cast<double>(w.orphans) > check.max_broken * traces;
  if (too_many_orphans || share.low > check.max_broken || (check.max_broken == 0 && w.counted > 0)) {
    result.verdict = Verdict::exceeded;
  } else if (share.high <= check.max_broken || w.counted == 0) {
    result.verdict = Verdict::within;
  }
  return result;
}

}  // namespace

namespace {

// False: there is nothing to judge.
bool measure_share(CheckResult& result, std::uint64_t kept_traces, std::uint64_t offered, double confidence) {
  if (offered == 0) {
    result.detail = "not measured: no call was sent";
    return false;
  }
  const std::uint64_t kept = std::min(kept_traces, offered);
  const Interval share = clopper_pearson(kept, offered, confidence);
  result.observed = static_cast<double>(kept) / static_cast<double>(offered);
  result.low = share.low;
  result.high = share.high;
  result.detail = fmt::format("{} traces kept of {} calls", counted(kept_traces), counted(offered));
  return true;
}

}  // namespace

void judge_least(CheckResult& result, std::uint64_t kept_traces, std::uint64_t offered, double least,
                 double confidence) {
  result.expects = "at least";
  result.expected = least;
  if (!measure_share(result, kept_traces, offered, confidence)) return;
  if (result.low >= least) {
    result.verdict = Verdict::within;
  } else if (result.high < least) {
    result.verdict = Verdict::exceeded;
  }
}

void judge_share(CheckResult& result, std::uint64_t kept_traces, std::uint64_t offered, std::optional<double> tolerance,
                 double confidence) {
  if (!measure_share(result, kept_traces, offered, confidence)) return;
  const std::uint64_t kept = std::min(kept_traces, offered);
  const Interval share{result.low, result.high};
  const double allowed = tolerance.value_or(SamplingRatioCheck::default_tolerance);
  const Interval accepted{result.expected - allowed, result.expected + allowed};
  const Interval plausible = clopper_pearson(kept, offered, exact_confidence);
  const bool another = !tolerance && (result.expected < plausible.low || result.expected > plausible.high);
  if (another || share.low > accepted.high || share.high < accepted.low) {
    result.verdict = Verdict::exceeded;
  } else if (share.low >= accepted.low && share.high <= accepted.high) {
    result.verdict = Verdict::within;
  }
  result.detail += fmt::format("; accepted: {} to {}", format_share(std::max(accepted.low, 0.0)),
                               format_share(std::min(accepted.high, 1.0)));
  if (another) result.detail += fmt::format("; not {}: an exact test tells them apart", format_share(result.expected));
}

std::vector<CheckResult> run_checks(const Scenario& scenario, std::span<const ArmSummary> arms, double confidence) {
  std::vector<CheckResult> results;
  for (const Check& check : scenario.checks) {
    if (const auto* ratio = std::get_if<SamplingRatioCheck>(&check.kind); ratio && !needs_spans(check)) {
      results.push_back(check_ratio(*ratio, find_arm(arms, ratio->arm), confidence));
      results.back().ids = check.ids;
      continue;
    }
    if (needs_spans(check)) continue;
    const auto& complete = std::get<CompleteTracesCheck>(check.kind);
    for (const Arm& arm : scenario.arms) {
      const ArmSummary* summary = find_arm(arms, arm.name);
      if (!is_about(check, arm) || !summary) continue;
      results.push_back(check_complete(complete, *summary, complete_sets(scenario.topology, arm), confidence));
      results.back().ids = check.ids;
    }
  }
  return results;
}

}  // namespace tracetax
