#include <fmt/format.h>

#include "harness/cli/commands.h"
#include "harness/experiment/plan.h"
#include "harness/load/schedule.h"
#include "harness/scenario/load_scenario.h"

namespace tracetax::cli {

int check(const CheckArguments& arguments) {
  int code = ok;
  for (const std::string& name : arguments.scenarios) {
    try {
      const std::filesystem::path file = find_scenario(name);
      const Scenario scenario = load_scenario(file, arguments.sets, find_budgets(arguments.budgets)).scenario;
      fmt::print("{}: ok: {} arms, {}, {}\n", file.string(), scenario.arms.size(), describe(scenario.plan),
                 describe(scenario.load));
      for (const std::string& warning : scenario_warnings(scenario)) {
        fmt::print(stderr, "{}: warning: {}\n", file.string(), warning);
      }
    } catch (const ScenarioError& error) {
      fmt::print(stderr, "{}\n", error.what());
      code = usage;
    }
  }
  return code;
}

}  // namespace tracetax::cli
