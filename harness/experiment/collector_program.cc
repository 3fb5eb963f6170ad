// Which program a tier's Collector is.
#include <cstdlib>
#include <string_view>
#include <system_error>

#include "harness/experiment/collector.h"
#include "harness/scenario/compose.h"

namespace tracetax {
namespace {

bool in_path(const std::string& program) {
  const char* const path = std::getenv("PATH");
  std::string_view rest = path ? path : "";
  while (!rest.empty()) {
    const auto colon = rest.find(':');
    std::error_code ignored;
    if (std::filesystem::is_regular_file(std::filesystem::path(rest.substr(0, colon)) / program, ignored)) return true;
    rest = colon == std::string_view::npos ? std::string_view() : rest.substr(colon + 1);
  }
  return false;
}

}  // namespace

std::vector<std::string> collector_command(const CollectorTier& tier, const std::filesystem::path& config) {
  std::vector<std::string> command = tier.command;
  if (command.empty()) {
    const char* const given = std::getenv("TRACETAX_COLLECTOR");
    if (given != nullptr && *given != '\0') {
      command = {given};
    } else if (in_path("otelcol")) {
      command = {"otelcol"};
    } else {
      Problem problem;
      problem.file = "collector";
      problem.key = "command";
      problem.what = "no Collector was found";
      problem.hint = "give the tier a `command`, set TRACETAX_COLLECTOR, or build one: scripts/real_collector.sh";
      throw ScenarioError({problem});
    }
  }
  command.push_back("--config=" + config.string());
  return command;
}

}  // namespace tracetax
