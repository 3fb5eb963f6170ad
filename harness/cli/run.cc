#include <atomic>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

#include "harness/cli/commands.h"
#include "harness/cli/doctor_advice.h"
#include "harness/cli/interruption.h"
#include "harness/cli/measure.h"
#include "harness/cli/result_folder.h"
#include "harness/cli/run_folder.h"
#include "harness/cli/terminal.h"
#include "harness/experiment/environment.h"
#include "harness/experiment/plan.h"
#include "harness/load/schedule.h"
#include "harness/scenario/load_scenario.h"
#include "harness/verdict/evaluate.h"

namespace tracetax::cli {
namespace {

// Command line options are --set by other names, so that the resolved scenario says all of it.
std::vector<std::string> all_sets(const RunArguments& arguments) {
  std::vector<std::string> sets;
  if (arguments.quick) sets = quick_sets();
  sets.insert(sets.end(), arguments.sets.begin(), arguments.sets.end());
  if (arguments.blocks > 0) sets.push_back(fmt::format("plan.blocks={}", arguments.blocks));
  if (!arguments.seed.empty()) sets.push_back("plan.seed=" + arguments.seed);
  return sets;
}

// A mistake that only the peer could tell is a mistake of the scenario as any other: nothing is left behind.
Measurement measure_or_leave_nothing(const LoadedScenario& loaded, const MeasureOptions& options) {
  try {
    return measure(loaded, options, stop_on_signals());
  } catch (const ScenarioError&) {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(options.folder, ignored))
      std::filesystem::remove_all(entry.path(), ignored);
    std::filesystem::remove(options.folder, ignored);
    throw;
  }
}

int code_of(const Measurement& measurement) {
  return measurement.interrupted ? int{interrupted} : exit_code(measurement.result);
}

}  // namespace

int run(const RunArguments& arguments) {
  const std::filesystem::path file = find_scenario(arguments.scenario);
  const LoadedScenario loaded = load_scenario(file, all_sets(arguments), find_budgets(arguments.budgets));
  const Scenario& scenario = loaded.scenario;
  MeasureOptions options;
  try {
    options.max_time = parse_max_time(arguments.max_time);
    options.folder = make_result_folder(arguments.folder, scenario.name, unix_seconds());
  } catch (const std::invalid_argument& error) {
    fmt::print(stderr, "tracetax run: {}\n", error.what());
    return usage;
  }
  options.scenario_file = file.string();
  options.strict = arguments.strict;
  options.advice = doctor_advice(scenario, options.max_time);
  if (arguments.quick) options.notes.emplace_back(quick_warning);
  const bool talk = !arguments.quiet;
  options.progress = talk ? arguments.progress : Progress::none;
  if (talk) {
    const auto warn = [](const std::string& text) { fmt::print(stderr, "{}", told(STDERR_FILENO, "warning: ", text)); };
    for (const std::string& warning : options.advice) warn(warning);
    for (const std::string& warning : read_environment().warnings) warn(warning);
    for (const std::string& warning : scenario_warnings(scenario)) warn(warning);
    fmt::print(stderr, "{}",
               told(STDERR_FILENO, "",
                    fmt::format("{}: {} arms, {}, {}", scenario.name, scenario.arms.size(), describe(scenario.plan),
                                describe(scenario.load))));
  }

  const Measurement measurement = measure_or_leave_nothing(loaded, options);
  if (talk) print_report(options.folder, measurement.result);
  for (const std::string& failure : measurement.result.failures)
    fmt::print(stderr, "{}", told(STDERR_FILENO, "tracetax run: ", failure));
  return code_of(measurement);
}

}  // namespace tracetax::cli
