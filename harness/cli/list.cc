#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/cli/commands.h"
#include "harness/experiment/process.h"
#include "harness/scenario/load_scenario.h"

namespace tracetax::cli {
namespace {

// The first comment line of a scenario is the question it answers, and how long that takes; what asks nothing is a part
// of others.
std::string first_comment(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line.rfind("# ", 0) == 0 ? line.substr(2) : std::string{};
}

}  // namespace

std::filesystem::path bundled_scenarios() {
  if (const char* named = std::getenv("TRACETAX_SCENARIOS")) return named;
  // build/<preset>/bin/tracetax in a checkout, <prefix>/bin/tracetax when installed.
  const std::filesystem::path here = own_directory();
  for (const auto& candidate : {here / "../../../scenarios", here / "../share/tracetax/scenarios"}) {
    std::error_code error;
    if (std::filesystem::is_directory(candidate, error)) return std::filesystem::canonical(candidate);
  }
  return {};
}

namespace {

// Below the bundled scenarios: budgets files, which are no scenarios.
constexpr const char* budgets_folder = "budgets";

std::vector<std::filesystem::path> bundled_files(const std::string& below) {
  std::vector<std::filesystem::path> files;
  const std::filesystem::path folder = bundled_scenarios();
  std::error_code error;
  if (folder.empty() || !std::filesystem::is_directory(folder / below, error)) return files;
  const bool budgets = below == budgets_folder;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / below)) {
    const bool in_budgets = entry.path().parent_path() == folder / budgets_folder;
    const bool asks = first_comment(entry.path()).find('?') != std::string::npos;
    if (entry.path().extension() == ".yaml" && in_budgets == budgets && (budgets || asks))
      files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

std::vector<std::string> names_of(const std::vector<std::filesystem::path>& files,
                                  const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& file : files) names.push_back(std::filesystem::relative(file, folder).replace_extension().string());
  return names;
}

std::filesystem::path find_bundled(const std::string& name, const std::string& below,
                                   const std::vector<std::string>& known) {
  std::error_code error;
  if (std::filesystem::exists(name, error)) return name;
  const std::filesystem::path bundled = bundled_scenarios();
  if (!bundled.empty() && !name.starts_with('/')) {
    const std::filesystem::path folder = bundled / below;
    for (const std::string& file : {name, name + ".yaml"}) {
      if (std::filesystem::is_regular_file(folder / file, error)) return folder / file;
    }
  }
  // With its folder and ending a name is meant as a file, and the nearest of ours would be a strange answer.
  const std::vector<std::string_view> candidates(known.begin(), known.end());
  const auto near = name.ends_with(".yaml") || name.ends_with(".yml") ? std::nullopt : nearest(name, candidates);
  const bool budgets = below == budgets_folder;
  throw ScenarioError(
      {{name, 0, 0, "",
        fmt::format("there is no such file, and no bundled {} of that name", budgets ? "budgets file" : "scenario"),
        near ? fmt::format("did you mean `{}`?", *near)
             : fmt::format("`tracetax list{}` names those that are bundled", budgets ? " budgets" : "")}});
}

}  // namespace

std::vector<std::string> bundled_scenario_names() {
  return names_of(bundled_files(""), bundled_scenarios());
}

std::vector<std::string> bundled_budgets_names() {
  return names_of(bundled_files(budgets_folder), bundled_scenarios() / budgets_folder);
}

std::filesystem::path find_scenario(const std::string& name) {
  return find_bundled(name, "", bundled_scenario_names());
}

std::filesystem::path find_budgets(const std::string& name) {
  return name.empty() ? std::filesystem::path() : find_bundled(name, budgets_folder, bundled_budgets_names());
}

int list(const ListArguments& arguments) {
  const std::filesystem::path folder = bundled_scenarios();
  if (folder.empty()) {
    fmt::print(stderr,
               "tracetax list: the bundled scenarios were not found beside the program\n"
               "  hint: TRACETAX_SCENARIOS names their folder\n");
    return invalid_run;
  }
  std::vector<std::string> names;
  std::vector<std::filesystem::path> files;
  if (arguments.what == "systems") {
    files = bundled_claims();
    for (const auto& file : files) names.push_back(file.parent_path().filename().string());
  } else {
    files = bundled_files(arguments.what == "budgets" ? budgets_folder : "");
    names = names_of(files, arguments.what == "budgets" ? folder / budgets_folder : folder);
  }
  std::size_t widest = 0;
  for (const std::string& name : names) widest = std::max(widest, name.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string about = arguments.names_only ? "" : first_comment(files[i]);
    fmt::print("{}\n", about.empty() ? names[i] : fmt::format("{:<{}}  {}", names[i], widest, about));
  }
  return ok;
}

}  // namespace tracetax::cli
