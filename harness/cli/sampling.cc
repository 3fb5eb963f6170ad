#include <chrono>
#include <cstdio>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/cli/commands.h"
#include "harness/cli/interruption.h"
#include "harness/cli/result_folder.h"
#include "harness/cli/run_folder.h"
#include "harness/experiment/environment.h"
#include "harness/experiment/examples.h"
#include "harness/experiment/process.h"
#include "harness/experiment/sampling_run.h"
#include "harness/load/schedule.h"
#include "harness/results/decision_csv.h"
#include "harness/results/files.h"
#include "harness/sampling/checks.h"
#include "harness/sampling/linking.h"
#include "harness/scenario/call_names.h"
#include "harness/scenario/fingerprint.h"
#include "harness/scenario/load_scenario.h"
#include "harness/verdict/details.h"
#include "harness/verdict/evaluate.h"

namespace tracetax::cli {
namespace {

std::string describe_steps(const Scenario& scenario) {
  std::string text;
  for (const LoadStep& step : sampling_steps(scenario)) {
    text += fmt::format("{}{:.4g}/s for {}", text.empty() ? "" : ", then ", step.rate_per_s,
                        format_duration(static_cast<double>(step.length.count())));
  }
  return text;
}

void write_decisions(const std::filesystem::path& folder, const ArmObservation& seen) {
  const Links links = link_calls(seen, seen.kept);
  std::vector<Decision> decisions;
  decisions.reserve(seen.calls.size());
  for (std::size_t i = 0; i < seen.calls.size(); ++i) {
    const ObservedCall& call = seen.calls[i];
    const auto trace = links.trace_of_call[i];
    decisions.push_back({call.id, call.step, seen.tools.at(call.sample.tool), call.due_unix_ns, call.sample,
                         trace ? otlp::to_hex(seen.kept[*trace].id) : std::string()});
  }
  std::filesystem::create_directories(folder / "decisions");
  write_file_atomically(folder / "decisions" / (seen.arm + ".csv.gz"), decision_csv_gz(decisions));
}

SamplingObserver tell_progress(bool talk) {
  if (!talk) return {};
  SamplingObserver observer;
  observer.on_arm = [](const std::string& arm) { fmt::print(stderr, "arm {}\n", arm); };
  observer.on_step = [](const std::string&, std::size_t step, const ObservedStep& seen) {
    SpanCounts spans;
    for (const auto& [service, counts] : seen.spans) spans += counts;
    fmt::print(stderr, "  step {}: {} calls at {:.4g}/s, {} of {} spans sampled\n", step + 1,
               format_count(static_cast<std::int64_t>(seen.sent)), seen.rate_per_s,
               format_count(static_cast<std::int64_t>(spans.sampled)),
               format_count(static_cast<std::int64_t>(spans.started)));
  };
  return observer;
}

// The checks are about spans of tools' calls.
void refuse_other_calls(const Load& load, const std::string& file) {
  for (const CallTarget& target : call_targets(load)) {
    if (target.kind == CallKind::tool) continue;
    throw ScenarioError({{.file = file,
                          .key = "load.calls",
                          .what = fmt::format("`{}` is no call of a tool, and `tracetax sampling` checks no others",
                                              call_name(target.kind, target.name)),
                          .hint = "keep calls of tools for it; `tracetax run` measures all kinds"}});
  }
}

}  // namespace

int sampling(const SamplingArguments& arguments) {
  const std::filesystem::path file = find_scenario(arguments.scenario);
  const LoadedScenario loaded = load_scenario(file, arguments.sets, find_budgets(arguments.budgets));
  refuse_other_calls(loaded.scenario.load, file.string());
  // What tracing costs is `tracetax run`'s question.
  Scenario scenario = loaded.scenario;
  const std::size_t budgets = scenario.budgets.size();
  scenario.budgets.clear();
  const std::int64_t now = unix_seconds();
  std::filesystem::path folder;
  try {
    folder = make_result_folder(arguments.folder, scenario.name + "-sampling", now);
  } catch (const std::invalid_argument& error) {
    fmt::print(stderr, "tracetax sampling: {}\n", error.what());
    return usage;
  }
  store_scenario(folder, loaded);
  const bool talk = !arguments.quiet;
  if (talk) fmt::print(stderr, "{}: {}\n", scenario.name, describe_steps(scenario));

  const std::atomic<bool>& stop = stop_on_signals();
  const Nanos started = monotonic_now();
  SamplingOutcome outcome = run_sampling(scenario, {own_directory(), folder}, tell_progress(talk), stop);

  RunInfo info;
  info.scenario_file = file.string();
  info.started_at_unix_s = now;
  info.environment = read_environment();
  info.environment.warnings.clear();  // about measuring latency
  info.load_description = describe(scenario.load) + "; " + describe_steps(scenario);
  info.fingerprint = fingerprint_of(loaded.resolved);
  info.duration = monotonic_now() - started;
  info.pacing = outcome.pacing;
  info.failures = outcome.failures;
  info.finished = !outcome.interrupted;
  info.checks = run_sampling_checks(scenario, outcome.arms, scenario.plan.confidence);
  Result result = evaluate(scenario, outcome.trials, info);
  // Calls here are sent to be counted: nobody compares their times.
  result.comparisons.clear();
  const std::vector<LoadStep> steps = sampling_steps(scenario);
  result.blocks_least = result.blocks_planned = result.blocks_done = static_cast<std::uint32_t>(steps.size());
  result.window_s = to_seconds(steps.front().length);
  std::erase_if(result.arms, [](const ArmSummary& arm) { return arm.calls.planned == 0; });
  result.warnings = outcome.warnings;
  result.doubts.clear();
  if (budgets > 0)
    result.warnings.push_back(fmt::format("{} budgets are left out: they are for `tracetax run`", budgets));
  for (const ArmObservation& seen : outcome.arms) write_decisions(folder, seen);
  Details details = make_details(scenario, outcome.trials);
  details.differences.clear();
  for (const ArmObservation& seen : outcome.arms) {
    for (ExampleTrace& trace : pick_examples(seen.kept, seen.arm)) details.traces.push_back(std::move(trace));
  }
  details.scenario = loaded.resolved;
  details.command = "tracetax sampling scenario.resolved.yaml";
  write_reports(folder, result, details);
  if (talk) print_report(folder, result);
  for (const std::string& failure : result.failures) fmt::print(stderr, "tracetax sampling: {}\n", failure);
  return outcome.interrupted ? int{interrupted} : exit_code(result);
}

}  // namespace tracetax::cli
