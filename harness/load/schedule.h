#pragma once
// When calls are due, and everything else about them that is left to chance: drawn before a trial from a seed, shared
// by all arms of a block (common random numbers).

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "harness/base/time.h"
#include "harness/scenario/scenario.h"

namespace tracetax {

struct PlannedCall {
  Nanos due{};             // offset from the window's start
  std::uint64_t draw = 0;  // 53 bits: the tool server takes its random choices from these
  // Of a recording's spec: the recorded call. Else the call's number in its window, from 0: in a closed loop numbers of
  // calls that are not made are left out.
  std::uint32_t item = 0;
  std::uint16_t session = 0;
  std::uint8_t spec = 0;  // index in Load::calls
};
static_assert(sizeof(PlannedCall) == 24);

// Which of a run's windows it is: the same for all arms.
struct WindowPlace {
  std::uint32_t block = 0;    // whose stretch of a recording is replayed
  std::uint64_t ordinal = 0;  // another one for every window of an arm
};
// What ${counter} begins with in a window: 1, and further round numbers, so far apart that no number comes twice.
std::uint64_t first_number(const Load& load, const WindowPlace& place);

struct ArrivalSchedule {
  std::vector<PlannedCall> calls{};  // by `due`
  Nanos length{};
};

// Open loop. constant: call k is due at k ÷ rate. poisson: exponential gaps of mean 1 ÷ rate. A rate that changes
// (RateProfile) begins at its beginning in every window: the k-th call is due when k calls are expected, or at that of
// a Poisson process of rate 1. Sessions take turns; the tool follows the weights. The same arguments give the same
// schedule on every machine.
//
// A replay has the calls, sessions and times of the block's stretch of the recording (Replay). Else the calls of a
// recording are drawn, or taken in its order from a place on that is drawn.
ArrivalSchedule make_schedule(const OpenArrivals& arrivals, const Load& load, Nanos length, std::uint64_t seed,
                              std::uint32_t block = 0);

// One schedule dealt out to `arms` live arms (phase "pairs"): of every `arms` calls that follow each other each arm
// gets one, in an order drawn from `seed`, and they share session, tool, item and draw. So the i-th calls of all arms
// are the same call a moment apart, and no arm is favoured by place or number. Calls that do not fill a last round are
// left out.
std::vector<ArrivalSchedule> deal_to_arms(const ArrivalSchedule& schedule, std::size_t arms, std::uint64_t seed);

// The k-th call of a closed-loop session: as above, `due` is left 0, because it follows from the answer before. Every
// session takes the calls of a recording from a place of its own on.
PlannedCall closed_loop_call(const Load& load, std::uint64_t seed, std::uint16_t session, std::uint64_t k);

// "open loop, poisson 400/s, 4 sessions": how reports name the load.
std::string describe(const Load& load);

}  // namespace tracetax
