#include "harness/scenario/load_scenario.h"

#include "harness/scenario/compose.h"
#include "harness/scenario/consistency.h"
#include "harness/scenario/definitions.h"

namespace tracetax {

LoadedScenario load_scenario(const std::filesystem::path& file, std::span<const std::string> sets) {
  return load_scenario_text(read_document(file), file.string(), sets);
}

LoadedScenario load_scenario_text(const std::string& text, const std::string& name, std::span<const std::string> sets) {
  Findings findings;
  LoadedScenario loaded;
  loaded.source = text;
  if (const std::optional<Node> root = compose(text, name, sets, findings)) {
    shapes::Reading reading(findings);
    shapes::scenario().read(reading, *root, loaded.scenario);
    check_consistency(loaded.scenario, *root, reading);
    loaded.resolved = write_yaml(*root);
  }
  throw_findings(std::move(findings));
  return loaded;
}

}  // namespace tracetax
