#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/sampling/check_parts.h"
#include "harness/stats/quantile.h"

namespace tracetax {

// A call without an answer took longer than any: leaving it out would make the quantile better the more calls fail.
void check_latency(const LatencyBelowCheck& check, const CheckInput& in, CheckResult& result) {
  result.unit = "ns";
  result.expects = "at most";
  result.expected = static_cast<double>(check.most.count());
  std::vector<double> times;
  for (const ObservedCall& call : in.seen.calls) {
    if (answered(call)) times.push_back(static_cast<double>(call.sample.latency().count()));
  }
  const std::size_t calls = in.seen.calls.size();
  if (times.empty()) {
    result.detail = "not measured: no call was answered";
    return;
  }
  std::ranges::sort(times);
  const RankInterval ranks = quantile_ranks(calls, check.quantile, in.confidence);
  // Of a rank beyond the answered ones only this much is known.
  const auto at_rank = [&](std::size_t rank) { return times[std::clamp<std::size_t>(rank, 1, times.size()) - 1]; };
  const auto middle = static_cast<std::size_t>(std::ceil(static_cast<double>(calls) * check.quantile));
  result.observed = at_rank(middle);
  result.low = at_rank(ranks.low);
  result.high = at_rank(ranks.high);
  const bool bounded = ranks.high <= times.size();
  const bool low_known = ranks.low >= 1;
  if (bounded && result.high <= result.expected) {
    result.verdict = Verdict::within;
  } else if (low_known && (ranks.low > times.size() || result.low > result.expected)) {
    result.verdict = Verdict::exceeded;
  }
  result.detail = fmt::format("quantile {} of {} calls", check.quantile, counted(calls));
  if (times.size() < calls)
    result.detail += fmt::format("; {} without an answer count as slower than any", counted(calls - times.size()));
  if (!bounded) result.detail += "; no call was slow enough to bound it from above: more calls are needed";
}

}  // namespace tracetax
