#include "harness/scenario/replay.h"

#include <algorithm>
#include <limits>

#include "harness/base/ensure.h"

namespace tracetax {
namespace {

// A long double has 64 bits: nanoseconds of a recording of years stay exact at its own speed.
Nanos at_speed(Nanos time, double speed) {
  return Nanos(static_cast<std::int64_t>(static_cast<long double>(time.count()) / static_cast<long double>(speed)));
}

}  // namespace

bool Replay::can_be(const Recording& recording) {
  return recording.timed && recording.calls.size() > 1 && *recording.calls.front().at < *recording.calls.back().at;
}

Replay::Replay(const Recording& recording, double speed, bool loop) : loop_(loop) {
  ensure(can_be(recording) && speed > 0, "a replay has calls at two times");
  const Nanos first = *recording.calls.front().at;
  due_.reserve(recording.calls.size());
  for (const RecordedCall& call : recording.calls) due_.push_back(at_speed(*call.at - first, speed));
  const auto gaps = static_cast<std::int64_t>(due_.size() - 1);
  length_ = std::max(due_.back() + due_.back() / gaps, due_.back() + Nanos(1));
}

std::uint32_t Replay::stretches(Nanos window) const {
  if (loop_) return std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::min<std::int64_t>(length_ / window, std::numeric_limits<int>::max()));
}

std::vector<ReplayedCall> Replay::window(Nanos length, std::uint32_t block) const {
  ensure(length > Nanos{}, "a window has a length");
  const std::uint32_t stretch = block % std::max(1u, stretches(length));
  Nanos begin = length * std::int64_t{stretch};
  if (loop_) begin %= length_;
  std::vector<ReplayedCall> calls;
  for (Nanos round = -begin; round < length; round += length_) {
    const auto from = std::ranges::lower_bound(due_, -round);
    for (auto due = from; due != due_.end() && *due + round < length; ++due)
      calls.push_back({*due + round, static_cast<std::uint32_t>(due - due_.begin())});
    if (!loop_) break;
  }
  return calls;
}

}  // namespace tracetax
