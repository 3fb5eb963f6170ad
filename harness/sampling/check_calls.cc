#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/sampling/check_parts.h"
#include "harness/stats/distributions.h"
#include "harness/stats/quantile.h"
#include "harness/stats/welch.h"

namespace tracetax {
namespace {

// Calls of one slice of time wait for the same things: their median is one observation, a call is none.
constexpr Nanos slice = std::chrono::milliseconds(250);
constexpr std::size_t fewest_slices = 4;

std::vector<double> slice_medians(const std::map<std::int64_t, std::vector<double>>& slices) {
  std::vector<double> medians;
  for (auto [number, times] : slices) {
    std::ranges::sort(times);
    medians.push_back(quantile_of_sorted(times, 0.5));
  }
  return medians;
}

}  // namespace

void check_answered(const CallsAnsweredCheck& check, const CheckInput& in, CheckResult& result) {
  result.expects = "at most";
  result.expected = check.most_failed;
  const auto calls = static_cast<std::uint64_t>(in.seen.calls.size());
  if (calls == 0) {
    result.detail = "not measured: no call was made";
    return;
  }
  const auto failed = static_cast<std::uint64_t>(
      std::ranges::count_if(in.seen.calls, [](const ObservedCall& call) { return !answered(call); }));
  const Interval share = clopper_pearson(failed, calls, in.confidence);
  result.observed = static_cast<double>(failed) / static_cast<double>(calls);
  result.low = share.low;
  result.high = share.high;
  result.detail = fmt::format("{} of {} calls have no answer", counted(failed), counted(calls));
  // "None" is a matter of counting; a share above 0 needs the interval.
  if (check.most_failed == 0) {
    result.verdict = failed == 0 ? Verdict::within : Verdict::exceeded;
  } else if (share.high <= check.most_failed) {
    result.verdict = Verdict::within;
  } else if (share.low > check.most_failed) {
    result.verdict = Verdict::exceeded;
  }
}

// Welch's interval for the difference of the mean slice median within the fault and outside of it.
void check_fault_latency(const FaultLatencyCheck& check, const CheckInput& in, CheckResult& result) {
  result.unit = "ns";
  result.expects = "at most";
  result.expected = static_cast<double>(check.most.count());
  if (in.seen.steps.empty()) {
    result.detail = "not measured: no call was made";
    return;
  }
  const SinkFault& fault = in.scenario.sampling.fault;
  const std::int64_t begin = in.seen.steps.front().start_unix_ns;
  std::map<std::int64_t, std::vector<double>> within;
  std::map<std::int64_t, std::vector<double>> outside;
  for (const ObservedCall& call : in.seen.calls) {
    if (!answered(call)) continue;
    const Nanos at(call.due_unix_ns - begin);
    const bool troubled = at >= fault.at && at < fault.at + fault.length;
    (troubled ? within : outside)[at / slice].push_back(static_cast<double>(call.sample.latency().count()));
  }
  if (within.size() < fewest_slices || outside.size() < fewest_slices) {
    result.detail = "not measured: the fault, or the time without it, is too short";
    return;
  }
  const WelchDifference difference = welch(estimate_mean(slice_medians(within)), estimate_mean(slice_medians(outside)));
  const Interval interval = welch_interval(difference, in.confidence);
  result.observed = difference.difference;
  result.low = interval.low;
  result.high = interval.high;
  if (interval.high <= result.expected) {
    result.verdict = Verdict::within;
  } else if (interval.low > result.expected) {
    result.verdict = Verdict::exceeded;
  }
  result.detail = fmt::format("while the fault lasts the median call takes {} more ({} slices of 250 ms against {})",
                              format_duration(difference.difference), within.size(), outside.size());
}

}  // namespace tracetax
