#include "harness/experiment/timers.h"

#include <algorithm>
#include <limits>
#include <vector>

#include <sys/prctl.h>
#include <time.h>

#include "harness/base/time.h"
#include "harness/stats/quantile.h"

namespace tracetax {
namespace {

constexpr int batches = 31;
constexpr int reads = 10'000;  // in a batch; some 0.2 ms, which few interrupts hit

double as_double(Nanos t) {
  return static_cast<double>(t.count());
}

}  // namespace

TimerFacts measure_timers(std::size_t sleeps) {
  TimerFacts facts;
  timespec resolution{};
  ::clock_getres(CLOCK_MONOTONIC, &resolution);
  facts.resolution_ns = as_double(std::chrono::seconds(resolution.tv_sec) + Nanos(resolution.tv_nsec));
  facts.slack_ns = static_cast<double>(std::max(0, ::prctl(PR_GET_TIMERSLACK)));

  std::vector<double> costs;
  Nanos step = Nanos::max();
  for (int batch = 0; batch < batches; ++batch) {
    const Nanos start = monotonic_now();
    Nanos last = start;
    for (int i = 0; i < reads; ++i) {
      const Nanos now = monotonic_now();
      if (now > last) step = std::min(step, now - last);
      last = now;
    }
    costs.push_back(as_double(last - start) / reads);
  }
  facts.read_ns = median_of(costs);
  facts.step_ns = step == Nanos::max() ? facts.resolution_ns : as_double(step);

  std::vector<double> late;
  constexpr timespec millisecond{.tv_sec = 0, .tv_nsec = 1'000'000};
  for (std::size_t i = 0; i < sleeps; ++i) {
    const Nanos start = monotonic_now();
    ::clock_nanosleep(CLOCK_MONOTONIC, 0, &millisecond, nullptr);
    late.push_back(as_double(monotonic_now() - start - std::chrono::milliseconds(1)));
  }
  std::ranges::sort(late);
  facts.sleeps = sleeps;
  if (!late.empty()) {
    facts.sleep_late_p50_ns = quantile_of_sorted(late, 0.5);
    facts.sleep_late_p99_ns = quantile_of_sorted(late, 0.99);
  }
  return facts;
}

}  // namespace tracetax
