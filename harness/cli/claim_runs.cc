#include "harness/cli/claim_runs.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "harness/cli/claim_search.h"
#include "harness/cli/commands.h"
#include "harness/cli/result_folder.h"
#include "harness/cli/run_folder.h"
#include "harness/experiment/collector.h"
#include "harness/experiment/process.h"
#include "harness/results/files.h"
#include "harness/scenario/load_scenario.h"

namespace tracetax::cli {
namespace {

constexpr Nanos patience = std::chrono::seconds(30);  // of a child that was asked to end

std::string shown(const std::filesystem::path& scenario) {
  const std::filesystem::path bundled = bundled_scenarios();
  const std::filesystem::path relative = bundled.empty() ? scenario : scenario.lexically_relative(bundled);
  std::filesystem::path name = relative.empty() || *relative.begin() == ".." ? scenario : relative;
  return name.replace_extension().string();
}

std::string folder_name(const std::string& verb, const std::string& scenario) {
  std::string name = scenario + "-" + verb;
  std::ranges::replace(name, '/', '-');
  return "runs/" + name;
}

std::vector<std::string> quick_sets(const Scenario& scenario) {
  std::vector<std::string> sets{"plan.blocks=6", "plan.looks=1"};
  if (scenario.plan.run_blocks) sets.emplace_back("plan.window=2s");
  if (scenario.plan.run_pairs) sets.emplace_back("plan.pairs_window=2s");
  return sets;
}

bool has_id(const Scenario& scenario, const std::string& verb, const std::string& id) {
  const auto names_it = [&](const auto& one) { return std::ranges::find(one.ids, id) != one.ids.end(); };
  const bool by_budget = verb == "run" && std::ranges::any_of(scenario.budgets, names_it);
  return by_budget || std::ranges::any_of(scenario.checks, [&](const Check& check) {
           return names_it(check) && (verb == "sampling" || !needs_spans(check));
         });
}

std::string missing_collector(const Scenario& scenario) {
  for (const CollectorTier& tier : scenario.collectors) {
    try {
      collector_command(tier, {});
    } catch (const ScenarioError& error) {
      const Problem& problem = error.problems().front();
      return problem.what + ": " + problem.hint;
    }
  }
  return {};
}

ClaimRun plan_one(const std::string& verb, const std::filesystem::path& file, bool quick) {
  ClaimRun run;
  LoadedScenario loaded = load_scenario(file);
  if (quick && verb != "sampling") {
    run.sets = quick_sets(loaded.scenario);
    loaded = load_scenario(file, run.sets);
  }
  run.outcome.verb = run.record.verb = verb;
  run.outcome.scenario = file;
  run.record.scenario = shown(file);
  run.outcome.folder = run.record.folder = folder_name(verb, run.record.scenario);
  run.record.state = "not run";
  run.outcome.why = "not run";
  run.resolved = loaded.resolved;
  run.impossible = missing_collector(loaded.scenario);
  run.scenario = std::move(loaded.scenario);
  return run;
}

void note_result(ClaimRun& run, Result result, std::string state) {
  run.record.state = !result.finished ? "interrupted" : result.valid ? std::move(state) : "not valid";
  run.record.why = result.failures.empty() ? "" : result.failures.front();
  run.record.started_at_unix_s = result.started_at_unix_s;
  run.record.duration = result.duration;
  run.record.blocks = result.blocks_done;
  run.outcome.result = std::move(result);
  run.outcome.why = run.record.why;
}

// The result from before, when it is of exactly this scenario and can be relied on.
bool take_from_before(ClaimRun& run, const std::filesystem::path& folder) {
  std::error_code error;
  if (!std::filesystem::exists(folder / "result.json", error)) return false;
  if (read_file(folder / "scenario.resolved.yaml") != run.resolved) return false;
  Result result = load_result(folder);
  if (!result.valid || !result.finished) return false;
  note_result(run, std::move(result), "kept");
  return true;
}

// Everything but where the result goes.
std::vector<std::string> arguments_of(const ClaimRun& run, const ClaimLimits& limits) {
  std::vector<std::string> arguments{run.record.verb, run.outcome.scenario.string()};
  for (const std::string& set : run.sets) arguments.insert(arguments.end(), {"--set", set});
  if (run.record.verb != "sampling") arguments.insert(arguments.end(), {"--progress", "none"});
  if (run.record.verb == "tune") {
    std::string rates, at_least;
    for (const ClaimSearch::Rate& rate : run.search.rates) {
      const char* const comma = rates.empty() ? "" : ",";
      rates += comma + rate.rate;
      at_least += fmt::format("{}{}", comma, rate.at_least);
    }
    arguments.insert(arguments.end(), {"--rates", rates, "--at-least", at_least, "--max-time", limits.search_time});
    if (limits.quick) arguments.insert(arguments.end(), {"--tolerance", "50%"});
  }
  return arguments;
}

// The child's own, in the form that claims are held against.
Result read_outcome(const ClaimRun& run, const std::filesystem::path& folder) {
  if (run.record.verb != "tune") return load_result(folder);
  Result result = result_of_search(folder, run.search, run.claim);
  result.started_at_unix_s = run.record.started_at_unix_s;
  return result;
}

std::string last_words(const Process& process) {
  std::string words = process.last_log_lines(3);
  while (!words.empty() && words.back() == '\n') words.pop_back();
  std::ranges::replace(words, '\n', ' ');
  return words;
}

}  // namespace

std::vector<ClaimRun> plan_claim_runs(const std::vector<ClaimsFile>& files, bool quick) {
  std::vector<ClaimRun> runs;
  std::vector<Problem> problems;
  const auto problem_of = [&](const ClaimsFile& file, std::string key, std::string what, std::string hint) {
    Problem& problem = problems.emplace_back();
    problem.file = (file.folder / "claims.yaml").string();
    problem.key = std::move(key);
    problem.what = std::move(what);
    problem.hint = std::move(hint);
  };
  const auto add = [&](const ClaimsFile& file, const Claim& claim, const std::string& verb,
                       const std::vector<std::string>& scenarios) {
    for (const std::string& name : scenarios) {
      const std::filesystem::path path = scenario_file(file, name);
      auto run = std::ranges::find_if(
          runs, [&](const ClaimRun& r) { return r.outcome.verb == verb && r.outcome.scenario == path; });
      if (run == runs.end()) run = runs.insert(run, plan_one(verb, path, quick));
      if (verb == "tune") {
        if (run->claim.empty()) {
          run->search = claim.tune;
          run->claim = claim.id;
        } else {
          problem_of(file, claim.id + ".tune", fmt::format("{} searches in {} already", run->claim, path.string()),
                     "give each claim a scenario of its own to search in");
        }
        continue;
      }
      if (has_id(run->scenario, verb, claim.id)) continue;
      problem_of(file, claim.id,
                 fmt::format("no budget or check that `tracetax {}` judges in {} has this id", verb, path.string()),
                 fmt::format("give one of them `id: {}`", claim.id));
    }
  };
  for (const ClaimsFile& file : files) {
    for (const Claim& claim : file.claims) {
      add(file, claim, "run", claim.run);
      add(file, claim, "sampling", claim.sampling);
      if (!claim.tune.scenario.empty()) add(file, claim, "tune", {claim.tune.scenario});
    }
  }
  if (!problems.empty()) throw ScenarioError(problems);
  return runs;
}

void carry_out(ClaimRun& run, const std::filesystem::path& folder, const ClaimLimits& limits,
               const std::atomic<bool>& stop) {
  const std::filesystem::path own = folder / run.record.folder;
  const bool is_search = run.record.verb == "tune";  // which uses its own probes of before
  if (!is_search && take_from_before(run, own)) return;
  if (!run.impossible.empty()) {
    run.outcome.impossible = true;
    run.outcome.why = run.record.why = run.impossible;
    return;
  }
  if (!is_search) std::filesystem::remove_all(own);  // of an earlier try, in a folder that is ours
  std::filesystem::create_directories(own.parent_path());
  ProcessOptions options;
  options.command = {(own_directory() / "tracetax").string()};
  const std::vector<std::string> arguments = arguments_of(run, limits);
  options.command.insert(options.command.end(), arguments.begin(), arguments.end());
  options.command.insert(options.command.end(), {"-o", own.string()});
  options.log = own.string() + ".log";
  std::filesystem::remove(options.log);  // of an earlier try: a log is written on from its beginning, not emptied
  const Nanos started = monotonic_now();
  run.record.started_at_unix_s = unix_seconds();
  Process process(options);
  while (process.running()) {
    if (stop) process.stop(patience);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  run.record.duration = monotonic_now() - started;
  std::error_code error;
  if (!std::filesystem::exists(own / (is_search ? "tune.json" : "result.json"), error)) {
    run.record.state = stop ? "not run" : "failed";
    run.record.why = stop ? "interrupted" : process.how_it_ended() + ": " + last_words(process);
    run.outcome.why = run.record.why;
    return;
  }
  note_result(run, read_outcome(run, own), "done");
}

}  // namespace tracetax::cli
