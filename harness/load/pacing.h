#pragma once
// When the generator stops sleeping and spins: a sleeper is woken tens of microseconds late, more than what is
// measured.

#include <cstddef>
#include <span>

#include "harness/load/load_threads.h"
#include "harness/results/result.h"
#include "harness/scenario/scenario.h"

namespace tracetax {

// How long to spin, from how late sleepers were woken (sorted, not empty), the calls a second that a thread has to send
// (0: closed loop, unknown) and the cores there are: the 99th percentile of the lateness, 250 µs at most, and no more
// of a core than can be spared (none of one, half of one where there are fewer than four).
Pacing decide_pacing(std::span<const double> late_ns, double rate_per_thread, unsigned cores);

// What the scenario says, and for what it leaves open what is learnt in at most 0.5 s of sleeping on the first of the
// threads. For an answer it spins as long as before a call, but with fewer than four cores not at all: the services
// work meanwhile, and need them.
Pacing make_pacing(const Load& load, LoadThreads& threads, unsigned cores);

Spin spin_of(const Pacing& pacing);

}  // namespace tracetax
