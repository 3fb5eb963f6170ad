#pragma once
// Can this machine measure? Looks at it, times its timers, and compares the same with the same for a while.

#include <atomic>
#include <filesystem>

#include "harness/base/time.h"
#include "harness/experiment/run.h"
#include "harness/results/doctor.h"
#include "harness/scenario/scenario.h"

namespace tracetax {

inline constexpr Nanos shortest_doctor = std::chrono::seconds(20);
inline constexpr Nanos longest_doctor = std::chrono::minutes(10);

struct DoctorOptions {
  Nanos time = std::chrono::seconds(60);  // in all, about
  std::filesystem::path folder{};         // for what the A/A run writes; exists
  std::filesystem::path programs{};       // where the mocks lie
};

// Two arms that are the same, called directly over HTTP, both phases, in as many blocks as fit in `time`.
Scenario doctor_scenario(Nanos time);

// Never throws for a failing world, as run_experiment() does not: what could not be measured is in `failures`.
// `started_at` is left to the caller. When `stop` ended it, the report is not to be used.
DoctorReport examine(const Scenario& scenario, const DoctorOptions& options, const RunObserver& observer,
                     const std::atomic<bool>& stop);

}  // namespace tracetax
