#include "harness/scenario/load_scenario.h"

#include "harness/scenario/compose.h"
#include "harness/scenario/consistency.h"
#include "harness/scenario/definitions.h"
#include "harness/scenario/sampling_file.h"
#include "harness/scenario/traffic.h"

namespace tracetax {
namespace {

// What takes the place of the scenario's own entries.
std::vector<Entry> read_budgets(const std::filesystem::path& file, Findings& findings) {
  const std::string text = read_document(file);
  const auto source = std::make_shared<const Source>(Source{file.string(), budgets_rank});
  const std::optional<Node> root = parse_yaml(text, source, findings);
  if (!root) return {};
  if (root->kind == Node::Kind::null) {
    add_finding(findings, {source}, {}, "the file is empty",
                "a budgets file begins with `version: 1`; docs/scenario.md lists the keys");
    return {};
  }
  shapes::Reading reading(findings);
  shapes::BudgetsFile read;
  shapes::budgets_file().read(reading, *root, read);
  std::vector<Entry> entries;
  for (std::optional<Entry>* entry : {&read.budgets, &read.checks}) {
    if (*entry) entries.push_back(std::move(**entry));
  }
  return entries;
}

bool is_closed(const Scenario& scenario) {
  return std::holds_alternative<ClosedArrivals>(scenario.load.arrivals);
}

// When a call of a closed loop is due follows from its own arm's answers: there is no schedule that pairs could share.
void leave_out_pairs(Scenario& scenario, Node& root) {
  if (!root.find("plan")) root.entries.push_back({"plan", root.place, Node{Node::Kind::map}});
  Node& plan = root.find("plan")->value;
  if (plan.kind != Node::Kind::map || plan.find("phases")) return;
  scenario.plan.run_pairs = false;
  Node phases{Node::Kind::list};
  phases.place = plan.place;
  phases.items.push_back({Node::Kind::scalar, std::string(to_string(Phase::blocks))});
  phases.items.back().place = plan.place;
  plan.entries.push_back({"phases", plan.place, std::move(phases)});
}

}  // namespace

LoadedScenario load_scenario(const std::filesystem::path& file, std::span<const std::string> sets,
                             const std::filesystem::path& budgets_file) {
  return load_scenario_text(read_document(file), file.string(), sets, budgets_file);
}

LoadedScenario load_scenario_text(const std::string& text, const std::string& name, std::span<const std::string> sets,
                                  const std::filesystem::path& budgets_file) {
  Findings findings;
  LoadedScenario loaded;
  loaded.source = text;
  loaded.scenario.folder = std::filesystem::path(name).parent_path().string();
  std::vector<Entry> budgets;
  if (!budgets_file.empty()) budgets = read_budgets(budgets_file, findings);
  if (std::optional<Node> root = compose(text, name, std::move(budgets), sets, findings)) {
    Scenario& scenario = loaded.scenario;
    inline_sampling_files(*root, findings);
    shapes::Reading reading(findings);
    shapes::scenario().read(reading, *root, scenario);
    loaded.files = read_traffic(scenario.load, *root, reading, findings);
    if (is_closed(scenario)) leave_out_pairs(scenario, *root);
    if (scenario.plan.pairs_window == Nanos{}) scenario.plan.pairs_window = scenario.plan.window;
    check_consistency(scenario, *root, reading);
    rename_traffic(*root, loaded.files);
    loaded.resolved = write_yaml(*root);
  }
  throw_findings(std::move(findings));
  return loaded;
}

}  // namespace tracetax
