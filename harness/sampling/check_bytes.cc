#include <algorithm>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/sampling/check_parts.h"
#include "harness/stats/mean_interval.h"

namespace tracetax {

// Traces of calls alone: upkeep of the services is no trace that anybody asked for.
void check_bytes(const TraceBytesCheck& check, const CheckInput& in, CheckResult& result) {
  const auto least = static_cast<double>(check.least);
  const auto most = static_cast<double>(check.most);
  result.unit = "bytes";
  result.expects = check.least > 0 ? fmt::format("at least {} and at most", format_bytes(least)) : "at most";
  result.expected = most;
  std::vector<double> sizes;
  std::uint64_t spans = 0;
  for (std::size_t t = 0; t < in.seen.kept.size(); ++t) {
    if (!in.links.call_of_trace[t]) continue;
    double bytes = 0;
    for (const otlp::Span& span : in.seen.kept[t].spans) bytes += span.encoded_bytes;
    sizes.push_back(bytes);
    spans += in.seen.kept[t].spans.size();
  }
  if (sizes.size() < 2) {
    result.detail = "not measured: fewer than two traces of calls were kept";
    return;
  }
  const MeanEstimate estimate = estimate_mean(sizes);
  const Interval interval = student_interval(estimate, in.confidence);
  result.observed = estimate.mean;
  result.low = interval.low;
  result.high = interval.high;
  if (interval.low >= least && interval.high <= most) {
    result.verdict = Verdict::within;
  } else if (interval.high < least || interval.low > most) {
    result.verdict = Verdict::exceeded;
  }
  const auto [smallest, largest] = std::ranges::minmax(sizes);
  result.detail = fmt::format("{} traces of {:.1f} spans in the mean, each {} to {} of OTLP before compression",
                              counted(sizes.size()), static_cast<double>(spans) / static_cast<double>(sizes.size()),
                              format_bytes(smallest), format_bytes(largest));
}

}  // namespace tracetax
