// The page of claims: which scenarios decide them, each run as a process of its own, judged when they are done.

#include "reports/scoreboard.h"

#include <algorithm>
#include <cstdio>
#include <set>
#include <stdexcept>

#include <fmt/format.h>
#include <unistd.h>

#include "harness/base/text.h"
#include "harness/cli/claim_runs.h"
#include "harness/cli/commands.h"
#include "harness/cli/interruption.h"
#include "harness/cli/run_folder.h"
#include "harness/experiment/environment.h"
#include "harness/results/files.h"
#include "harness/scenario/load_scenario.h"

namespace tracetax::cli {
namespace {

constexpr const char* claims_name = "claims.yaml";

// A file, or the folder of a bundled system.
std::filesystem::path find_claims(const std::string& system) {
  std::error_code error;
  if (std::filesystem::is_regular_file(system, error)) return system;
  for (const std::filesystem::path& folder : {std::filesystem::path(system), bundled_scenarios() / system}) {
    if (std::filesystem::is_regular_file(folder / claims_name, error)) return folder / claims_name;
  }
  std::string known;
  for (const std::filesystem::path& file : bundled_claims())
    known += (known.empty() ? "" : ", ") + file.parent_path().filename().string();
  throw std::invalid_argument(
      fmt::format("there are no claims of `{}`\n  hint: one of: {}; or a file of claims", system, known));
}

std::vector<ClaimsFile> read_all_claims(const std::vector<std::string>& systems) {
  std::vector<std::filesystem::path> files;
  for (const std::string& system : systems) files.push_back(find_claims(system));
  if (systems.empty()) files = bundled_claims();
  if (files.empty()) throw std::invalid_argument("no file of claims was found beside the bundled scenarios");
  std::vector<ClaimsFile> claims;
  for (const std::filesystem::path& file : files) claims.push_back(read_claims(file));
  return claims;
}

// A folder of an earlier scoreboard is gone on with; nothing else is written into.
std::filesystem::path scoreboard_folder(const std::string& wanted, std::int64_t now) {
  const bool is_ours = !wanted.empty() && std::filesystem::exists(std::filesystem::path(wanted) / "scoreboard.json");
  return is_ours ? std::filesystem::path(wanted) : make_result_folder(wanted, "scoreboard", now);
}

Scoreboard judge(const std::vector<ClaimsFile>& files, const std::vector<ClaimRun>& runs, Scoreboard so_far) {
  std::vector<FinishedRun> finished;
  so_far.runs.clear();
  for (const ClaimRun& run : runs) {
    finished.push_back(run.outcome);
    so_far.runs.push_back(run.record);
  }
  so_far.systems.clear();
  for (const ClaimsFile& file : files) {
    SystemResult& system = so_far.systems.emplace_back(SystemResult{file.system, file.title, file.source});
    for (const Claim& claim : file.claims) system.claims.push_back(judge_claim(claim, file, finished));
  }
  return so_far;
}

void write_scoreboard(const std::filesystem::path& folder, const Scoreboard& scoreboard) {
  write_file_atomically(folder / "scoreboard.json", write_scoreboard_json(scoreboard));
  write_file_atomically(folder / "scoreboard.html", render_scoreboard_html(scoreboard));
  write_file_atomically(folder / "scoreboard.md", render_scoreboard_markdown(scoreboard));
}

int code_of(const Scoreboard& scoreboard) {
  if (!scoreboard.finished) return interrupted;
  const auto in_state = [&](std::string_view state) {
    return std::ranges::any_of(scoreboard.runs, [&](const ScoreboardRun& run) { return run.state == state; });
  };
  if (in_state("not valid") || in_state("failed")) return invalid_run;
  const auto any = [&](ClaimVerdict verdict) {
    return std::ranges::any_of(scoreboard.systems, [&](const SystemResult& system) {
      return std::ranges::any_of(system.claims, [&](const ClaimResult& c) { return c.verdict == verdict; });
    });
  };
  if (any(ClaimVerdict::fail)) return exceeded;
  return any(ClaimVerdict::inconclusive) ? inconclusive : ok;
}

// "G1 pass, G5 fail": of the claims that the run has a say in.
std::string verdicts_of(const Scoreboard& scoreboard, const std::string& run) {
  std::string text;
  for (const SystemResult& system : scoreboard.systems) {
    for (const ClaimResult& claim : system.claims) {
      const bool decided_by = std::ranges::any_of(claim.evidence, [&](const Evidence& e) { return e.run == run; });
      if (decided_by) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", claim.id, to_string(claim.verdict));
    }
  }
  return text;
}

}  // namespace

std::vector<std::filesystem::path> bundled_claims() {
  std::vector<std::filesystem::path> files;
  const std::filesystem::path bundled = bundled_scenarios();
  if (bundled.empty()) return files;
  for (const auto& entry : std::filesystem::directory_iterator(bundled)) {
    if (std::filesystem::is_regular_file(entry.path() / claims_name)) files.push_back(entry.path() / claims_name);
  }
  std::ranges::sort(files);
  return files;
}

int scoreboard(const ScoreboardArguments& arguments) {
  const std::int64_t now = unix_seconds();
  std::vector<ClaimsFile> claims;
  std::filesystem::path folder;
  std::vector<ClaimRun> runs;
  try {
    if (!parse_duration(arguments.search_time))  // `tune` would say so after an hour
      throw std::invalid_argument("--search-time: must be a duration such as 40m, got " + arguments.search_time +
                                  "\n  hint: 40m is for all rates of a claim together");
    claims = read_all_claims(arguments.systems);
    runs = plan_claim_runs(claims, arguments.quick);
    folder = scoreboard_folder(arguments.folder, now);
  } catch (const std::invalid_argument& error) {
    fmt::print(stderr, "tracetax scoreboard: {}\n", error.what());
    return usage;
  }
  const std::atomic<bool>& stop = stop_on_signals();
  const Nanos started = monotonic_now();
  Scoreboard board{.quick = arguments.quick, .started_at_unix_s = now, .environment = read_environment()};
  board.environment.warnings.clear();
  std::size_t number = 0;
  for (ClaimRun& run : runs) {
    ++number;
    if (stop) break;
    if (!arguments.quiet)
      fmt::print(stderr, "[{:>2}/{}] {} {} … ", number, runs.size(), run.record.verb, run.record.scenario);
    std::fflush(stderr);
    carry_out(run, folder, {arguments.quick, arguments.search_time}, stop);
    board.duration = monotonic_now() - started;
    board = judge(claims, runs, std::move(board));
    // After each run, so that a killed scoreboard can be gone on with.
    write_scoreboard(folder, board);
    if (!arguments.quiet) {
      const std::string verdicts = verdicts_of(board, run.record.folder);
      fmt::print(stderr, "{}, {}{}{}\n", run.record.state,
                 format_duration(static_cast<double>(run.record.duration.count())),
                 run.record.why.empty() ? "" : ": " + run.record.why, verdicts.empty() ? "" : "; " + verdicts);
    }
  }
  board.duration = monotonic_now() - started;
  board.finished = !stop;
  board = judge(claims, runs, std::move(board));
  write_scoreboard(folder, board);
  if (!arguments.quiet) {
    constexpr std::size_t columns = 80;
    fmt::print("{}scoreboard: {}\n",
               render_scoreboard_text(board, {.color = wants_color(STDOUT_FILENO), .width = columns}),
               (folder / "scoreboard.html").string());
  }
  return code_of(board);
}

}  // namespace tracetax::cli
