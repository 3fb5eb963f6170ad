#pragma once
// What `tracetax doctor` found, as values (schema "tracetax.doctor/1", docs/doctor.md). Its text is a function of this.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/time.h"
#include "harness/results/result.h"
#include "harness/scenario/phase.h"

namespace tracetax {

struct TimerFacts {
  std::string clock_source{};                           // the kernel's name of it; empty: it does not say
  double resolution_ns = 0;                             // as clock_getres(2) promises
  double step_ns = 0;                                   // the smallest step between two reads that differ
  double read_ns = 0;                                   // what a read costs, median of batches
  std::uint64_t sleeps = 0;                             // of 1 ms
  double sleep_late_p50_ns = 0, sleep_late_p99_ns = 0;  // woken after it was due
  double slack_ns = 0;                                  // the kernel may add this to every sleep
};

struct CoreFacts {
  std::uint32_t online = 0;                  // of the machine
  std::uint32_t allowed = 0;                 // by the affinity mask (taskset, cpuset); 0: not known
  std::optional<double> quota{};             // cores' worth of time that the cgroup may use; absent: no limit
  std::optional<std::uint32_t> smt_width{};  // hardware threads that share a core; absent: the kernel does not say
  double usable() const;                     // the least of the three limits
};

// What else runs.
struct BusyFacts {
  double load_average = 0;                  // of one minute, before
  std::optional<double> pressure_before{};  // share of the last 10 s in which something waited for a core (PSI)
  std::optional<double> pressure{};         // the same while the doctor was there, its own load included
  double steal_share = 0;                   // of all cores' time while the doctor was there
};

struct FrequencyFacts {
  bool visible = false;         // the kernel has a cpufreq policy
  std::string governor{};       // empty: not visible
  std::optional<bool> boost{};  // absent: not visible
  bool virtual_machine = false;
  std::string product{};  // what the machine says it is: "KVM", "Google Compute Engine"
};

// What this machine resolves in a time: the smallest effect found with a chance of 80 % at 95 % confidence.
struct Resolution {
  double minutes = 0;
  std::uint32_t units = 0;           // that fit in the time
  double absolute = 0;               // the metric's unit
  std::optional<double> relative{};  // share of the level; absent where the level is not above 0
};

// One metric of the same compared with the same.
struct NoiseFloor {
  std::string metric;
  Phase phase = Phase::blocks;
  double level = 0;       // mean of the control
  Estimate difference{};  // the metric's unit
  std::optional<Estimate> relative{};
  double deviation = 0;  // of one unit's difference
  std::optional<double> relative_deviation{};
  std::uint32_t units = 0;  // measured: each a start of both arms and its windows
  std::vector<Resolution> resolutions{};

  // The relative interval where there is one: that is what is shown.
  bool leaves_out_zero() const {
    const Estimate& shown = relative ? *relative : difference;
    return units > 1 && (shown.low > 0 || shown.high < 0);
  }
};

struct NoiseFacts {
  std::string load_description{};
  std::uint64_t calls = 0;
  std::uint32_t blocks = 0;
  double seconds_per_unit = 0;  // a block with everything it takes: starts, warm-up, settling, windows, flushes
  double latency_p50_ns = 0;    // of the control
  double send_lag_p50_ns = 0, send_lag_p99_ns = 0;     // the generator's own lateness
  double planned_rate_per_s = 0, sent_rate_per_s = 0;  // within the windows
  std::vector<NoiseFloor> floors{};
};

enum class Severity { unfit, doubtful, note };  // the worst first
std::string_view to_string(Severity);
std::optional<Severity> severity_from(std::string_view name);

struct DoctorFinding {
  Severity severity = Severity::note;
  std::string topic{};   // "cores", "steal", …
  std::string what{};    // a sentence
  std::string change{};  // what to do about it; may be empty
};

enum class Fitness { fit, large_effects_only, unfit };
std::string_view to_string(Fitness);  // "fit", "fit for large effects only", "unfit"
std::optional<Fitness> fitness_from(std::string_view name);

struct DoctorReport {
  Fitness verdict = Fitness::unfit;
  std::string started_at{};  // UTC
  Nanos duration{};
  std::string host, cpu, kernel, build_type, version;
  TimerFacts timers{};
  CoreFacts cores{};
  BusyFacts busy{};
  FrequencyFacts frequency{};
  NoiseFacts noise{};
  std::vector<DoctorFinding> findings{};  // the worst first
  std::vector<std::string> failures{};    // any: it could not measure, exit code 4

  const NoiseFloor* floor(std::string_view metric, Phase phase) const;  // nullptr: not measured
};

// 0 fit, 3 fit for large effects only, 4 unfit or not measured.
int exit_code(const DoctorReport&);

// read_doctor_json throws std::runtime_error that names the key at fault.
std::string write_doctor_json(const DoctorReport&);
DoctorReport read_doctor_json(const std::string& json);

}  // namespace tracetax
