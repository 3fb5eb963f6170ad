#include <algorithm>
#include <cstdlib>
#include <fstream>

#include <fmt/format.h>
#include <unistd.h>

#include "harness/cli/commands.h"
#include "harness/experiment/process.h"

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

std::filesystem::path find_bundled(const std::string& name, const std::filesystem::path& below) {
  std::error_code error;
  if (std::filesystem::exists(name, error) || name.starts_with('/')) return name;
  const std::filesystem::path bundled = bundled_scenarios();
  if (bundled.empty()) return name;
  const std::filesystem::path folder = bundled / below;
  for (const std::string& file : {name, name + ".yaml"}) {
    if (std::filesystem::is_regular_file(folder / file, error)) return folder / file;
  }
  return name;
}

}  // namespace

std::filesystem::path find_scenario(const std::string& name) {
  return find_bundled(name, {});
}

std::filesystem::path find_budgets(const std::string& name) {
  return name.empty() ? std::filesystem::path() : find_bundled(name, budgets_folder);
}

bool wants_color(int descriptor) {
  const char* terminal = std::getenv("TERM");
  const char* no_color = std::getenv("NO_COLOR");
  return ::isatty(descriptor) == 1 && (no_color == nullptr || *no_color == '\0') &&
         (terminal == nullptr || std::string_view(terminal) != "dumb");
}

int list() {
  const std::filesystem::path folder = bundled_scenarios();
  if (folder.empty()) {
    fmt::print(
        stderr,
        "tracetax: the bundled scenarios were not found beside the program; TRACETAX_SCENARIOS names their folder\n");
    return invalid_run;
  }
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const bool is_scenario = entry.path().extension() == ".yaml" &&
                             entry.path().parent_path() != folder / budgets_folder &&
                             first_comment(entry.path()).find('?') != std::string::npos;
    if (is_scenario) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  const auto name_of = [&](const std::filesystem::path& file) {
    return std::filesystem::relative(file, folder).replace_extension().string();
  };
  std::size_t widest = 0;
  for (const auto& file : files) widest = std::max(widest, name_of(file).size());
  for (const auto& file : files) fmt::print("{:<{}}  {}\n", name_of(file), widest, first_comment(file));
  return ok;
}

}  // namespace tracetax::cli
