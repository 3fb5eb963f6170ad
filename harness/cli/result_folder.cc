#include "harness/cli/result_folder.h"

#include <set>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "harness/cli/commands.h"
#include "harness/cli/terminal.h"
#include "harness/experiment/run.h"
#include "harness/results/files.h"
#include "harness/scenario/load_scenario.h"
#include "harness/verdict/details.h"
#include "harness/verdict/evaluate.h"
#include "reports/openmetrics.h"
#include "reports/reports.h"

namespace tracetax::cli {
namespace {

// What a run leaves besides its result: its scenario, run.json (what was known at its start) and the trials.
struct Remains {
  Result begun{};
  Scenario scenario{};
  std::vector<TrialRecord> trials{};
  bool of_blocks = false;  // some are left out

  void keep(const BlockRange& range) {
    std::erase_if(trials, [&](const TrialRecord& t) { return t.block < range.first || t.block > range.last; });
  }

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
    throw std::runtime_error(file.string() + ": " + error.what() +
                             "\n  hint: is it the result.json that tracetax run wrote?");
  }
}

Remains read_remains(const std::filesystem::path& folder) {
  if (!std::filesystem::exists(folder / "run.json")) {
    throw std::runtime_error(
        folder.string() +
        " is no result folder: it has neither result.json nor run.json\n  hint: tracetax run names "
        "the folder it writes; without -o it is in out/");
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

std::string details_of(const std::filesystem::path& folder, const Remains& remains) {
  Digest digest;
  for (const TrialRecord& trial : remains.trials) digest.add(trial);
  Details details = make_details(remains.scenario, digest);
  const std::filesystem::path examples = folder / "examples.json";
  if (!remains.of_blocks && std::filesystem::exists(examples)) {
    try {
      details.traces = read_examples_json(read_file(examples));
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(examples.string() + ": " + error.what());
    }
  }
  details.scenario = read_file(folder / "scenario.resolved.yaml");
  details.command = run_again;
  return write_details_json(details);
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
    throw std::runtime_error(
        folder_or_file.string() +
        " does not exist\n  hint: tracetax run names the folder it writes; without -o it is in out/");
  }
  if (std::filesystem::is_regular_file(folder_or_file)) return read_result(folder_or_file);
  const std::filesystem::path file = folder_or_file / "result.json";
  return std::filesystem::exists(file) ? read_result(file) : rebuild(folder_or_file);
}

Result evaluate_blocks(const std::filesystem::path& folder, const BlockRange& range) {
  Remains remains = read_remains(folder);
  remains.keep(range);
  if (remains.trials.empty())
    throw std::runtime_error(
        fmt::format("{} has no trial in blocks {} to {}", folder.string(), range.first, range.last));
  remains.scenario.plan.blocks_max = remains.scenario.plan.blocks_min = range.last - range.first + 1;
  return evaluate(remains.scenario, remains.trials, remains.info());
}

std::string load_details(const std::filesystem::path& folder_or_file) {
  if (std::filesystem::is_regular_file(folder_or_file)) return {};
  const std::filesystem::path file = folder_or_file / "details.json";
  if (std::filesystem::exists(file)) return read_file(file);
  if (!std::filesystem::exists(folder_or_file / "run.json")) return {};  // of `tracetax sampling`, by an older version
  return details_of(folder_or_file, read_remains(folder_or_file));
}

std::string details_of_blocks(const std::filesystem::path& folder, const BlockRange& range) {
  Remains remains = read_remains(folder);
  remains.keep(range);
  remains.of_blocks = true;
  return details_of(folder, remains);
}

void write_reports(const std::filesystem::path& folder, const Result& result, const Details& details) {
  const std::string details_json = write_details_json(details);
  write_file_atomically(folder / "details.json", details_json);
  write_file_atomically(folder / "report.html", render_html(result, details_json));
  write_file_atomically(folder / "report.md", render_markdown(result));
  write_file_atomically(folder / "junit.xml", render_junit(result));
  write_file_atomically(folder / "metrics.txt", render_openmetrics(result));
  // Last: a folder with a result.json is a finished one.
  write_file_atomically(folder / "result.json", write_result_json(result));
}

void print_report(const std::filesystem::path& folder, const Result& result) {
  const TextOptions options = text_options(STDOUT_FILENO);
  fmt::print("{}\n{}report: {}\n", render_text(result, options), render_closing(result, options),
             std::filesystem::absolute(folder / "report.html").lexically_normal().string());
}

}  // namespace tracetax::cli
