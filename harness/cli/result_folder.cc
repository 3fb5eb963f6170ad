#include "harness/cli/result_folder.h"

#include <optional>
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

Result read_result(const std::filesystem::path& file) {
  const std::string json = read_file(file);
  try {
    return read_result_json(json);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(file.string() + ": " + error.what() +
                             "\n  hint: is it the result.json that tracetax run wrote?");
  }
}

}  // namespace

// What a run leaves besides its result: its scenario, run.json (what was known at its start) and the trials.
struct LoadedResult::Remains {
  explicit Remains(const std::filesystem::path& folder);

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

LoadedResult::Remains::Remains(const std::filesystem::path& folder) {
  if (!std::filesystem::exists(folder / "run.json")) {
    throw std::runtime_error(
        folder.string() +
        " is no result folder: it has neither result.json nor run.json\n  hint: tracetax run names "
        "the folder it writes; without -o it is in out/");
  }
  begun = read_result(folder / "run.json");
  if (std::filesystem::exists(folder / "result.json")) begun.pacing = read_result(folder / "result.json").pacing;
  const std::filesystem::path resolved = folder / "scenario.resolved.yaml";
  scenario = load_scenario_text(read_file(resolved), resolved.string()).scenario;
  trials = read_trials(folder, tool_names(scenario));
}

LoadedResult::LoadedResult(const std::filesystem::path& folder_or_file) : source_(folder_or_file) {
  if (!std::filesystem::exists(source_)) {
    throw std::runtime_error(
        source_.string() +
        " does not exist\n  hint: tracetax run names the folder it writes; without -o it is in out/");
  }
  const std::filesystem::path file = std::filesystem::is_regular_file(source_) ? source_ : source_ / "result.json";
  if (std::filesystem::exists(file)) {
    result_ = read_result(file);
    return;
  }
  remains_ = std::make_unique<const Remains>(source_);
  const std::vector<TrialRecord>& trials = remains_->trials;
  RunInfo info = remains_->info();
  info.finished = false;
  info.failures.insert(info.failures.begin(),
                       fmt::format("the run was cut short: {} trials had been saved", trials.size()));
  std::set<std::uint32_t> blocks;
  for (const TrialRecord& trial : trials) blocks.insert(trial.block);
  // Who ended it may have seen the verdicts so far: this is one look among those that were planned.
  if (!blocks.empty()) {
    info.looks = {
        {static_cast<std::uint32_t>(blocks.size())}, remains_->scenario.plan.blocks_max, Stopped::interrupted};
  }
  result_ = evaluate(remains_->scenario, trials, info);
}

LoadedResult::LoadedResult(const std::filesystem::path& folder, const BlockRange& range)
    : source_(folder), of_blocks_(true) {
  auto remains = std::make_unique<Remains>(folder);
  std::erase_if(remains->trials, [&](const TrialRecord& t) { return t.block < range.first || t.block > range.last; });
  if (remains->trials.empty())
    throw std::runtime_error(
        fmt::format("{} has no trial in blocks {} to {}", folder.string(), range.first, range.last));
  Plan& plan = remains->scenario.plan;
  plan.blocks_max = plan.blocks_min = range.last - range.first + 1;
  result_ = evaluate(remains->scenario, remains->trials, remains->info());
  remains_ = std::move(remains);
}

LoadedResult::~LoadedResult() = default;

std::string LoadedResult::details() const {
  if (std::filesystem::is_regular_file(source_)) return {};
  const std::filesystem::path file = source_ / "details.json";
  if (!of_blocks_ && std::filesystem::exists(file)) return read_file(file);
  // Of `tracetax sampling`, by an older version.
  if (!remains_ && !std::filesystem::exists(source_ / "run.json")) return {};
  std::optional<Remains> read;
  const Remains& remains = remains_ ? *remains_ : read.emplace(source_);
  Digest digest;
  for (const TrialRecord& trial : remains.trials) digest.add(trial);
  Details details = make_details(remains.scenario, digest);
  const std::filesystem::path examples = source_ / "examples.json";
  if (!of_blocks_ && std::filesystem::exists(examples)) {
    try {
      details.traces = read_examples_json(read_file(examples));
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(examples.string() + ": " + error.what());
    }
  }
  details.scenario = read_file(source_ / "scenario.resolved.yaml");
  details.command = run_again;
  return write_details_json(details);
}

Result load_result(const std::filesystem::path& folder_or_file) {
  return LoadedResult(folder_or_file).result();
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
