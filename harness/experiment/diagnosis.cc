#include "harness/experiment/diagnosis.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/stats/power.h"

namespace tracetax {
namespace {

constexpr std::array<double, 3> minutes_shown{1, 5, 30};
constexpr double minutes_judged = 5;

// docs/doctor.md lists these.
constexpr double read_limit_ns = 200;  // a system call's worth: the clock is not read in user space
constexpr double step_limit_ns = 1'000;
constexpr double sleep_late_limit_ns = 1e6;  // p99
constexpr double steal_doubtful = 0.02;
constexpr double steal_unfit = 0.10;
constexpr double send_lag_share = 0.1;  // p99, of the median latency; a run is in doubt from there on, too
constexpr double rate_share_least = 0.99;
constexpr double cores_to_themselves = 4;  // generator, service, exporter, kernel

struct Carried {
  std::string_view metric;
  Phase phase;
  std::string_view name;
  double fit, large;  // relative effect resolved in minutes_judged: up to `fit` is fit, above `large` unfit
};
constexpr double never = std::numeric_limits<double>::infinity();
// A p99 of short windows is loose everywhere, and memory moves in pages: neither alone makes a machine unfit.
constexpr std::array<Carried, 5> carried{{
    {"latency.p50", Phase::pairs, "latency p50 (pairs)", 0.01, 0.10},
    {"latency.p50", Phase::blocks, "latency p50 (blocks)", 0.02, never},
    {"latency.p99", Phase::blocks, "latency p99 (blocks)", 0.20, never},
    {"cpu_per_call", Phase::blocks, "CPU per call (blocks)", 0.05, 0.25},
    {"memory", Phase::blocks, "memory (blocks)", 0.05, never},
}};

std::string duration(double ns) {
  return format_duration(ns);
}

void about_timers(const TimerFacts& t, std::vector<DoctorFinding>& out) {
  if (t.read_ns > read_limit_ns) {
    out.push_back({Severity::doubtful, "clock",
                   fmt::format("reading the clock costs {}: every call and every span reads it several times",
                               duration(t.read_ns)),
                   "choose the clock source tsc or kvm-clock, which are read without a system call"});
  }
  if (std::max(t.step_ns, t.resolution_ns) > step_limit_ns) {
    out.push_back({Severity::doubtful, "clock",
                   fmt::format("the clock moves in steps of {}: shorter differences are rounded away",
                               duration(std::max(t.step_ns, t.resolution_ns))),
                   "use a kernel with high-resolution timers"});
  }
  if (t.sleep_late_p99_ns > sleep_late_limit_ns) {
    out.push_back({Severity::doubtful, "timers",
                   fmt::format("1 % of sleeps end {} or more after they should: calls are sent late by as much, and "
                               "their latency contains it",
                               duration(t.sleep_late_p99_ns)),
                   "stop what else runs, or use a machine whose cores are its own; load.spin keeps the generator "
                   "awake before a call is due, at the price of a core"});
  }
}

void about_steal(const BusyFacts& busy, std::vector<DoctorFinding>& out) {
  if (busy.steal_share <= steal_doubtful) return;
  out.push_back(
      {busy.steal_share > steal_unfit ? Severity::unfit : Severity::doubtful, "steal",
       fmt::format("the hypervisor gave {} of the cores' time to other machines", format_share(busy.steal_share, 1)),
       "use a machine with dedicated cores, or another hour"});
}

void about_cores(const DoctorReport& r, std::vector<DoctorFinding>& out) {
  const CoreFacts& cores = r.cores;
  const double usable = cores.usable();
  if (usable >= 2 && usable < cores_to_themselves) {
    out.push_back({Severity::note, "cores",
                   fmt::format("with {:.3g} cores the services, the generator and the exporters share them: tails and "
                               "CPU contain their meeting, as they would on a host that small",
                               usable),
                   "compare tails from here with tails from here only; 4 cores or more keep them apart"});
  }
  if (cores.allowed > 0 && cores.allowed < cores.online) {
    out.push_back({Severity::note, "cores",
                   fmt::format("the affinity mask allows {} of {} cores; what runs on the others still shares caches "
                               "and memory",
                               cores.allowed, cores.online),
                   ""});
  }
  if (cores.smt_width && *cores.smt_width > 1) {
    out.push_back({Severity::note, "cores",
                   fmt::format("{} hardware threads share each core: half of them are not whole cores, and neighbours "
                               "slow each other down",
                               *cores.smt_width),
                   "for steadier numbers switch SMT off (echo off > /sys/devices/system/cpu/smt/control)"});
  }
}

void about_frequency(const FrequencyFacts& f, std::vector<DoctorFinding>& out) {
  if (f.boost.value_or(false)) {
    out.push_back({Severity::note, "frequency",
                   "turbo is on: the clock rate depends on heat and on what the other cores do",
                   "for steadier numbers switch it off (intel_pstate/no_turbo or cpufreq/boost)"});
  }
  if (!f.visible) {
    out.push_back({Severity::note, "frequency",
                   f.virtual_machine
                       ? "this is a virtual machine that hides frequency scaling: whether cores change speed cannot be "
                         "seen from here, only its effect in the noise floor"
                       : "the kernel shows no frequency policy: whether cores change speed cannot be seen",
                   ""});
  }
}

void about_pacing(const NoiseFacts& noise, std::vector<DoctorFinding>& out) {
  if (noise.latency_p50_ns > 0 && noise.send_lag_p99_ns > send_lag_share * noise.latency_p50_ns) {
    out.push_back(
        {Severity::doubtful, "pacing",
         fmt::format("1 % of the calls were sent {} or more after they were due, {} of the median latency: "
                     "tails are the generator's as well as the services'",
                     duration(noise.send_lag_p99_ns), format_share(noise.send_lag_p99_ns / noise.latency_p50_ns, 0)),
         "lower the rate, set load.spin, or give the generator a core; p50, CPU and memory are less "
         "affected than p99"});
  }
  if (noise.sent_rate_per_s < rate_share_least * noise.planned_rate_per_s) {
    out.push_back({Severity::doubtful, "pacing",
                   fmt::format("{:.0f} of {:.0f} calls a second were sent: this machine does not keep up with an easy "
                               "load",
                               noise.sent_rate_per_s, noise.planned_rate_per_s),
                   "lower the rate of your scenarios"});
  }
}

void about_same_against_same(const NoiseFacts& noise, std::vector<DoctorFinding>& out) {
  std::string names;
  std::size_t outside = 0;
  for (const Carried& c : carried) {
    for (const NoiseFloor& f : noise.floors) {
      if (f.metric != c.metric || f.phase != c.phase || !f.leaves_out_zero()) continue;
      names += (names.empty() ? "" : ", ") + std::string(c.name);
      ++outside;
    }
  }
  if (outside == 0) return;
  if (outside == 1) {
    out.push_back({Severity::note, "same against same",
                   fmt::format("the interval of {} leaves out 0 although both arms are the same; one interval in 20 "
                               "does by chance",
                               names),
                   "run the doctor again: the same one twice would mean that this machine differs with the order in "
                   "which things run"});
    return;
  }
  out.push_back({Severity::doubtful, "same against same",
                 fmt::format("the intervals of {} leave out 0 although both arms are the same: this machine invents "
                             "differences, beyond what its intervals admit",
                             names),
                 "do not believe an `exceeded` near its limit; run more and shorter blocks, and the doctor again when "
                 "nothing else runs"});
}

void about_resolution(const NoiseFacts& noise, std::vector<DoctorFinding>& out) {
  for (const Carried& c : carried) {
    for (const NoiseFloor& f : noise.floors) {
      if (f.metric != c.metric || f.phase != c.phase) continue;
      const auto five = std::ranges::find(f.resolutions, minutes_judged, &Resolution::minutes);
      if (five == f.resolutions.end() || !five->relative || *five->relative <= c.fit) continue;
      const bool unfit = *five->relative > c.large;
      out.push_back(
          {unfit ? Severity::unfit : Severity::doubtful, "resolution",
           std::isfinite(*five->relative)
               ? fmt::format("in {:.0f} minutes {} shows changes of {} and more; a fit machine shows {}",
                             minutes_judged, c.name, format_share(*five->relative, 1), format_share(c.fit, 0))
               : fmt::format("{:.0f} minutes are too short to say anything about {}", minutes_judged, c.name),
           "plan longer runs (a quarter of the change takes 16 times the time), or hold the metric to a limit above "
           "that"});
    }
  }
}

}  // namespace

Resolution resolution_in(const NoiseFloor& floor, double seconds, double seconds_per_unit, double confidence) {
  Resolution r;
  r.minutes = seconds / 60;
  r.units = static_cast<std::uint32_t>(seconds / seconds_per_unit);
  constexpr double power = 0.8;
  const auto effect = [&](double deviation) {
    if (r.units < 2) return std::numeric_limits<double>::infinity();
    return minimum_detectable_effect(deviation, r.units, confidence, power);
  };
  r.absolute = effect(floor.deviation);
  if (floor.relative_deviation) r.relative = std::expm1(effect(*floor.relative_deviation));
  return r;
}

std::vector<NoiseFloor> noise_floors(std::span<const Comparison> comparisons, double seconds_per_unit) {
  std::vector<NoiseFloor> floors;
  for (const Carried& c : carried) {
    const auto found = std::ranges::find_if(comparisons, [&](const Comparison& comparison) {
      return comparison.metric == c.metric && comparison.phase == c.phase && comparison.service.empty();
    });
    if (found == comparisons.end()) continue;
    NoiseFloor& floor = floors.emplace_back();
    const double root = std::sqrt(static_cast<double>(found->units));
    floor.metric = found->metric;
    floor.phase = found->phase;
    floor.level = found->control_value;
    floor.difference = found->absolute;
    floor.relative = found->relative;
    floor.deviation = found->difference.standard_error * root;
    if (found->log_ratio) floor.relative_deviation = found->log_ratio->standard_error * root;
    floor.units = found->units;
    for (const double minutes : minutes_shown)
      floor.resolutions.push_back(resolution_in(floor, 60 * minutes, seconds_per_unit));
  }
  return floors;
}

std::vector<DoctorFinding> diagnose(const DoctorReport& facts, std::vector<DoctorFinding> cheap) {
  std::vector<DoctorFinding> findings = std::move(cheap);
  about_steal(facts.busy, findings);
  about_resolution(facts.noise, findings);
  about_pacing(facts.noise, findings);
  about_timers(facts.timers, findings);
  about_same_against_same(facts.noise, findings);
  about_cores(facts, findings);
  about_frequency(facts.frequency, findings);
  std::ranges::stable_sort(findings, {}, &DoctorFinding::severity);
  return findings;
}

Fitness fitness_of(std::span<const DoctorFinding> findings) {
  const auto any = [&](Severity severity) {
    return std::ranges::find(findings, severity, &DoctorFinding::severity) != findings.end();
  };
  if (any(Severity::unfit)) return Fitness::unfit;
  return any(Severity::doubtful) ? Fitness::large_effects_only : Fitness::fit;
}

}  // namespace tracetax
