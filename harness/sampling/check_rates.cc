#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/sampling/check_parts.h"
#include "harness/sampling/rates.h"
#include "harness/scenario/service_names.h"
#include "harness/stats/distributions.h"

namespace tracetax {
namespace {

// A sampler decides before the span's clock is read, and readings of two threads may cross: one trace is within that.
constexpr double slack = 1;

std::int64_t end_of(const ObservedStep& step) {
  return step.start_unix_ns + step.length.count();
}

// When each kept trace began, in the service if one is named.
std::vector<std::int64_t> kept_times(const ArmObservation& seen, const std::string& service) {
  std::vector<std::int64_t> times;
  for (const otlp::Trace& trace : seen.kept) {
    std::int64_t first = std::numeric_limits<std::int64_t>::max();
    bool serves = false;
    for (const otlp::Span& span : trace.spans) {
      if (!service.empty() && span.service() != service) continue;
      serves = serves || span.kind == otlp::Kind::server;
      first = std::min(first, span.start_unix_ns);
    }
    if (serves) times.push_back(first);
  }
  std::ranges::sort(times);
  return times;
}

std::uint64_t count_between(const std::vector<std::int64_t>& times, std::int64_t from, std::int64_t to) {
  return static_cast<std::uint64_t>(std::ranges::lower_bound(times, to) - std::ranges::lower_bound(times, from));
}

std::string per_second(double rate) {
  return fmt::format("{:.4g}/s", rate);
}

struct Kept {
  std::uint64_t kept = 0;
  std::uint64_t offered = 0;
  double seconds = 0;
  double rate() const { return static_cast<double>(kept) / seconds; }
};

// An interval for the rate kept: the share of the calls that were made, times their rate. More traces than calls would
// be another fault, told elsewhere.
Interval rate_interval(const Kept& of, double confidence) {
  const double offered_rate = static_cast<double>(of.offered) / of.seconds;
  const Interval share = clopper_pearson(std::min(of.kept, of.offered), of.offered, confidence);
  return {share.low * offered_rate, share.high * offered_rate};
}

// From when on every stretch of two seconds keeps as many as accepted, three standard deviations of a Poisson count
// allowed. Below 0: the last one does not.
double settling_time(const std::vector<std::int64_t>& times, const ObservedStep& step, const Interval& accepted,
                     double expected) {
  constexpr double stretch_s = 2;
  constexpr double look_every_s = 0.5;
  const double chance = 3 * std::sqrt(expected / stretch_s);
  double settled = 0;
  for (double t = 0; t + stretch_s <= to_seconds(step.length); t += look_every_s) {
    const std::int64_t from = step.start_unix_ns + from_seconds(t).count();
    const auto count = static_cast<double>(count_between(times, from, from + from_seconds(stretch_s).count()));
    const double rate = count / stretch_s;
    if (rate < accepted.low - chance || rate > accepted.high + chance) settled = t + look_every_s;
  }
  return settled + stretch_s > to_seconds(step.length) ? -1 : settled;
}

}  // namespace

void check_rate_limit(const RateLimitCheck& check, const CheckInput& in, CheckResult& result) {
  result.unit = "per_s";
  result.expects = "at most";
  result.expected = check.per_s;
  const std::vector<std::int64_t> times =
      kept_times(in.seen, check.service.empty() ? std::string() : name_in_spans(check.service));
  Kept loaded;  // in the steps that offer more than the limit
  for (const ObservedStep& step : in.seen.steps) {
    if (static_cast<double>(step.sent) / to_seconds(step.length) < 1.2 * check.per_s) continue;
    loaded.kept += count_between(times, step.start_unix_ns, end_of(step));
    loaded.offered += step.sent;
    loaded.seconds += to_seconds(step.length);
  }
  if (loaded.offered == 0) {
    result.detail = fmt::format("not measured: no step offers more than {}", per_second(check.per_s));
    return;
  }
  result.observed = result.low = result.high = loaded.rate();
  const double excess = bucket_excess(times, check.per_s, check.burst);
  result.detail = fmt::format("{} traces kept of {} calls at {}; at most {} in one second", counted(loaded.kept),
                              counted(loaded.offered), per_second(static_cast<double>(loaded.offered) / loaded.seconds),
                              counted(most_in_a_second(times)));
  if (excess > 1 + slack) {
    result.verdict = Verdict::exceeded;
    result.detail += fmt::format("; in some stretch of time {:.0f} more than {} and a burst of {:.0f} let through",
                                 excess - 1, per_second(check.per_s), check.burst);
  } else if (loaded.rate() < check.least * check.per_s) {
    result.verdict = Verdict::exceeded;
    result.detail += fmt::format("; less than {} of the limit, though more was offered", format_share(check.least, 0));
  } else {
    result.verdict = Verdict::within;
  }
}

// Each step is judged by what was kept from `within` after its beginning to its end.
void check_adaptive(const AdaptiveCheck& check, const CheckInput& in, CheckResult& result) {
  result.unit = "per_s";
  result.expected = check.target_per_s;
  const std::vector<std::int64_t> times = kept_times(in.seen, {});
  bool wrong = false;
  bool unsure = false;
  std::size_t judged = 0;
  double worst = -1;
  for (std::size_t s = 0; s < in.seen.steps.size(); ++s) {
    const ObservedStep& step = in.seen.steps[s];
    const std::int64_t from = step.start_unix_ns + check.within.count();
    if (from >= end_of(step)) continue;
    ++judged;
    Kept after{count_between(times, from, end_of(step)), 0, static_cast<double>(end_of(step) - from) * 1e-9};
    for (const ObservedCall& call : in.seen.calls) {
      if (sent(call) && call.due_unix_ns >= from && call.due_unix_ns < end_of(step)) ++after.offered;
    }
    const double offered_rate = static_cast<double>(after.offered) / after.seconds;
    const double expected = std::min(check.target_per_s, offered_rate);
    const Interval rate = rate_interval(after, in.confidence);
    const Interval accepted{expected * (1 - check.tolerance), expected * (1 + check.tolerance)};
    wrong = wrong || rate.low > accepted.high || rate.high < accepted.low;
    unsure = unsure || rate.low < accepted.low || rate.high > accepted.high;
    const double settled_s = settling_time(times, step, accepted, expected);
    const std::string settled = settled_s < 0 ? "not within the step" : fmt::format("after {:.1f} s", settled_s);
    result.detail += fmt::format("{}step {} offers {}: {} kept ({} to {}), settled {}", s == 0 ? "" : "; ", s + 1,
                                 per_second(offered_rate), per_second(after.rate()), per_second(rate.low),
                                 per_second(rate.high), settled);
    const double off = std::abs(after.rate() - expected) / expected;
    if (off > worst) {
      worst = off;
      result.observed = after.rate();
      result.low = rate.low;
      result.high = rate.high;
    }
  }
  if (judged == 0) {
    result.detail = "not measured: no step is longer than `within`";
    return;
  }
  const std::uint64_t most = most_in_a_second(times);
  result.detail += fmt::format("; at most {} in one second", counted(most));
  const bool over_cap = check.cap_per_s > 0 && static_cast<double>(most) > check.cap_per_s + slack;
  if (over_cap) result.detail += fmt::format(", over the cap of {}", per_second(check.cap_per_s));
  result.verdict = wrong || over_cap ? Verdict::exceeded : unsure ? Verdict::inconclusive : Verdict::within;
}

}  // namespace tracetax
