// From trials in memory to a Result, and from that to what people and machines read. Figures: docs/performance.md.
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "harness/results/result.h"
#include "harness/verdict/evaluate.h"
#include "reports/reports.h"
#include "synthetic.h"

namespace tracetax {
namespace {

using namespace std::chrono_literals;

struct Experiment {
  Scenario scenario;
  std::vector<TrialRecord> trials;
  std::size_t samples = 0;
};

struct Size {
  std::uint32_t treatments = 1, blocks = 6;
  std::size_t calls = 200;  // of a window, at least 200
};

Experiment experiment_of(const Size& size) {
  Experiment made{synthetic::scenario(), {}};
  made.scenario.plan.blocks_min = made.scenario.plan.blocks_max = size.blocks;
  const Arm on = made.scenario.arms.back();
  for (std::uint32_t i = 1; i < size.treatments; ++i) {
    made.scenario.arms.push_back(on);
    made.scenario.arms.back().name = "on-" + std::to_string(i);
  }
  for (const char* metric : {"latency.p50", "latency.p99", "cpu_per_call"}) {
    made.scenario.budgets.push_back({.metric = metric, .relative = true, .limit = 0.05});
  }
  made.trials = synthetic::trials(made.scenario, synthetic::planted_shift(20us));
  for (TrialRecord& trial : made.trials) {
    const std::vector<Sample> some = trial.samples;
    while (trial.samples.size() < size.calls) {
      Sample sample = some[trial.samples.size() % some.size()];
      sample.call = static_cast<std::uint32_t>(trial.samples.size());
      trial.samples.push_back(sample);
    }
    trial.calls = count_outcomes(trial.samples);
    made.samples += trial.samples.size();
  }
  return made;
}

void evaluate_trials(benchmark::State& state) {
  const Experiment made = experiment_of(
      {.blocks = static_cast<std::uint32_t>(state.range(0)), .calls = static_cast<std::size_t>(state.range(1))});
  for (auto _ : state) {
    const Result result = evaluate(made.scenario, made.trials, {});
    benchmark::DoNotOptimize(&result);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(made.samples));
}
BENCHMARK(evaluate_trials)
    ->ArgNames({"blocks", "calls"})
    ->Args({6, 200})
    ->Args({6, 5000})
    ->Args({60, 5000})
    ->Unit(benchmark::kMillisecond);

template <class Render>
void render(benchmark::State& state, Render&& text_of) {
  const Experiment made = experiment_of({.treatments = static_cast<std::uint32_t>(state.range(0)), .blocks = 12});
  const Result result = evaluate(made.scenario, made.trials, {});
  std::size_t bytes = 0;
  for (auto _ : state) {
    const std::string text = text_of(result);
    bytes = text.size();
    benchmark::DoNotOptimize(text.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}
constexpr auto treatments = [](auto* benchmark) {
  benchmark->ArgName("treatments")->Arg(1)->Arg(8)->Unit(benchmark::kMicrosecond);
};
BENCHMARK_CAPTURE(render, text, [](const Result& result) { return render_text(result); })->Apply(treatments);
BENCHMARK_CAPTURE(render, markdown, render_markdown)->Apply(treatments);
BENCHMARK_CAPTURE(render, html, [](const Result& result) { return render_html(result); })->Apply(treatments);
BENCHMARK_CAPTURE(render, junit, [](const Result& result) { return render_junit(result); })->Apply(treatments);
BENCHMARK_CAPTURE(render, csv, render_csv)->Apply(treatments);
BENCHMARK_CAPTURE(render, json, write_result_json)->Apply(treatments);

void read_json(benchmark::State& state) {
  const Experiment made = experiment_of({.treatments = static_cast<std::uint32_t>(state.range(0)), .blocks = 12});
  const std::string json = write_result_json(evaluate(made.scenario, made.trials, {}));
  for (auto _ : state) {
    const Result result = read_result_json(json);
    benchmark::DoNotOptimize(&result);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(json.size()));
}
BENCHMARK(read_json)->Apply(treatments);

}  // namespace
}  // namespace tracetax
