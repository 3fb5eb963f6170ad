#pragma once
// A recording as arrivals: when each of its calls is due, in windows that all arms of a block share.

#include <cstdint>
#include <vector>

#include "harness/base/time.h"
#include "harness/scenario/recording.h"

namespace tracetax {

struct ReplayedCall {
  Nanos due{};             // offset from the window's start
  std::uint32_t call = 0;  // index in Recording::calls
};

class Replay {
 public:
  // The first call is due at 0, the others as long after it as recorded, divided by `speed`. The recording must be
  // timed, and have calls at two times at least (can_be()).
  Replay(const Recording& recording, double speed, bool loop);
  static bool can_be(const Recording& recording);

  // From its first call to the first of the next round: one gap of mean length after its last call.
  Nanos length() const { return length_; }
  double rate_per_s() const { return static_cast<double>(due_.size()) / to_seconds(length_); }
  // Windows without overlap that fit into it: at least 1 where the window does. A loop has no end of them.
  std::uint32_t stretches(Nanos window) const;

  // The calls of a block's window. Blocks take one stretch of the recording after the other, from the beginning again
  // when there is no whole one left; a loop goes on over its end.
  std::vector<ReplayedCall> window(Nanos length, std::uint32_t block) const;

 private:
  bool loop_;
  std::vector<Nanos> due_{};  // of the first round
  Nanos length_{};
};

}  // namespace tracetax
