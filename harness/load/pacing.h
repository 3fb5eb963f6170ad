#pragma once
// When the generator stops sleeping and spins: a sleeper is woken tens of microseconds late, more than what is
// measured.

#include <cstddef>
#include <span>
#include <string>

#include "harness/load/load_threads.h"
#include "harness/scenario/scenario.h"

namespace tracetax {

struct Pacing {
  Nanos spin{};                            // before a call is due; 0: sleeps until then
  std::string reason{};                    // why so long, in words
  Nanos wake_late_p50{}, wake_late_p99{};  // of the sleeps it was learnt from
  std::size_t sleeps = 0;                  // 0: given by the scenario, nothing was learnt
};

// How long to spin, from how late sleepers were woken (sorted, not empty), the calls a second that a thread has to send
// (0: closed loop, unknown) and the cores there are: the 99th percentile of the lateness, 250 µs at most, and no more
// of a core than can be spared (none of one, half of one where there are fewer than four).
Pacing decide_pacing(std::span<const double> late_ns, double rate_per_thread, unsigned cores);

// What the scenario says, or what is learnt in at most 0.5 s of sleeping on the first of the threads.
Pacing make_pacing(const Load& load, LoadThreads& threads, unsigned cores);

}  // namespace tracetax
