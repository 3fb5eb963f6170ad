#include "harness/load/pacing.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/stats/quantile.h"

namespace tracetax {
namespace {

constexpr std::size_t sleeps = 100;
// A core that has been idle for longer sleeps deeper and wakes later, so the naps are as long as the load's own.
constexpr Nanos shortest_nap = std::chrono::microseconds(300);
constexpr Nanos longest_nap = std::chrono::milliseconds(3);
// Who is later than this was not asleep but kept from its core, against which spinning is no help.
constexpr Nanos longest_spin = std::chrono::microseconds(250);
constexpr double share_of_few_cores = 0.5;
constexpr unsigned many_cores = 4;

std::string in_words(std::int64_t ns) {
  return format_duration(static_cast<double>(ns));
}

Pacing given(Nanos spin) {
  Pacing pacing;
  pacing.spin_ns = spin.count();
  const std::string what =
      spin == Nanos{} ? "does not spin" : "spins " + in_words(spin.count()) + " before a call is due";
  pacing.reason = what + ": the scenario says so";
  return pacing;
}

Pacing learn(const Load& load, LoadThreads& threads, unsigned cores) {
  const auto* open = std::get_if<OpenArrivals>(&load.arrivals);
  const double rate = open != nullptr ? highest_rate(*open) / static_cast<double>(threads.count()) : 0;
  const Nanos nap = rate > 0 ? std::clamp(from_seconds(1 / rate), shortest_nap, longest_nap) : shortest_nap;
  std::vector<double> late;
  threads
      .run(0,
           [&](EventLoop& loop) {
             for (std::size_t i = 0; i < sleeps; ++i) {
               const Nanos wanted = monotonic_now() + nap;
               loop.poll(nap);
               late.push_back(static_cast<double>(std::max<std::int64_t>(0, (monotonic_now() - wanted).count())));
             }
           })
      .get();
  std::ranges::sort(late);
  return decide_pacing(late, rate, cores);
}

}  // namespace

Pacing decide_pacing(std::span<const double> late_ns, double rate_per_thread, unsigned cores) {
  Pacing pacing;
  pacing.sleeps = late_ns.size();
  pacing.wake_late_p50_ns = static_cast<std::int64_t>(quantile_of_sorted(late_ns, 0.5));
  pacing.wake_late_p99_ns = static_cast<std::int64_t>(quantile_of_sorted(late_ns, 0.99));
  if (cores < 2) {
    pacing.reason = "does not spin: the services need the only core";
    return pacing;
  }
  pacing.spin_ns = std::min(pacing.wake_late_p99_ns, longest_spin.count());
  pacing.reason = fmt::format("spins {} before a call is due: 99 % of {} sleeps ended within that",
                              in_words(pacing.spin_ns), pacing.sleeps);
  const double spared = cores < many_cores ? share_of_few_cores : 1.0;
  if (rate_per_thread > 0) {
    if (const std::int64_t most = from_seconds(spared / rate_per_thread).count(); pacing.spin_ns > most) {
      pacing.spin_ns = most;
      pacing.reason = fmt::format("spins {} before a call is due: more than {} of a core is not to be spared of {}",
                                  in_words(most), format_share(spared, 0), cores);
    }
  }
  return pacing;
}

Pacing make_pacing(const Load& load, LoadThreads& threads, unsigned cores) {
  Pacing pacing = load.spin ? given(*load.spin) : learn(load, threads, cores);
  if (load.spin_for_answers) {
    pacing.spin_for_answers_ns = load.spin_for_answers->count();
    pacing.reason += "; spins " + in_words(pacing.spin_for_answers_ns) + " for answers: the scenario says so";
  } else if (cores >= many_cores && pacing.spin_ns > 0) {
    pacing.spin_for_answers_ns = pacing.spin_ns;
    pacing.reason += "; as long for answers";
  }
  return pacing;
}

Spin spin_of(const Pacing& pacing) {
  return {.before_due = Nanos(pacing.spin_ns), .for_answers = Nanos(pacing.spin_for_answers_ns)};
}

}  // namespace tracetax
