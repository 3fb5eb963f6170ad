#pragma once
// Trials made up so that the right answer is known.

#include <functional>
#include <string>
#include <vector>

#include "harness/results/trial.h"
#include "harness/scenario/scenario.h"

namespace tracetax::synthetic {

// router → gateway → tools; arms "off" (control) and "on" (every trace sampled), 6 blocks of 1 s, no pairs.
Scenario scenario();

// Latency of a call in an arm, given block and call: what a test plants.
using Latency = std::function<Nanos(const std::string& arm, std::uint32_t block, std::uint32_t call)>;

// 2 ms with a smooth spread over the calls and a small shift of each block, the same in both arms; "on" adds `planted`
// and up to ± 2 µs a block of its own.
Latency planted_shift(Nanos planted);

// All arms in all blocks, 200 calls a window at 5 ms from each other, every block a launch of its own. CPU: 300 µs a
// call in "off", 330 µs in "on", split evenly over router, gateway and tools; the sink has 1 ms a call. Spans of "on":
// 7 a call, all received, 400 bytes each.
std::vector<TrialRecord> trials(const Scenario& scenario, const Latency& latency, Phase phase = Phase::blocks);

TrialRecord& find(std::vector<TrialRecord>& trials, const std::string& arm, std::uint32_t block);

}  // namespace tracetax::synthetic
