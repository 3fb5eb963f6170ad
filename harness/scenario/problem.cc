#include <fmt/format.h>

#include "harness/base/ensure.h"
#include "harness/scenario/load_scenario.h"

namespace tracetax {
namespace {

std::string paragraphs(const std::vector<Problem>& problems) {
  std::string all;
  for (const Problem& problem : problems) all += (all.empty() ? "" : "\n") + problem.text();
  return all;
}

}  // namespace

std::string Problem::text() const {
  std::string out = file;
  if (line > 0) out += fmt::format(":{}:{}", line, column);
  out += ": ";
  if (!key.empty()) out += key + ": ";
  out += what;
  if (!hint.empty()) out += "\n  hint: " + hint;
  return out;
}

ScenarioError::ScenarioError(std::vector<Problem> problems)
    : std::runtime_error(paragraphs(problems)), problems_(std::move(problems)) {
  ensure(!problems_.empty(), "a ScenarioError says at least one thing");
}

}  // namespace tracetax
