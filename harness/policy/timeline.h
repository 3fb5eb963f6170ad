#pragma once
// When a tail sampler decides, and what it has by then. Its clock ticks once a second, in a phase that nobody knows: a
// trace that comes first at t is decided between t + w and t + w + 1 s, with w the whole seconds of decision_wait (at
// least one). Within the module. (tailsamplingprocessor v0.157.0, processor.go and idbatcher)

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "harness/policy/leaf.h"

namespace tracetax::policy {

// Of one trace, spans in the order of their arrival. Times in seconds since the first arrival of all traces.
struct Timeline {
  bool timed = false;  // false: times of arrival are not known, and everything is at hand
  double first_s = 0;
  std::optional<double> root_s{};
  double earliest_s = 0, latest_s = 0;  // the decision
  // Numbers of spans that may be at hand: the first for certain, the last at most; at least one element.
  std::vector<std::size_t> at_hand{};
  std::vector<double> from_s{};    // since when that many are
  std::size_t late = 0;            // spans beyond the last of them
  std::optional<double> late_s{};  // the last of those
};

struct Clock {
  double wait_s = 30;  // whole seconds
  std::optional<double> wait_after_root_s{};
  double slack_s = 0;  // tolerance and the time that earlier processors may hold spans back
  static Clock of(const TailSampling& tail, double slack_s);
};

// Of a trace of that many spans about whose times nothing is known.
Timeline all_at_once(std::size_t spans);
// Sorts the spans by their arrival. `origin_unix_ns` is the first arrival of all.
Timeline timeline_of(std::vector<SeenSpan>& spans, const Clock& clock, std::int64_t origin_unix_ns);

// Which traces are forgotten before the decision because num_traces newer ones came: the oldest goes first, decided or
// not.
std::vector<Keep> evicted(std::span<const Timeline> timelines, const TailSampling& tail, double slack_s);
// How many of the sorted `starts` are after `from_s` and not after `until_s`.
std::uint64_t count_between(const std::vector<double>& starts, double from_s, double until_s);

}  // namespace tracetax::policy
