#pragma once
// The verbs of the command line, one file each. They return the exit code (design of the codes: docs/cli.md).

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace tracetax::cli {

enum ExitCode : int { ok = 0, exceeded = 1, usage = 2, inconclusive = 3, invalid_run = 4, interrupted = 130 };

// The user's mistake, found when a verb is at work already: exit code 2. The text says what is wrong and where; a
// second line, "  hint: …", what to do.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What `make` makes of the arguments and the files that they name; a std::runtime_error of it is the user's mistake.
template <class Make>
auto from_arguments(Make make) {
  try {
    return make();
  } catch (const std::runtime_error& error) {
    throw UsageError(error.what());
  }
}

enum class Progress { automatic, plain, none };

struct RunArguments {
  std::string scenario;
  std::string folder{};  // -o; empty: out/<scenario>-<UTC time>
  std::vector<std::string> sets{};
  std::string budgets{};   // file of budgets and checks; empty: the scenario's own
  unsigned blocks = 0;     // 0: as the scenario says
  std::string max_time{};  // empty: none
  std::string seed{};      // empty: as the scenario says
  bool quick = false;
  bool quiet = false;
  bool strict = false;
  Progress progress = Progress::automatic;
};
int run(const RunArguments& arguments);

struct SamplingArguments {
  std::string scenario;
  std::string folder{};  // -o; empty: out/<scenario>-sampling-<UTC time>
  std::vector<std::string> sets{};
  std::string budgets{};  // file whose checks take the place of the scenario's
  bool quiet = false;
};
int sampling(const SamplingArguments& arguments);

struct TuneArguments {
  std::string scenario;
  std::string folder{};  // -o; empty: out/<scenario>-tune-<UTC time>; that of an earlier search is gone on with
  std::vector<std::string> sets{};
  std::string budgets{};
  std::string knob{};  // key path; empty: the ratio of the only sampler that has one
  std::string min{}, max{};
  std::string tolerance = "20%";
  std::string max_time{};
  std::string at_least{};  // a value of the knob, or one for each rate; empty: the search is for the largest
  std::string rates{};     // "100/s,300/s": a search for each; empty: one, at the scenario's rate
  bool quick = false;
  bool quiet = false;
  Progress progress = Progress::none;
};
int tune(const TuneArguments& arguments);

struct ModelArguments {
  std::vector<std::string> results{};   // folders or result.json
  std::vector<std::string> predict{};   // "ratio=0.25,spans=20,rate=400"
  std::vector<std::string> hold_out{};  // names of arms
  std::string format = "text";
  std::string output{};  // empty: stdout
};
int model(const ModelArguments& arguments);

struct CheckArguments {
  std::vector<std::string> scenarios{};
  std::vector<std::string> sets{};
  std::string budgets{};  // file of budgets and checks; empty: each scenario's own
};
int check(const CheckArguments& arguments);

struct ReportArguments {
  std::string result;  // a result folder, or its result.json
  std::string format = "text";
  std::string output{};             // empty: stdout
  std::string blocks{};             // "0-9": these blocks alone; empty: all
  std::vector<std::string> more{};  // further results, shown beside it
  bool wide = false;                // text: tables as wide as they are
  bool strict = false;              // junit: inconclusive is a failure
};
int report(const ReportArguments& arguments);
// What `--as` takes.
std::vector<std::string> report_formats();
// `result` and `more`, one beside the other.
int overlay(const ReportArguments& arguments);

struct CompareArguments {
  std::string baseline;  // a result folder, a result.json, or a folder of those
  std::string result;
  std::string allow = "50%";  // share of a budget by which the overhead may grow
  std::string format = "text";
  std::string output{};  // empty: stdout
  bool force = false;
};
int compare(const CompareArguments& arguments);

struct HistoryArguments {
  std::string folder;
  std::vector<std::string> metrics{};  // empty: all that have a budget
  std::vector<std::string> arms{};     // treatments; empty: all
  std::string since{};                 // date; empty: from the first result on
  std::string format = "text";
  std::string output{};  // empty: stdout
  bool force = false;    // results of all classes of machine in one series
};
int history(const HistoryArguments& arguments);

struct DoctorArguments {
  std::string time = "60s";
  std::string format = "text";
  std::string output{};  // empty: stdout
  Progress progress = Progress::automatic;
};
int doctor(const DoctorArguments& arguments);

struct ScoreboardArguments {
  std::vector<std::string> systems{};  // bundled ones by name, or files of claims; empty: all bundled
  std::string folder{};                // -o; empty: out/scoreboard-<UTC time>; one of before is gone on with
  std::string search_time = "40m";     // of each search, over all its rates
  bool quick = false;
  bool quiet = false;
};
int scoreboard(const ScoreboardArguments& arguments);
// The bundled files of claims, sorted.
std::vector<std::filesystem::path> bundled_claims();

struct RecordArguments {
  std::vector<std::string> command{};  // the server and its arguments
  std::string output{};                // with {time} and {pid}
  std::vector<std::string> redact{};   // keys of arguments
  bool keep_secrets = false;
  bool force = false;
};
// Ends the process itself, as the server ended, unless the recording failed.
int record(const RecordArguments& arguments);

struct ListArguments {
  std::string what = "scenarios";  // "budgets", "systems"
  bool names_only = false;
};
int list(const ListArguments& arguments);

struct CompletionArguments {
  std::string shell{};  // "bash", "zsh"
};

// Where bundled scenarios lie: TRACETAX_SCENARIOS, or beside the program in the source tree, or installed. Empty: not
// found.
std::filesystem::path bundled_scenarios();
// Names of the bundled scenarios ("quickstart", "sampling/errors") and budgets files, sorted.
std::vector<std::string> bundled_scenario_names();
std::vector<std::string> bundled_budgets_names();
// `name` as it is when such a file exists, else the bundled scenario of that name ("quickstart"). Throws ScenarioError
// with the nearest name when there is neither.
std::filesystem::path find_scenario(const std::string& name);
// The same for a budgets file ("strict"); empty for an empty name.
std::filesystem::path find_budgets(const std::string& name);

// Whether to colour what goes to that descriptor: a terminal, and neither NO_COLOR nor TERM=dumb.
bool wants_color(int descriptor);

}  // namespace tracetax::cli
