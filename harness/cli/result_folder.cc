#include "harness/cli/result_folder.h"

#include <stdexcept>

#include "harness/experiment/run.h"
#include "harness/results/files.h"
#include "harness/scenario/load_scenario.h"
#include "harness/verdict/evaluate.h"
#include "reports/reports.h"

namespace tracetax::cli {
namespace {

// A run that was killed left its scenario, run.json (what was known at its start) and the trials that had ended.
Result rebuild(const std::filesystem::path& folder) {
  if (!std::filesystem::exists(folder / "run.json")) {
    throw std::runtime_error(folder.string() + " is no result folder: it has neither result.json nor run.json");
  }
  const Result begun = read_result_json(read_file(folder / "run.json"));
  const std::filesystem::path resolved = folder / "scenario.resolved.yaml";
  const Scenario scenario = load_scenario_text(read_file(resolved), resolved.string()).scenario;
  const std::vector<TrialRecord> trials = read_trials(folder, tool_names(scenario));
  RunInfo info;
  info.scenario_file = begun.scenario_file;
  info.started_at_unix_s = begun.started_at_unix_s;
  info.environment = begun.environment;
  info.load_description = begun.load_description;
  info.finished = false;
  info.failures = {"the run was cut short: " + std::to_string(trials.size()) + " trials had been saved"};
  for (const TrialRecord& trial : trials) {
    if (!trial.failure.empty())
      info.failures.push_back("block " + std::to_string(trial.block + 1) + ", arm " + trial.arm + ": " + trial.failure);
  }
  return evaluate(scenario, trials, info);
}

}  // namespace

Result load_result(const std::filesystem::path& folder_or_file) {
  if (!std::filesystem::exists(folder_or_file)) {
    throw std::runtime_error(folder_or_file.string() + " does not exist; tracetax run names the folder it writes");
  }
  if (std::filesystem::is_regular_file(folder_or_file)) return read_result_json(read_file(folder_or_file));
  const std::filesystem::path file = folder_or_file / "result.json";
  return std::filesystem::exists(file) ? read_result_json(read_file(file)) : rebuild(folder_or_file);
}

void write_reports(const std::filesystem::path& folder, const Result& result) {
  write_file_atomically(folder / "report.html", render_html(result));
  write_file_atomically(folder / "report.md", render_markdown(result));
  write_file_atomically(folder / "junit.xml", render_junit(result));
  // Last: a folder with a result.json is a finished one.
  write_file_atomically(folder / "result.json", write_result_json(result));
}

}  // namespace tracetax::cli
