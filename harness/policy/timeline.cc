#include "harness/policy/timeline.h"

#include <algorithm>
#include <cmath>

namespace tracetax::policy {
namespace {

double seconds_since(std::int64_t origin, std::int64_t ns) {
  return static_cast<double>(ns - origin) / 1e9;
}

}  // namespace

Clock Clock::of(const TailSampling& tail, double slack_s) {
  Clock clock;
  clock.wait_s = std::max(1.0, std::floor(to_seconds(tail.decision_wait)));
  if (tail.decision_wait_after_root) clock.wait_after_root_s = std::floor(to_seconds(*tail.decision_wait_after_root));
  clock.slack_s = slack_s;
  return clock;
}

Timeline all_at_once(std::size_t spans) {
  Timeline line;
  line.at_hand.push_back(spans);
  line.from_s.push_back(0);
  return line;
}

Timeline timeline_of(std::vector<SeenSpan>& spans, const Clock& clock, std::int64_t origin_unix_ns) {
  const auto arrival = [](const SeenSpan& seen) { return seen.span->arrived_unix_ns; };
  std::ranges::stable_sort(spans, {}, arrival);
  Timeline line;
  line.timed = !spans.empty() && arrival(spans.front()) > 0;
  if (!line.timed) return all_at_once(spans.size());
  line.first_s = seconds_since(origin_unix_ns, arrival(spans.front()));
  line.earliest_s = line.first_s + clock.wait_s - clock.slack_s;
  line.latest_s = line.first_s + clock.wait_s + 1 + clock.slack_s;
  const auto root = std::ranges::find_if(spans, [](const SeenSpan& seen) { return !seen.span->parent; });
  if (clock.wait_after_root_s && root != spans.end()) {
    line.root_s = seconds_since(origin_unix_ns, arrival(*root));
    const double after = *line.root_s + *clock.wait_after_root_s;
    const bool surely_before = *line.root_s + clock.slack_s < line.earliest_s;
    if (*line.root_s <= line.latest_s) line.earliest_s = std::min(line.earliest_s, after - clock.slack_s);
    if (surely_before) line.latest_s = std::min(line.latest_s, after + 1 + clock.slack_s);
  }
  const auto known_until = [&](double until_s) {
    const auto there = [&](const SeenSpan& seen) { return seconds_since(origin_unix_ns, arrival(seen)) <= until_s; };
    return static_cast<std::size_t>(std::ranges::partition_point(spans, there) - spans.begin());
  };
  // The first span is what the clock is started by, however wide the tolerance is.
  std::size_t count = std::max<std::size_t>(1, known_until(line.earliest_s));
  const std::size_t most = std::max(count, known_until(line.latest_s));
  line.from_s.push_back(line.first_s);
  for (line.at_hand.push_back(count); count < most; line.at_hand.push_back(count)) {
    const std::int64_t next = arrival(spans[count]);
    line.from_s.push_back(seconds_since(origin_unix_ns, next));
    while (count < most && arrival(spans[count]) == next) ++count;
  }
  line.late = spans.size() - most;
  if (line.late > 0) line.late_s = seconds_since(origin_unix_ns, arrival(spans.back()));
  return line;
}

std::uint64_t count_between(const std::vector<double>& starts, double from_s, double until_s) {
  if (until_s < from_s) return 0;
  return static_cast<std::uint64_t>(std::ranges::upper_bound(starts, until_s) -
                                    std::ranges::upper_bound(starts, from_s));
}

std::vector<Keep> evicted(std::span<const Timeline> timelines, const TailSampling& tail, double slack_s) {
  std::vector<Keep> gone(timelines.size(), Keep::no);
  if (tail.block_on_overflow || timelines.size() <= tail.num_traces) return gone;
  std::vector<double> starts;
  for (const Timeline& line : timelines) starts.push_back(line.first_s);
  std::ranges::sort(starts);
  for (std::size_t i = 0; i < timelines.size(); ++i) {
    const Timeline& line = timelines[i];
    if (!line.timed) {
      gone[i] = Keep::uncertain;
      continue;
    }
    const std::uint64_t at_least = count_between(starts, line.first_s + slack_s, line.earliest_s - slack_s);
    // Without itself, which is among those since just before it came.
    const double before = std::nextafter(line.first_s - slack_s, line.first_s - slack_s - 1);
    const std::uint64_t at_most = count_between(starts, before, line.latest_s) - 1;
    if (at_most < tail.num_traces) continue;
    // Traces that are decided early may have made room, where decisions are remembered elsewhere.
    const bool may_make_room = tail.decision_wait_after_root && tail.sampled_cache + tail.non_sampled_cache > 0;
    gone[i] = at_least >= tail.num_traces && !may_make_room ? Keep::yes : Keep::uncertain;
  }
  return gone;
}

}  // namespace tracetax::policy
