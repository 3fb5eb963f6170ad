#include "harness/cli/result_folder.h"

#include <set>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "harness/cli/commands.h"
#include "harness/experiment/run.h"
#include "harness/results/files.h"
#include "harness/scenario/load_scenario.h"
#include "harness/verdict/evaluate.h"
#include "reports/reports.h"

namespace tracetax::cli {
namespace {

// What a run leaves besides its result: its scenario, run.json (what was known at its start) and the trials.
struct Remains {
  Result begun{};
  Scenario scenario{};
  std::vector<TrialRecord> trials{};

  RunInfo info() const {
    RunInfo info;
    info.scenario_file = begun.scenario_file;
    info.started_at_unix_s = begun.started_at_unix_s;
    info.environment = begun.environment;
    info.load_description = begun.load_description;
    info.pacing = begun.pacing;
    info.fingerprint = begun.fingerprint;
    info.strict = begun.strict;
    for (const TrialRecord& trial : trials) {
      info.duration += trial.duration + trial.flush;
      if (!trial.failure.empty())
        info.failures.push_back(fmt::format("block {}, arm {}: {}", trial.block + 1, trial.arm, trial.failure));
    }
    return info;
  }
};

Result read_result(const std::filesystem::path& file) {
  const std::string json = read_file(file);
  try {
    return read_result_json(json);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(file.string() + ": " + error.what());
  }
}

Remains read_remains(const std::filesystem::path& folder) {
  if (!std::filesystem::exists(folder / "run.json")) {
    throw std::runtime_error(folder.string() + " is no result folder: it has neither result.json nor run.json");
  }
  Remains remains;
  remains.begun = read_result(folder / "run.json");
  if (std::filesystem::exists(folder / "result.json"))
    remains.begun.pacing = read_result(folder / "result.json").pacing;
  const std::filesystem::path resolved = folder / "scenario.resolved.yaml";
  remains.scenario = load_scenario_text(read_file(resolved), resolved.string()).scenario;
  remains.trials = read_trials(folder, tool_names(remains.scenario));
  return remains;
}

// Of a run that was killed.
Result rebuild(const std::filesystem::path& folder) {
  const Remains remains = read_remains(folder);
  RunInfo info = remains.info();
  info.finished = false;
  info.failures.insert(info.failures.begin(),
                       fmt::format("the run was cut short: {} trials had been saved", remains.trials.size()));
  std::set<std::uint32_t> blocks;
  for (const TrialRecord& trial : remains.trials) blocks.insert(trial.block);
  // Who ended it may have seen the verdicts so far: this is one look among those that were planned.
  if (!blocks.empty()) {
    info.looks = {{static_cast<std::uint32_t>(blocks.size())}, remains.scenario.plan.blocks_max, Stopped::interrupted};
  }
  return evaluate(remains.scenario, remains.trials, info);
}

}  // namespace

Result load_result(const std::filesystem::path& folder_or_file) {
  if (!std::filesystem::exists(folder_or_file)) {
    throw std::runtime_error(folder_or_file.string() + " does not exist; tracetax run names the folder it writes");
  }
  if (std::filesystem::is_regular_file(folder_or_file)) return read_result(folder_or_file);
  const std::filesystem::path file = folder_or_file / "result.json";
  return std::filesystem::exists(file) ? read_result(file) : rebuild(folder_or_file);
}

Result evaluate_blocks(const std::filesystem::path& folder, const BlockRange& range) {
  Remains remains = read_remains(folder);
  std::erase_if(remains.trials, [&](const TrialRecord& t) { return t.block < range.first || t.block > range.last; });
  if (remains.trials.empty())
    throw std::runtime_error(
        fmt::format("{} has no trial in blocks {} to {}", folder.string(), range.first, range.last));
  remains.scenario.plan.blocks_max = remains.scenario.plan.blocks_min = range.last - range.first + 1;
  return evaluate(remains.scenario, remains.trials, remains.info());
}

void write_reports(const std::filesystem::path& folder, const Result& result) {
  write_file_atomically(folder / "report.html", render_html(result));
  write_file_atomically(folder / "report.md", render_markdown(result));
  write_file_atomically(folder / "junit.xml", render_junit(result));
  // Last: a folder with a result.json is a finished one.
  write_file_atomically(folder / "result.json", write_result_json(result));
}

void print_report(const std::filesystem::path& folder, const Result& result) {
  TextOptions text;
  text.color = wants_color(STDOUT_FILENO);
  fmt::print("{}\nreport: {}\n", render_text(result, text),
             std::filesystem::absolute(folder / "report.html").lexically_normal().string());
}

}  // namespace tracetax::cli
