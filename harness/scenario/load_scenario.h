#pragma once
// From YAML to a checked Scenario. Strict: all mistakes of a file are found in one go.

#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "harness/scenario/scenario.h"

namespace tracetax {

struct Problem {
  std::string file;
  int line = 0;      // from 1; 0: the file as a whole
  int column = 0;    // from 1
  std::string key;   // "load.arrivals.rate"; may be empty
  std::string what;  // "must be above 0, got -5"
  std::string hint;  // may be empty

  // "file:line:column: key: what\n  hint: …"
  std::string text() const;
};

// The user's mistakes, at least one, in the order of the file. what() is all of them, a paragraph each. Exit code 2.
class ScenarioError : public std::runtime_error {
 public:
  explicit ScenarioError(std::vector<Problem> problems);
  const std::vector<Problem>& problems() const { return problems_; }

 private:
  std::vector<Problem> problems_;
};

// A file that the load's calls come from.
struct TrafficFile {
  std::string name;            // as `resolved` has it, made from the content: "traffic/0123456789abcdef.jsonl"
  std::filesystem::path from;  // where it was read
};

struct LoadedScenario {
  Scenario scenario;
  std::string source;    // the file's exact bytes
  std::string resolved;  // YAML with `extends`, the budgets file and `--set` applied; load_scenario_text(resolved)
                         // gives the same scenario where its `files` are beside it
  std::vector<TrafficFile> files{};
};

// `sets` are "key.path=value" as given to --set; list items are reached by number (budgets.0.max=5%).
// `budgets_file`, when given, has budgets, checks or both, which take the place of the scenario's before `sets`.
// Throws ScenarioError; also for a file that cannot be read.
LoadedScenario load_scenario(const std::filesystem::path& file, std::span<const std::string> sets = {},
                             const std::filesystem::path& budgets_file = {});
// The same from text; `name` stands where the file's name would in messages, `extends` is relative to its folder.
LoadedScenario load_scenario_text(const std::string& text, const std::string& name,
                                  std::span<const std::string> sets = {},
                                  const std::filesystem::path& budgets_file = {});

// The JSON Schemas (2020-12) of a scenario and of a budgets file, generated from the definitions that the reader uses.
std::string scenario_json_schema();
std::string budgets_json_schema();

}  // namespace tracetax
