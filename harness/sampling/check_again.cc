#include <set>

#include <fmt/format.h>

#include "harness/sampling/check_parts.h"

namespace tracetax {

// The traces are those whose spans both passes were sent: a sampler that decides by trace id has no reason to decide
// otherwise. What decides by rates or by the clock has, and the check will say that it did.
void check_same_again(const SameAgainCheck& check, const CheckInput& in, CheckResult& result) {
  result.expects = "at most";
  const auto pass = in.seen.again.find(check.config);
  if (!in.seen.offered || pass == in.seen.again.end()) {
    result.detail = "not measured: what the Collector was sent is not known, and nothing was sent again";
    return;
  }
  std::set<otlp::TraceId> first;
  for (const otlp::Trace& trace : in.seen.kept) first.insert(trace.id);
  const std::set<otlp::TraceId> second(pass->second.kept.begin(), pass->second.kept.end());
  std::uint64_t both = 0, only_first = 0, only_second = 0;
  std::string example;
  for (const otlp::Trace& trace : *in.seen.offered) {
    const bool was = first.contains(trace.id), is = second.contains(trace.id);
    both += was && is ? 1 : 0;
    only_first += was && !is ? 1 : 0;
    only_second += is && !was ? 1 : 0;
    if (was != is && example.empty())
      example =
          fmt::format("; trace {} was {}", otlp::to_hex(trace.id), was ? "kept, then dropped" : "dropped, then kept");
  }
  const auto offered = static_cast<std::uint64_t>(in.seen.offered->size());
  const std::uint64_t kept = both + only_first;
  if (kept == 0 || kept == offered) {
    result.detail = fmt::format("not measured: the first pass kept {} of {} traces, which nothing can be told from",
                                kept == 0 ? "none" : "all", counted(offered));
    return;
  }
  const std::uint64_t differ = only_first + only_second;
  result.observed = result.low = result.high = static_cast<double>(differ) / static_cast<double>(offered);
  result.detail = fmt::format(
                      "of {} traces sent twice {} were kept at first and {} again: {} both times, {} only at "
                      "first, {} only again",
                      counted(offered), counted(kept), counted(both + only_second), counted(both), counted(only_first),
                      counted(only_second)) +
                  example;
  const std::uint64_t lost = (in.seen.tap ? in.seen.tap->failed : 0) + pass->second.refused_requests;
  if (lost > 0) {
    result.detail += "; not everything reached the Collectors, which is not their decision";
    if (differ > 0) return;
  }
  result.verdict = differ == 0 ? Verdict::within : Verdict::exceeded;
}

}  // namespace tracetax
