#include "harness/policy/tail_stage.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace tracetax::policy {

TailStage::TailStage(const TailSampling& settings, Nanos slack, bool timed, const OracleOptions& options)
    : settings_(settings),
      options_(options),
      slack_s_(to_seconds(slack)),
      timed_(timed),
      tree_(settings),
      clock_(Clock::of(settings, slack_s_)) {}

std::vector<TailAnswer> TailStage::answers(const std::vector<TailTrace>& traces) {
  prepare(traces);
  if (tree_.limited()) play_limits();
  std::vector<TailAnswer> all;
  for (std::size_t i = 0; i < traces.size(); ++i) all.push_back(answer(traces[i], i));
  return all;
}

void TailStage::prepare(const std::vector<TailTrace>& traces) {
  std::int64_t origin = std::numeric_limits<std::int64_t>::max();
  for (const TailTrace& trace : traces) {
    for (const SeenSpan& seen : *trace.spans) {
      if (seen.span->arrived_unix_ns > 0) origin = std::min(origin, seen.span->arrived_unix_ns);
    }
  }
  for (const TailTrace& trace : traces) {
    Timeline line = timeline_of(*trace.spans, clock_, origin);
    if (!timed_) line = all_at_once(trace.spans->size());
    starts_.push_back(line.first_s);
    lines_.push_back(std::move(line));
  }
  std::ranges::sort(starts_);
  evicted_ = evicted(lines_, settings_, slack_s_);
  for (std::size_t i = 0; i < traces.size(); ++i) {
    Candidate& candidate = candidates_.emplace_back();
    candidate.line = &lines_[i];
    candidate.may_be_forgotten = evicted_[i] == Keep::uncertain;
    for (const std::size_t count : lines_[i].at_hand) {
      const std::span<const SeenSpan> spans(traces[i].spans->data(), count);
      candidate.facts.push_back(tree_.facts(*traces[i].id, spans, traces[i].content_known));
    }
  }
}

void TailStage::play_limits() {
  std::vector<Candidate> there;
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    in_runs_.push_back(there.size());
    if (evicted_[i] != Keep::yes) there.push_back(candidates_[i]);
  }
  runs_ = run_limits(tree_, there, clock_, options_.runs, options_.seed);
}

Keep TailStage::settled(std::size_t i) const {
  const std::vector<Facts>& facts = candidates_[i].facts;
  Keep keep = tree_.decide(facts.front()).keep;
  for (const Facts& other : facts) keep = either(keep, tree_.decide(other).keep);
  if (keep != Keep::uncertain || !runs_ || runs_->contested[in_runs_[i]]) return keep;
  if (runs_->kept[in_runs_[i]] == runs_->runs) return Keep::yes;
  return runs_->dropped[in_runs_[i]] == runs_->runs ? Keep::no : Keep::uncertain;
}

std::string TailStage::why_uncertain(std::size_t i) const {
  if (runs_ && runs_->contested[in_runs_[i]]) {
    return fmt::format("a limit is reached, and the order decides: kept in {} of {} runs", runs_->kept[in_runs_[i]],
                       runs_->runs);
  }
  if (candidates_[i].facts.size() > 1) return "it depends on which spans had come by the decision";
  return "a policy depends on what is not known here";
}

TailAnswer TailStage::answer(const TailTrace& trace, std::size_t i) const {
  TailAnswer answer;
  if (evicted_[i] == Keep::yes) {
    answer.evicted = true;
    answer.why = fmt::format("forgotten before the decision: {} newer traces came", settings_.num_traces);
    return answer;
  }
  answer.keep = settled(i);
  const Combined decided = tree_.decide(candidates_[i].facts.front());
  if (answer.keep == Keep::uncertain) {
    answer.why = why_uncertain(i);
  } else if (decided.by) {
    answer.policy = decided.by->name;
    const std::span<const SeenSpan> spans(trace.spans->data(), lines_[i].at_hand.front());
    answer.why = decided.dropped ? "a policy of type drop matches" : explain(*decided.by, spans);
  } else {
    answer.why = answer.keep == Keep::no ? "no policy samples it"
                 : runs_                 ? "the limit is never reached"
                                         : "one of several policies samples it";
  }
  const auto doubt = [&](Keep of, bool holds, std::string why) {
    if (!holds || answer.keep != of) return;
    answer.keep = Keep::uncertain;
    answer.why = std::move(why);
  };
  doubt(Keep::yes, evicted_[i] == Keep::uncertain,
        fmt::format("it may be forgotten before the decision: num_traces is {}", settings_.num_traces));
  doubt(Keep::yes, settings_.may_drop, "it depends on a setting that is not known here");
  doubt(Keep::no, settings_.may_keep, "it depends on a setting that is not known here");
  if (lines_[i].late > 0) follow_late(trace, i, answer);
  return answer;
}

// Without decision_cache a decided trace is remembered until num_traces newer ones have come; with it, as long as the
// cache has room.
bool TailStage::remembered(const Timeline& line, Keep keep) const {
  const std::int64_t cache = keep == Keep::yes ? settings_.sampled_cache : settings_.non_sampled_cache;
  // One second and the slack on either side: that far apart can traces be that are decided at once.
  const std::uint64_t since = count_between(starts_, line.first_s - 1 - 2 * slack_s_, *line.late_s + slack_s_);
  return since <= (cache > 0 ? static_cast<std::uint64_t>(cache) : settings_.num_traces);
}

void TailStage::follow_late(const TailTrace& trace, std::size_t i, TailAnswer& answer) const {
  const Timeline& line = lines_[i];
  answer.late_spans = line.late;
  if (answer.keep != Keep::uncertain && remembered(line, answer.keep)) return;
  answer.may_miss_some = true;
  if (answer.keep != Keep::no) return;
  const std::span<const SeenSpan> spans(trace.spans->data() + line.at_hand.back(), line.late);
  if (tree_.decide(tree_.facts(*trace.id, spans, trace.content_known)).keep == Keep::no) return;
  answer.keep = Keep::uncertain;
  answer.why = fmt::format("{} spans came after it was decided and forgotten, and are decided on their own", line.late);
}

}  // namespace tracetax::policy
