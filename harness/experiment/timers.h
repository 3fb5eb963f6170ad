#pragma once
// How finely this machine tells the time, what telling it costs, and how late it wakes who sleeps.

#include <cstddef>

#include "harness/results/doctor.h"

namespace tracetax {

// Takes a little over `sleeps` ms. The clock source is left as it is: machine.h reads it.
TimerFacts measure_timers(std::size_t sleeps);

}  // namespace tracetax
