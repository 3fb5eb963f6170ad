#pragma once
// Whether the calls of a scenario are calls that a server of the user's takes: asked of the server itself before
// anything is measured.

#include <optional>
#include <string>
#include <vector>

#include "harness/load/generator.h"
#include "harness/mcp/tools.h"
#include "harness/scenario/load_scenario.h"
#include "harness/scenario/scenario.h"

namespace tracetax {

// What a server says that it has; empty where it was not asked or did not say.
struct PeerOffers {
  std::optional<std::vector<mcp::Tool>> tools{};
  std::optional<std::vector<mcp::Prompt>> prompts{};
  std::optional<mcp::ResourceList> resources{};
};

struct CallFindings {
  // Each at its place in the scenario: tools and prompts that are not there, arguments that an inputSchema does not
  // allow in one of several drawn examples, arguments of prompts that are missing.
  std::vector<Problem> problems{};
  // Resources that no list shows (templates of servers need not say all), and recorded calls whose arguments the server
  // does not take: they may have failed when they were recorded.
  std::vector<std::string> warnings{};
};
CallFindings wrong_calls(const Load& load, const PeerOffers& offers);

// Reads `tools/list` of the arm's first hop where a hop is none of our mocks, and the lists of prompts and resources
// where the load asks for such, holds the calls to them, and has the generator repeat arguments in headers as
// inputSchemas ask (x-mcp-header). Throws ScenarioError for wrong calls. Returns warnings, also where a list cannot be
// had.
std::vector<std::string> fit_to_peer(const Scenario& scenario, const Arm& arm, Generator& generator);

}  // namespace tracetax
