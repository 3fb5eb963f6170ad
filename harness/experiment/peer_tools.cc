#include "harness/experiment/peer_tools.h"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>

#include "harness/base/rng.h"
#include "harness/base/text.h"
#include "harness/mcp/input_schema.h"
#include "harness/scenario/call_names.h"

namespace tracetax {
namespace {

constexpr std::size_t most_names = 30;  // of tools in a hint
constexpr std::uint64_t drawn_examples = 20;
constexpr std::size_t most_recorded_looked_at = 2000;

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
    // A call without arguments is where its tool or prompt is.
    if (!holds && place.key != "tool" && place.key != "prompt") continue;
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

template <class Named>
std::string names_of(const std::vector<Named>& offered, const std::string& wanted, std::string_view what) {
  if (offered.empty()) return fmt::format("it has no {}", what);
  std::vector<std::string_view> names;
  for (const Named& one : offered) names.push_back(one.name);
  std::string hint;
  if (const auto near = nearest(wanted, names)) hint = fmt::format("did you mean `{}`? ", *near);
  const bool all = names.size() <= most_names;
  if (!all) names.resize(most_names);
  return fmt::format("{}it has {}{}", hint, fmt::join(names, ", "), all ? "" : ", …");
}

template <class Named>
const Named* find_named(const std::vector<Named>& offered, const std::string& name) {
  const auto found = std::ranges::find(offered, name, &Named::name);
  return found == offered.end() ? nullptr : &*found;
}

// Some of the calls that the spec stands for, as the server will see their arguments.
std::vector<mcp::Json> examples_of(const CallSpec& call) {
  const ArgumentTemplate arguments(call.arguments_json, call.lines,
                                   call.prompt.empty() ? Numbers::as_numbers : Numbers::as_texts);
  std::vector<mcp::Json> examples;
  for (std::uint64_t i = 0; i < (arguments.varies() ? drawn_examples : 1); ++i) {
    std::string text;
    arguments.render(text, derive_seed({i}), i + 1);
    examples.push_back(mcp::Json::parse(text));
  }
  return examples;
}

class Checker {
 public:
  Checker(const Load& load, const PeerOffers& offers) : load_(load), offers_(offers) {}

  CallFindings check() {
    for (std::size_t i = 0; i < load_.calls.size(); ++i) {
      const CallSpec& call = load_.calls[i];
      if (call.recorded) {
        check_recorded(call, i);
      } else if (!call.tool.empty() && offers_.tools) {
        check_tool(call, i);
      } else if (!call.prompt.empty() && offers_.prompts) {
        check_prompt(call, i);
      } else if (!call.resource.empty()) {
        check_resource(call.resource);
      }
    }
    return std::move(found_);
  }

 private:
  void problem(const CallSpec& call, std::size_t number, const std::string& key, std::string what, std::string hint) {
    found_.problems.push_back(problem_at(call, number, key, std::move(what), std::move(hint)));
    const auto* const open = std::get_if<OpenArrivals>(&load_.arrivals);
    if (open != nullptr && open->process == OpenArrivals::Process::replay)
      found_.problems.back().key = "load.arrivals.file";
  }

  void check_tool(const CallSpec& call, std::size_t number) {
    const mcp::Tool* const tool = find_named(*offers_.tools, call.tool);
    if (tool == nullptr)
      return problem(call, number, "tool", fmt::format("the server has no tool `{}`", call.tool),
                     names_of(*offers_.tools, call.tool, "tools"));
    std::set<std::string> told;  // examples differ, and a mistake is one
    const std::vector<mcp::Json> examples = examples_of(call);
    for (const mcp::Json& arguments : examples) {
      for (const mcp::ArgumentProblem& found : mcp::check_arguments(arguments, tool->input_schema)) {
        std::string key = "arguments";
        for (const std::string& part : found.path) key += "." + part;
        if (told.insert(key).second) problem(call, number, key, found.what, found.hint);
      }
    }
    if (const auto mirrored = mcp::mirrored_arguments(tool->input_schema, examples.front()); !mirrored.problem.empty())
      problem(call, number, "tool",
              fmt::format("the server's `{}` must not be called: {}", call.tool, mirrored.problem),
              "mend the tool's inputSchema");
  }

  void check_prompt(const CallSpec& call, std::size_t number) {
    const mcp::Prompt* const prompt = find_named(*offers_.prompts, call.prompt);
    if (prompt == nullptr)
      return problem(call, number, "prompt", fmt::format("the server has no prompt `{}`", call.prompt),
                     names_of(*offers_.prompts, call.prompt, "prompts"));
    const mcp::Json given = mcp::Json::parse(call.arguments_json);
    for (const mcp::PromptArgument& argument : prompt->arguments) {
      if (argument.required && !given.contains(argument.name))
        problem(call, number, "arguments." + argument.name, "is missing",
                fmt::format("the prompt requires `{}`", argument.name));
    }
  }

  void check_resource(const std::string& uri) {
    if (!offers_.resources || mcp::may_have(*offers_.resources, uri)) return;
    const std::string text = fmt::format("the server lists no resource `{}`, and no template that makes it", uri);
    if (std::ranges::find(found_.warnings, text) == found_.warnings.end()) found_.warnings.push_back(text);
  }

  // Once for each name that is not there; what is wrong with arguments is counted.
  void check_recorded(const CallSpec& call, std::size_t number) {
    std::set<std::string> told;
    std::size_t looked_at = 0;
    std::size_t wrong = 0;
    std::string first;
    for (const RecordedCall& one : call.recorded->calls) {
      if (one.kind == CallKind::resource) {
        if (told.insert(call_name(one.kind, one.name)).second) check_resource(one.name);
        continue;
      }
      const mcp::Tool* const tool =
          one.kind == CallKind::tool && offers_.tools ? find_named(*offers_.tools, one.name) : nullptr;
      const bool unknown = one.kind == CallKind::tool ? offers_.tools && tool == nullptr
                                                      : offers_.prompts && !find_named(*offers_.prompts, one.name);
      if (unknown && told.insert(call_name(one.kind, one.name)).second) {
        problem(call, number, "recording",
                fmt::format("line {} of {} asks for the {} `{}`, which the server does not have", one.line,
                            call.recording, word_for(one.kind), one.name),
                one.kind == CallKind::tool ? names_of(*offers_.tools, one.name, "tools")
                                           : names_of(*offers_.prompts, one.name, "prompts"));
      }
      if (tool == nullptr || looked_at == most_recorded_looked_at) continue;
      ++looked_at;
      const auto problems = mcp::check_arguments(mcp::Json::parse(one.arguments_json), tool->input_schema);
      if (problems.empty()) continue;
      if (wrong++ == 0)
        first = fmt::format("line {}: {} {}", one.line, fmt::join(problems.front().path, "."), problems.front().what);
    }
    if (wrong > 0)
      found_.warnings.push_back(fmt::format(
          "{}: the arguments of {} of {} recorded calls are not what the server's tools take, the first in {}",
          call.recording, wrong, looked_at, first));
  }

  const Load& load_;
  const PeerOffers& offers_;
  CallFindings found_{};
};

// Asks; what the server does not say is a warning.
template <class Ask>
auto ask(const Arm& arm, std::string_view what, std::vector<std::string>& warnings, Ask ask_it)
    -> std::optional<decltype(ask_it())> {
  try {
    return ask_it();
  } catch (const std::runtime_error& error) {
    warnings.push_back(fmt::format("arm {}: the calls were not held to what the server says of its {}: {}", arm.name,
                                   what, error.what()));
    return {};
  }
}

}  // namespace

CallFindings wrong_calls(const Load& load, const PeerOffers& offers) {
  return Checker(load, offers).check();
}

std::vector<std::string> fit_to_peer(const Scenario& scenario, const Arm& arm, Generator& generator) {
  if (all_mocks(scenario.topology, arm)) return {};
  const std::vector<CallTarget> targets = call_targets(scenario.load);
  const auto calls = [&](CallKind kind) {
    return std::ranges::find(targets, kind, &CallTarget::kind) != targets.end();
  };
  std::vector<std::string> warnings;
  PeerOffers offers;
  if (calls(CallKind::tool)) offers.tools = ask(arm, "tools", warnings, [&] { return generator.list_tools(); });
  if (calls(CallKind::prompt)) offers.prompts = ask(arm, "prompts", warnings, [&] { return generator.list_prompts(); });
  if (calls(CallKind::resource))
    offers.resources = ask(arm, "resources", warnings, [&] { return generator.list_resources(); });
  CallFindings found = wrong_calls(scenario.load, offers);
  if (!found.problems.empty()) throw ScenarioError(std::move(found.problems));
  for (const std::string& warning : found.warnings) warnings.push_back(fmt::format("arm {}: {}", arm.name, warning));
  std::map<std::string, mcp::Json> mirrors;
  for (const CallTarget& target : targets) {
    const mcp::Tool* const tool =
        target.kind == CallKind::tool && offers.tools ? find_named(*offers.tools, target.name) : nullptr;
    if (tool != nullptr && mcp::mirrors_arguments(tool->input_schema)) mirrors[target.name] = tool->input_schema;
  }
  if (!mirrors.empty()) generator.mirror(mirrors);
  return warnings;
}

}  // namespace tracetax
