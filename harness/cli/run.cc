#include "harness/experiment/run.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <span>
#include <stdexcept>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/cli/commands.h"
#include "harness/cli/doctor_advice.h"
#include "harness/cli/interruption.h"
#include "harness/cli/progress.h"
#include "harness/cli/result_folder.h"
#include "harness/cli/run_folder.h"
#include "harness/experiment/environment.h"
#include "harness/experiment/histogram_files.h"
#include "harness/experiment/process.h"
#include "harness/load/schedule.h"
#include "harness/results/files.h"
#include "harness/scenario/fingerprint.h"
#include "harness/scenario/load_scenario.h"
#include "harness/verdict/evaluate.h"

namespace tracetax::cli {
namespace {

// Command line options are --set by other names, so that the resolved scenario says all of it.
std::vector<std::string> all_sets(const RunArguments& arguments) {
  std::vector<std::string> sets;
  if (arguments.quick) {
    for (const char* set :
         {"plan.warmup=500ms", "plan.settle=100ms", "plan.window=1s", "plan.pairs_window=1s", "plan.blocks=3"})
      sets.emplace_back(set);
  }
  sets.insert(sets.end(), arguments.sets.begin(), arguments.sets.end());
  if (arguments.blocks > 0) sets.push_back(fmt::format("plan.blocks={}", arguments.blocks));
  if (!arguments.seed.empty()) sets.push_back("plan.seed=" + arguments.seed);
  return sets;
}

std::optional<Nanos> parse_max_time(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto time = parse_duration(text);
  if (!time || *time <= Nanos{})
    throw std::invalid_argument("--max-time: must be a duration above 0 such as 90s or 5m, got " + text);
  return time;
}

// What is known before anything has been measured; `report` reads it when the run never came to its end.
RunInfo begin(const RunArguments& arguments, const std::string& file, const LoadedScenario& loaded, std::int64_t now) {
  RunInfo info;
  const Scenario& scenario = loaded.scenario;
  info.scenario_file = file;
  info.started_at_unix_s = now;
  info.environment = read_environment();
  info.load_description = describe(scenario.load);
  info.fingerprint = fingerprint_of(loaded.resolved);
  info.strict = arguments.strict;
  return info;
}

int code_of(const Result& result, bool was_interrupted) {
  return was_interrupted ? int{interrupted} : exit_code(result);
}

}  // namespace

int run(const RunArguments& arguments) {
  LoadedScenario loaded;
  std::filesystem::path folder;
  RunOptions options;
  const std::int64_t now = unix_seconds();
  const std::filesystem::path file = find_scenario(arguments.scenario);
  loaded = load_scenario(file, all_sets(arguments), find_budgets(arguments.budgets));
  const Scenario& scenario = loaded.scenario;
  try {
    options.max_time = parse_max_time(arguments.max_time);
    folder = make_result_folder(arguments.folder, scenario.name, now);
  } catch (const std::invalid_argument& error) {
    fmt::print(stderr, "tracetax run: {}\n", error.what());
    return usage;
  }
  options.folder = folder;
  options.programs = own_directory();

  RunInfo info = begin(arguments, file.string(), loaded, now);
  write_file_atomically(folder / "scenario.yaml", loaded.source);
  write_file_atomically(folder / "scenario.resolved.yaml", loaded.resolved);
  {
    Result begun = evaluate(scenario, Digest{}, info);
    begun.finished = false;
    write_file_atomically(folder / "run.json", write_result_json(begun));
  }
  const std::vector<std::string> advice = doctor_advice(scenario, options.max_time);
  const bool talk = !arguments.quiet;
  if (talk) {
    for (const std::string& warning : advice) fmt::print(stderr, "warning: {}\n", warning);
    for (const std::string& warning : info.environment.warnings) fmt::print(stderr, "warning: {}\n", warning);
    for (const std::string& warning : scenario_warnings(scenario)) fmt::print(stderr, "warning: {}\n", warning);
    fmt::print(stderr, "{}: {} arms, {}, {}\n", scenario.name, scenario.arms.size(), describe(scenario.plan),
               info.load_description);
  }

  const std::atomic<bool>& stop = stop_on_signals();
  const Nanos started = monotonic_now();
  RunOutcome outcome;
  HistogramFiles histograms(folder / "histograms");
  {
    ProgressLine progress(talk ? arguments.progress : Progress::none, scenario);
    options.decide = [&](const Digest& trials, const Looks& looks) {
      RunInfo so_far = info;
      so_far.looks = looks;
      const Result seen = evaluate(scenario, trials, so_far);
      info.looked.push_back(seen.looks.back());
      progress.on_look(seen);
      return all_decided(seen);
    };
    RunObserver observer = progress.observer();
    observer.on_trial_done = [&, show = observer.on_trial_done](const TrialRecord& trial) {
      histograms.add(trial);
      show(trial);
    };
    outcome = run_experiment(scenario, options, observer, stop);
  }
  info.duration = monotonic_now() - started;
  info.finished = outcome.finished;
  info.looks = outcome.looks;
  // The run ended with this look: evaluate() takes it again, as the last.
  if (outcome.looks.stopped == Stopped::decided) info.looked.pop_back();
  info.failures = outcome.failures;
  info.pacing = outcome.pacing;
  info.warnings = scenario_warnings(scenario);
  info.warnings.insert(info.warnings.end(), advice.begin(), advice.end());
  info.warnings.insert(info.warnings.end(), outcome.warnings.begin(), outcome.warnings.end());
  if (const auto left_out = std::ranges::count_if(scenario.checks, needs_spans); left_out > 0)
    info.warnings.push_back(
        fmt::format("{} checks are left out: they need every span, which `tracetax sampling` keeps", left_out));
  if (arguments.quick)
    info.warnings.emplace_back("--quick: 3 short blocks show that the scenario runs; they are too few to measure with");

  const Result result = evaluate(scenario, outcome.trials, info);
  histograms.finish();
  write_reports(folder, result);
  if (talk) print_report(folder, result);
  for (const std::string& failure : result.failures) fmt::print(stderr, "tracetax run: {}\n", failure);
  return code_of(result, outcome.interrupted);
}

}  // namespace tracetax::cli
