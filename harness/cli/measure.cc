#include "harness/cli/measure.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/cli/progress.h"
#include "harness/cli/result_folder.h"
#include "harness/cli/run_folder.h"
#include "harness/experiment/environment.h"
#include "harness/experiment/histogram_files.h"
#include "harness/experiment/process.h"
#include "harness/experiment/run.h"
#include "harness/load/schedule.h"
#include "harness/results/files.h"
#include "harness/scenario/fingerprint.h"
#include "harness/verdict/details.h"
#include "harness/verdict/evaluate.h"

namespace tracetax::cli {
namespace {

// What is known before anything has been measured; `report` reads it when the run never came to its end.
RunInfo begin(const LoadedScenario& loaded, const MeasureOptions& options) {
  RunInfo info;
  info.scenario_file = options.scenario_file;
  info.started_at_unix_s = unix_seconds();
  info.environment = read_environment();
  info.load_description = describe(loaded.scenario.load);
  info.fingerprint = fingerprint_of(loaded.resolved);
  info.strict = options.strict;
  return info;
}

}  // namespace

Measurement measure(const LoadedScenario& loaded, const MeasureOptions& options, const std::atomic<bool>& stop) {
  const Scenario& scenario = loaded.scenario;
  RunInfo info = begin(loaded, options);
  store_scenario(options.folder, loaded);
  {
    Result begun = evaluate(scenario, Digest{}, info);
    begun.finished = false;
    write_file_atomically(options.folder / "run.json", write_result_json(begun));
  }

  RunOptions run;
  run.folder = options.folder;
  run.programs = own_directory();
  run.max_time = options.max_time;
  const Nanos started = monotonic_now();
  RunOutcome outcome;
  HistogramFiles histograms(options.folder / "histograms");
  {
    ProgressLine progress(options.progress, scenario, options.max_time);
    run.decide = [&](const Digest& trials, const Looks& looks) {
      RunInfo so_far = info;
      so_far.looks = looks;
      const Result seen = evaluate(scenario, trials, so_far);
      info.looked.push_back(seen.looks.back());
      progress.on_look(seen);
      return options.enough ? options.enough(seen) : all_decided(seen);
    };
    RunObserver observer = progress.observer();
    observer.on_trial_done = [&, show = observer.on_trial_done](const TrialRecord& trial) {
      histograms.add(trial);
      show(trial);
    };
    outcome = run_experiment(scenario, run, observer, stop);
  }
  if (!outcome.mistakes.empty()) throw ScenarioError(outcome.mistakes);
  info.duration = monotonic_now() - started;
  info.finished = outcome.finished;
  info.looks = outcome.looks;
  // The run ended with this look: evaluate() takes it again, as the last.
  if (outcome.looks.stopped == Stopped::decided) info.looked.pop_back();
  info.failures = outcome.failures;
  info.pacing = outcome.pacing;
  info.warnings = scenario_warnings(scenario);
  info.warnings.insert(info.warnings.end(), options.advice.begin(), options.advice.end());
  info.warnings.insert(info.warnings.end(), outcome.warnings.begin(), outcome.warnings.end());
  if (const auto left_out = std::ranges::count_if(scenario.checks, needs_spans); left_out > 0)
    info.warnings.push_back(
        fmt::format("{} checks are left out: they need every span. Run `tracetax sampling` for them", left_out));
  info.warnings.insert(info.warnings.end(), options.notes.begin(), options.notes.end());

  Measurement measurement{evaluate(scenario, outcome.trials, info), outcome.interrupted};
  histograms.finish();
  Details details = make_details(scenario, outcome.trials);
  details.traces = std::move(outcome.examples);
  details.scenario = loaded.resolved;
  details.command = run_again;
  write_reports(options.folder, measurement.result, details);
  return measurement;
}

std::vector<std::string> quick_sets() {
  return {"plan.warmup=500ms", "plan.settle=100ms", "plan.window=1s", "plan.pairs_window=1s", "plan.blocks=3"};
}

std::optional<Nanos> parse_max_time(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto time = parse_duration(text);
  if (!time || *time <= Nanos{})
    throw std::invalid_argument("--max-time: must be a duration above 0 such as 90s or 5m, got " + text);
  return time;
}

}  // namespace tracetax::cli
