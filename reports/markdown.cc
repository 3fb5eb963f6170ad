#include <fmt/format.h>

#include "reports/markdown_parts.h"
#include "reports/reports.h"
#include "reports/sections.h"
#include "reports/words.h"

namespace tracetax {
namespace {

using namespace markdown;

std::string explanations(const Result& result) {
  std::vector<std::string> items;
  for (const BudgetResult& budget : result.budgets) {
    const std::string why = words::explanation(result, budget);
    if (!why.empty()) items.push_back(words::metric_title(budget) + " of " + budget.arm + ": " + why);
  }
  for (const CheckResult& check : result.checks) items.push_back(words::check_title(check) + ": " + check.detail);
  return list_of(items);
}

}  // namespace

std::string render_markdown(const Result& result) {
  std::string text = result.valid ? fmt::format("## {} {}: {}\n\n", sign(result.verdict), escaped(result.name),
                                                to_string(result.verdict))
                                  : fmt::format("## ❌ {}: not valid\n\n", escaped(result.name));
  text += fmt::format("**{}**\n\n", escaped(words::headline(result)));
  if (!result.failures.empty()) text += "### Failures\n\n" + list_of(result.failures);
  text += table_of(sections::budgets(result));
  text += table_of(sections::checks(result));
  text += explanations(result);
  if (!result.warnings.empty()) text += "### Warnings\n\n" + list_of(result.warnings);
  for (const ArmSummary& arm : result.arms) {
    text += folded("What " + escaped(arm.name) + " costs",
                   table_of(sections::costs(result, arm.name, sections::Detail::all)));
  }
  std::string accounts = escaped(words::latency_caption(result)) + "\n\n" + table_of(sections::arms(result));
  std::vector<std::string> sums;
  for (const ArmSummary& arm : result.arms) {
    sums.push_back(arm.name + ": calls " + words::calls_line(arm.calls) + "; spans " + words::spans_line(arm.spans));
  }
  accounts += list_of(sums) + table_of(sections::services(result));
  text += folded("Arms and services", accounts);
  if (const Table audit = sections::generator(result); !audit.rows.empty()) {
    text += folded("The generator's own audit", table_of(audit));
  }
  std::vector<std::string> run{words::plan_line(result), words::environment_line(result.environment)};
  if (!result.pacing.reason.empty()) run.insert(run.begin(), "the generator " + result.pacing.reason);
  if (!result.load_description.empty()) run.insert(run.begin(), result.load_description);
  return text + list_of(run);
}

}  // namespace tracetax
