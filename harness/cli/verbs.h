#pragma once
// The verbs as the parser knows them. Internal to harness/cli.

#include <cstdint>
#include <string>
#include <vector>

#include <CLI/App.hpp>

#include "harness/cli/commands.h"
#include "harness/cli/outline.h"

namespace tracetax::cli {

// What the parser itself has no place for.
struct Verb {
  CLI::App* parser = nullptr;
  std::string details{};
  std::vector<ExitMeaning> exit_codes{};
  std::vector<Example> examples{};
};

// Their groups in the list of verbs.
inline constexpr const char* to_measure = "Measure";
inline constexpr const char* to_read = "Read and compare";
inline constexpr const char* to_prepare = "Prepare";
inline constexpr const char* for_the_shell = "For the shell";

// The value of the option is one of these words; anything else is refused with the nearest of them.
CLI::Option* only(CLI::Option* option, const std::vector<std::string>& words);

// The value is a whole number from `least` to `most`.
CLI::Option* whole(CLI::Option* option, std::uint64_t least, std::uint64_t most);

Verb define_run(CLI::App& app, RunArguments& arguments);
Verb define_sampling(CLI::App& app, SamplingArguments& arguments);
Verb define_tune(CLI::App& app, TuneArguments& arguments);
Verb define_scoreboard(CLI::App& app, ScoreboardArguments& arguments);
Verb define_report(CLI::App& app, ReportArguments& arguments);
Verb define_compare(CLI::App& app, CompareArguments& arguments);
Verb define_history(CLI::App& app, HistoryArguments& arguments);
Verb define_model(CLI::App& app, ModelArguments& arguments);
Verb define_doctor(CLI::App& app, DoctorArguments& arguments);
Verb define_check(CLI::App& app, CheckArguments& arguments);
Verb define_record(CLI::App& app, RecordArguments& arguments);
Verb define_list(CLI::App& app, ListArguments& arguments);
Verb define_completion(CLI::App& app, CompletionArguments& arguments);
Verb define_man(CLI::App& app);

}  // namespace tracetax::cli
