#include "harness/telemetry/local_traces.h"

#include <algorithm>
#include <utility>

namespace tracetax::telemetry {

struct LocalTraces::Trace {
  enum class State { waiting, kept, dropped };
  std::uint64_t root = 0;
  State state = State::waiting;
  std::uint64_t place = 0;  // in with_spans_, while there are any
  std::vector<Recorded> spans{};
};

std::shared_ptr<LocalTraces::Trace> LocalTraces::started(std::uint64_t span, std::uint64_t parent) {
  const std::lock_guard lock(mutex_);
  const auto found = parent == 0 ? open_.end() : open_.find(parent);
  std::shared_ptr<Trace> trace;
  if (found != open_.end()) {
    trace = found->second;
  } else {
    trace = std::make_shared<Trace>();
    trace->root = span;
  }
  open_.emplace(span, trace);
  return trace;
}

bool LocalTraces::is_slow(const Ended& root) const {
  return std::ranges::any_of(config_.keep_slow, [&](const KeepSlow& slow) {
    return root.duration > slow.over && (slow.operation.empty() || matches_glob(slow.operation, root.name));
  });
}

LocalTraces::Outcome LocalTraces::ended(Ended span) {
  using State = Trace::State;
  const std::lock_guard lock(mutex_);
  open_.erase(span.span);
  Trace& trace = *span.trace;
  if (span.not_sampled && trace.state != State::dropped) {
    if (trace.spans.empty() && trace.state == State::waiting) {
      trace.place = next_++;
      with_spans_.emplace(trace.place, span.trace);
    }
    trace.spans.push_back(std::move(span.not_sampled));
    if (trace.state == State::waiting) ++waiting_;
  }
  const bool was_waiting = trace.state == State::waiting;
  if (was_waiting && config_.keep_errors && span.failed) {
    trace.state = State::kept;
  } else if (was_waiting && span.span == trace.root) {
    trace.state = is_slow(span) ? State::kept : State::dropped;
  }
  if (trace.state == State::waiting) {
    return {{}, make_room()};
  }
  if (was_waiting && !trace.spans.empty()) {
    waiting_ -= trace.spans.size();
    with_spans_.erase(trace.place);
  }
  std::vector<Recorded> spans = std::exchange(trace.spans, {});
  if (trace.state == State::dropped) spans.clear();
  return {std::move(spans)};
}

std::uint64_t LocalTraces::make_room() {
  std::uint64_t dropped = 0;
  while (waiting_ > config_.keep_most) {
    const auto oldest = with_spans_.begin();
    Trace& trace = *oldest->second;
    waiting_ -= trace.spans.size();
    dropped += trace.spans.size();
    trace.spans.clear();
    trace.state = Trace::State::dropped;
    with_spans_.erase(oldest);
  }
  return dropped;
}

std::size_t LocalTraces::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

}  // namespace tracetax::telemetry
