#pragma once
// Whether the calls of a scenario are calls that a server of the user's takes: asked of the server itself before
// anything is measured.

#include <string>
#include <vector>

#include "harness/load/generator.h"
#include "harness/mcp/tools.h"
#include "harness/scenario/load_scenario.h"
#include "harness/scenario/scenario.h"

namespace tracetax {

// What is wrong with the load's calls, each at its place in the scenario: tools that are not there, and arguments that
// an inputSchema does not allow.
std::vector<Problem> wrong_calls(const Load& load, const std::vector<mcp::Tool>& tools);

// Reads `tools/list` of the arm's first hop where a hop is none of our mocks, holds the calls to it, and has the
// generator repeat arguments in headers as inputSchemas ask (x-mcp-header). Throws ScenarioError for wrong calls.
// Returns a warning where the list cannot be had, else an empty text.
std::string fit_to_peer(const Scenario& scenario, const Arm& arm, Generator& generator);

}  // namespace tracetax
