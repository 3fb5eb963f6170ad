// What the generator does for a call besides sending it. Figures: docs/performance.md.
#include <algorithm>
#include <vector>

#include <benchmark/benchmark.h>

#include "harness/base/time.h"
#include "harness/load/schedule.h"
#include "harness/results/sample.h"

namespace tracetax {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t room = 1 << 16;  // samples: more than a core's second cache holds, as in a window

void clock_read(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(monotonic_now());
}
BENCHMARK(clock_read);

// One call's record from the schedule's entry to its outcome: two readings of the clock and every field of its slot.
void record_call(benchmark::State& state) {
  std::vector<Sample> samples(room);
  benchmark::DoNotOptimize(samples.data());
  const Nanos start = monotonic_now();
  PlannedCall planned;
  std::uint32_t call = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(planned);
    Sample& sample = samples[call % room];
    sample.intended = planned.due;
    sample.call = call++;
    sample.session = planned.session;
    sample.tool = planned.spec;
    sample.sent = std::max(monotonic_now() - start, sample.intended);
    sample.outcome = Outcome::ok;
    sample.received = std::max(monotonic_now() - start, sample.intended);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(record_call);

Load load_of_two_tools() {
  Load load;
  load.sessions = 4;
  load.calls = {{.tool = "lookup", .weight = 3}, {.tool = "search", .weight = 1}};
  return load;
}

// A schedule of state.range(0) calls, as near as chance allows.
OpenArrivals arrivals_of(OpenArrivals::Process process, const benchmark::State& state) {
  return {process, static_cast<double>(state.range(0)) / 10};
}

void make_schedule_of(benchmark::State& state, OpenArrivals::Process process) {
  const OpenArrivals arrivals = arrivals_of(process, state);
  const Load load = load_of_two_tools();
  std::int64_t calls = 0;
  for (auto _ : state) {
    const ArrivalSchedule schedule = make_schedule(arrivals, load, 10s, 42);
    benchmark::DoNotOptimize(schedule.calls.data());
    calls += static_cast<std::int64_t>(schedule.calls.size());
  }
  state.SetItemsProcessed(calls);
}
BENCHMARK_CAPTURE(make_schedule_of, poisson, OpenArrivals::Process::poisson)->Arg(1000)->Arg(100'000);
BENCHMARK_CAPTURE(make_schedule_of, constant, OpenArrivals::Process::constant)->Arg(100'000);

void deal(benchmark::State& state) {
  const ArrivalSchedule whole = make_schedule({OpenArrivals::Process::poisson, 10'000}, load_of_two_tools(), 10s, 42);
  for (auto _ : state) {
    const auto dealt = deal_to_arms(whole, static_cast<std::size_t>(state.range(0)), 7);
    benchmark::DoNotOptimize(dealt.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(whole.calls.size()));
}
BENCHMARK(deal)->ArgName("arms")->Arg(2)->Arg(8);

// In a closed loop a call's choices are made when it is its turn.
void plan_closed_call(benchmark::State& state) {
  const Load load = load_of_two_tools();
  std::uint64_t k = 0;
  for (auto _ : state) benchmark::DoNotOptimize(closed_loop_call(load, 42, 3, k++));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(plan_closed_call);

}  // namespace
}  // namespace tracetax
