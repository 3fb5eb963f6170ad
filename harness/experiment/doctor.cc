#include "harness/experiment/doctor.h"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/experiment/diagnosis.h"
#include "harness/experiment/environment.h"
#include "harness/experiment/machine.h"
#include "harness/experiment/timers.h"
#include "harness/experiment/usage.h"
#include "harness/load/schedule.h"
#include "harness/scenario/load_scenario.h"
#include "harness/verdict/evaluate.h"

namespace tracetax {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t sleeps = 600;
constexpr Nanos short_window = 1s;  // when time is short, more blocks are worth more than longer windows
constexpr Nanos long_window = 1500ms;
constexpr Nanos long_windows_from = 40s;
constexpr Nanos starting = 400ms;  // both arms' processes, about; and the flushes
constexpr std::uint32_t fewest_blocks = 2;
constexpr std::uint32_t most_blocks = 1000;

// The tool and the load of scenarios/direct.yaml.
constexpr const char* same_against_same = R"(
version: 1
name: doctor
topology:
  servers: [ { name: tools, listen: http, connections: 16 } ]
tools:
  lookup: { service_time: { distribution: constant, value: 2ms }, cpu_share: 0.1, response_bytes: 512 }
load:
  arrivals: { process: poisson, rate: 400/s }
  sessions: 2
  calls: [ { tool: lookup, arguments: { text: hello } } ]
  timeout: 5s
arms:
  control: { role: control, tracing: { sampler: none } }
  again: { role: treatment, tracing: { sampler: none } }
)";

// What the generator did, over the windows in which an arm was alone.
struct PacingSeen {
  double seconds = 0;
  std::uint64_t calls = 0;  // of all windows
  std::uint64_t planned = 0;
  std::uint64_t sent = 0;  // within their windows

  void add(const TrialRecord& trial) {
    calls += trial.calls.planned;
    if (trial.phase != Phase::blocks) return;
    seconds += to_seconds(trial.window);
    planned += trial.calls.planned;
    sent += static_cast<std::uint64_t>(std::ranges::count_if(trial.samples, [&](const Sample& sample) {
      return sample.outcome != Outcome::never_sent && sample.sent <= trial.window;
    }));
  }
};

void compare_same_with_same(const Scenario& scenario, const DoctorOptions& options, Nanos time,
                            const RunObserver& observer, const std::atomic<bool>& stop, DoctorReport& report) {
  RunOptions run;
  run.folder = options.folder;
  run.programs = options.programs;
  run.max_time = time;
  const Nanos start = monotonic_now();
  PacingSeen pacing;
  RunObserver also = observer;
  also.on_trial_done = [&](const TrialRecord& trial) {
    pacing.add(trial);
    observer.on_trial_done(trial);
  };
  const RunOutcome outcome = run_experiment(scenario, run, also, stop);
  const Nanos took = monotonic_now() - start;
  report.failures = outcome.failures;

  // One look at the blocks that fitted: what ended the run was the clock, not the data.
  const Result result = evaluate(scenario, outcome.trials, {});
  NoiseFacts& noise = report.noise;
  noise.load_description = describe(scenario.load);
  noise.blocks = result.blocks_done;
  noise.calls = pacing.calls;
  if (pacing.seconds > 0) {
    noise.planned_rate_per_s = static_cast<double>(pacing.planned) / pacing.seconds;
    noise.sent_rate_per_s = static_cast<double>(pacing.sent) / pacing.seconds;
  }
  for (const ArmSummary& arm : result.arms) {
    if (arm.name != scenario.control().name) continue;
    noise.latency_p50_ns = static_cast<double>(arm.latency.p50_ns);
    noise.send_lag_p50_ns = static_cast<double>(arm.send_lag_p50_ns);
    noise.send_lag_p99_ns = static_cast<double>(arm.send_lag_p99_ns);
  }
  if (noise.blocks >= fewest_blocks) {
    noise.seconds_per_unit = to_seconds(took) / noise.blocks;
    noise.floors = noise_floors(result.comparisons, noise.seconds_per_unit);
  } else if (report.failures.empty() && !stop) {
    report.failures.push_back(
        fmt::format("{} block(s) fitted in the time, and without two there is no spread; give "
                    "it more with --time",
                    noise.blocks));
  }
}

}  // namespace

Scenario doctor_scenario(Nanos time) {
  Scenario scenario = load_scenario_text(same_against_same, "doctor").scenario;
  Plan& plan = scenario.plan;
  plan.warmup = 200ms;
  plan.settle = 150ms;
  plan.window = time < long_windows_from ? short_window : long_window;
  plan.pairs_window = plan.window;
  plan.run_blocks = plan.run_pairs = true;
  plan.launches = 0;
  const Nanos block = starting + 2 * plan.warmup + 3 * (plan.settle + plan.window);
  plan.blocks_max = static_cast<std::uint32_t>(
      std::clamp<std::int64_t>((time - sleeps * 1200us) / block, fewest_blocks, most_blocks));
  plan.blocks_min = plan.blocks_max;
  return scenario;
}

DoctorReport examine(const Scenario& scenario, const DoctorOptions& options, const RunObserver& observer,
                     const std::atomic<bool>& stop) {
  const Nanos start = monotonic_now();
  const MachineFacts machine = read_machine();
  const MachineTimes before = machine_times();
  DoctorReport report;
  const Environment environment = read_environment();
  report.host = environment.host;
  report.cpu = environment.cpu;
  report.kernel = environment.kernel;
  report.build_type = environment.build_type;
  report.version = TRACETAX_VERSION;
  report.cores = machine.cores;
  report.frequency = machine.frequency;
  report.busy.load_average = machine.load_average;
  if (machine.pressure) report.busy.pressure_before = machine.pressure->share_of_10s;

  report.timers = measure_timers(sleeps);
  report.timers.clock_source = machine.clock_source;
  compare_same_with_same(scenario, options, options.time - (monotonic_now() - start), observer, stop, report);

  report.duration = monotonic_now() - start;
  report.busy.steal_share = steal_share(before, machine_times());
  if (const auto after = read_machine().pressure; after && machine.pressure) {
    const auto waited = std::chrono::microseconds(after->total_us - machine.pressure->total_us);
    report.busy.pressure = std::min(1.0, to_seconds(waited) / to_seconds(report.duration));
  }
  report.findings = diagnose(report, cheap_findings(machine, unfit_build()));
  report.verdict = report.failures.empty() ? fitness_of(report.findings) : Fitness::unfit;
  return report;
}

}  // namespace tracetax
