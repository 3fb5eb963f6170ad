#include <algorithm>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/sampling/check_parts.h"
#include "harness/scenario/service_names.h"
#include "harness/stats/distributions.h"
#include "harness/verdict/checks.h"

namespace tracetax {
namespace {

// Latency as the client sees it is a little longer than any span; calls this near the threshold belong to neither side.
constexpr double unsure = 0.1;

const std::string& tool_of(const CheckInput& in, const ObservedCall& call) {
  return in.seen.tools.at(call.sample.tool);
}

std::string what_of(const KeptCheck& check) {
  switch (check.what) {
    case KeptCheck::What::errors:
      return "failed calls";
    case KeptCheck::What::slow:
      return "calls over " + format_duration(static_cast<double>(check.over.count()));
    case KeptCheck::What::tool:
      return "calls of " + check.tool;
  }
  return {};
}

}  // namespace

// The server of a tool is not known to have been reached when the call has no answer of it.
void check_share(const SamplingRatioCheck& check, const CheckInput& in, CheckResult& result) {
  result.expected = check.expect;
  const std::string service = check.service.empty() ? std::string() : name_in_spans(check.service);
  std::uint64_t offered = 0;
  std::uint64_t kept = 0;
  for (std::size_t i = 0; i < in.seen.calls.size(); ++i) {
    const ObservedCall& call = in.seen.calls[i];
    if (!check.tool.empty() && tool_of(in, call) != check.tool) continue;
    if (service.empty() ? !sent(call) : !answered(call)) continue;
    ++offered;
    const auto trace = in.links.trace_of_call[i];
    if (trace && (service.empty() || has_service(in.seen.kept[*trace], service))) ++kept;
  }
  if (check.least) {
    judge_least(result, kept, offered, *check.least, in.confidence);
  } else {
    judge_share(result, kept, offered, check.tolerance, in.confidence);
  }
  std::string of;
  if (!check.tool.empty()) of += " of " + check.tool;
  if (!service.empty()) of += " with spans of " + service;
  if (!of.empty()) result.detail += ";" + of;
}

void check_kept(const KeptCheck& check, const CheckInput& in, CheckResult& result) {
  result.expects = "at least";
  result.expected = check.least;
  const auto over = static_cast<double>(check.over.count());
  std::uint64_t concerned = 0;
  std::uint64_t kept = 0;
  std::uint64_t near = 0;
  for (std::size_t i = 0; i < in.seen.calls.size(); ++i) {
    const ObservedCall& call = in.seen.calls[i];
    const auto took = static_cast<double>(call.sample.service_time().count());
    if (check.what == KeptCheck::What::slow) {
      if (!answered(call) || took <= over) continue;
      if (took < over * (1 + unsure)) {
        ++near;
        continue;
      }
    } else if (check.what == KeptCheck::What::tool) {
      if (!sent(call) || tool_of(in, call) != check.tool) continue;
    } else {
      // A call without an answer may have been lost before any service saw it.
      const Outcome outcome = call.sample.outcome;
      if (outcome != Outcome::tool_error && outcome != Outcome::protocol_error) continue;
    }
    ++concerned;
    if (in.links.trace_of_call[i]) ++kept;
  }
  const std::string what = what_of(check);
  if (concerned == 0) {
    result.detail = fmt::format("not measured: there were no {}", what);
    return;
  }
  const Interval share = clopper_pearson(kept, concerned, in.confidence);
  result.observed = static_cast<double>(kept) / static_cast<double>(concerned);
  result.low = share.low;
  result.high = share.high;
  result.detail = fmt::format("{} of {} {} have their trace", counted(kept), counted(concerned), what);
  if (near > 0) result.detail += fmt::format("; {} within 10 % of the threshold left out", counted(near));
  // "All of them" is a matter of counting; a share below 1 needs the interval.
  if (check.least >= 1) {
    result.verdict = kept == concerned ? Verdict::within : Verdict::exceeded;
  } else if (share.low >= check.least) {
    result.verdict = Verdict::within;
  } else if (share.high < check.least) {
    result.verdict = Verdict::exceeded;
  }
}

namespace {

double fastest_loss(const ArmObservation& seen) {
  double fastest = 0;
  for (const ObservedStep& step : seen.steps) {
    std::uint64_t lost = 0;
    for (const auto& [service, counts] : step.spans) lost += counts.lost();
    fastest = std::max(fastest, static_cast<double>(lost) / to_seconds(step.length));
  }
  return fastest;
}

}  // namespace

// The result's numbers are those of the limit that is given, of the share where both are.
void check_lost(const SpansLostCheck& check, const CheckInput& in, CheckResult& result) {
  const bool by_share = check.most || !check.most_per_s;
  const double most = check.most.value_or(0);
  result.expects = "at most";
  result.unit = by_share ? "share" : "per_s";
  result.expected = by_share ? most : *check.most_per_s;
  SpanCounts all;
  std::map<std::string, std::uint64_t> by_service;
  std::string when;
  for (std::size_t s = 0; s < in.seen.steps.size(); ++s) {
    std::uint64_t lost = 0;
    for (const auto& [service, counts] : in.seen.steps[s].spans) {
      all += counts;
      lost += counts.lost();
      if (counts.lost() > 0) by_service[service] += counts.lost();
    }
    if (lost > 0 && in.seen.steps.size() > 1)
      when += fmt::format("{}{} in step {}", when.empty() ? "" : ", ", counted(lost), s + 1);
  }
  if (all.sampled == 0) {
    result.detail = "not measured: no span was sampled";
    return;
  }
  std::uint64_t lost = 0;
  std::string where;
  for (const auto& [service, of_service] : by_service) {
    lost += of_service;
    where += fmt::format("{}{} of {}", where.empty() ? "" : ", ", counted(of_service), service);
  }
  const double share = static_cast<double>(lost) / static_cast<double>(all.sampled);
  const double per_s = fastest_loss(in.seen);
  result.observed = result.low = result.high = by_share ? share : per_s;
  const bool few = (!by_share || share <= most) && per_s <= check.most_per_s.value_or(per_s);
  result.verdict = few ? Verdict::within : Verdict::exceeded;
  result.detail = fmt::format("{} of {} sampled spans did not arrive", counted(lost), counted(all.sampled));
  if (!where.empty()) result.detail += ": " + where;
  if (!when.empty()) result.detail += "; " + when;
  if (check.most_per_s) result.detail += fmt::format("; at most {:.4g}/s in a step", per_s);
}

}  // namespace tracetax
