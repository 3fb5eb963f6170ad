#include "harness/experiment/peer_tools.h"

#include <algorithm>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/mcp/input_schema.h"

namespace tracetax {
namespace {

constexpr std::size_t most_names = 30;  // of tools in a hint

// The deepest place that is known of the key: what is missing has none of its own.
Problem problem_at(const CallSpec& call, std::size_t number, const std::string& key, std::string what,
                   std::string hint) {
  Problem problem;
  problem.key = fmt::format("load.calls[{}].{}", number, key);
  problem.what = std::move(what);
  problem.hint = std::move(hint);
  std::size_t known = 0;
  for (const ValuePlace& place : call.places) {
    const bool holds = key == place.key || key.starts_with(place.key + ".");
    // A call without arguments is where its tool is.
    if (!holds && place.key != "tool") continue;
    const std::size_t length = holds ? place.key.size() + 1 : 0;
    if (!problem.file.empty() && length < known) continue;
    known = length;
    problem.file = place.file;
    problem.line = place.line;
    problem.column = place.column;
  }
  if (problem.file.empty()) problem.file = "the scenario";
  return problem;
}

std::string names_of(const std::vector<mcp::Tool>& tools, const std::string& wanted) {
  if (tools.empty()) return "it has no tools";
  std::vector<std::string_view> names;
  for (const mcp::Tool& tool : tools) names.push_back(tool.name);
  std::string hint;
  if (const auto near = nearest(wanted, names)) hint = fmt::format("did you mean `{}`? ", *near);
  const bool all = names.size() <= most_names;
  if (!all) names.resize(most_names);
  return fmt::format("{}it has {}{}", hint, fmt::join(names, ", "), all ? "" : ", …");
}

const mcp::Tool* find_tool(const std::vector<mcp::Tool>& tools, const std::string& name) {
  const auto found = std::ranges::find(tools, name, &mcp::Tool::name);
  return found == tools.end() ? nullptr : &*found;
}

}  // namespace

std::vector<Problem> wrong_calls(const Load& load, const std::vector<mcp::Tool>& tools) {
  std::vector<Problem> problems;
  for (std::size_t i = 0; i < load.calls.size(); ++i) {
    const CallSpec& call = load.calls[i];
    const mcp::Tool* const tool = find_tool(tools, call.tool);
    if (tool == nullptr) {
      problems.push_back(problem_at(call, i, "tool", fmt::format("the server has no tool `{}`", call.tool),
                                    names_of(tools, call.tool)));
      continue;
    }
    const mcp::Json arguments = mcp::Json::parse(call.arguments_json);
    for (const mcp::ArgumentProblem& found : mcp::check_arguments(arguments, tool->input_schema)) {
      std::string key = "arguments";
      for (const std::string& part : found.path) key += "." + part;
      problems.push_back(problem_at(call, i, key, found.what, found.hint));
    }
    if (const auto mirrored = mcp::mirrored_arguments(tool->input_schema, arguments); !mirrored.problem.empty()) {
      problems.push_back(problem_at(
          call, i, "tool", fmt::format("the server's `{}` must not be called: {}", call.tool, mirrored.problem),
          "mend the tool's inputSchema"));
    }
  }
  return problems;
}

std::string fit_to_peer(const Scenario& scenario, const Arm& arm, Generator& generator) {
  if (all_mocks(scenario.topology, arm)) return {};
  std::vector<mcp::Tool> tools;
  try {
    tools = generator.list_tools();
  } catch (const std::runtime_error& error) {
    return fmt::format("arm {}: the calls were not held to what the server's tools take: {}", arm.name, error.what());
  }
  if (std::vector<Problem> problems = wrong_calls(scenario.load, tools); !problems.empty())
    throw ScenarioError(std::move(problems));
  std::vector<mcp::HeaderFields> headers;
  for (const CallSpec& call : scenario.load.calls) {
    const mcp::Tool* const tool = find_tool(tools, call.tool);
    headers.push_back(mcp::mirrored_arguments(tool->input_schema, mcp::Json::parse(call.arguments_json)).headers);
  }
  if (std::ranges::any_of(headers, [](const auto& one) { return !one.empty(); })) generator.mirror(headers);
  return {};
}

}  // namespace tracetax
