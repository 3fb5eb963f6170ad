#include <fmt/format.h>

#include "reports/markdown_parts.h"
#include "reports/reports.h"
#include "reports/sections.h"
#include "reports/words.h"

namespace tracetax {
namespace {

using namespace markdown;

std::vector<std::string> explanations(const Result& result) {
  std::vector<std::string> items;
  for (const BudgetResult& budget : result.budgets) {
    const std::string why = words::explanation(result, budget);
    if (!why.empty()) items.push_back(words::metric_title(budget) + " of " + budget.arm + ": " + why);
  }
  for (const CheckResult& check : result.checks) items.push_back(words::check_title(check) + ": " + check.detail);
  return items;
}

std::string head(const Result& result) {
  std::string text = result.valid ? fmt::format("## {} {}: {}\n\n", sign(result.verdict), escaped(result.name),
                                                to_string(result.verdict))
                                  : fmt::format("## ❌ {}: not valid\n\n", escaped(result.name));
  text += fmt::format("**{}**\n\n", escaped(words::headline(result)));
  if (!result.budgets.empty() || !result.checks.empty()) text += escaped(words::tally(result)) + "\n\n";
  return text;
}

}  // namespace

std::string render_markdown(const Result& result) {
  Page page(summary_limit);
  page.add(head(result));
  if (!result.failures.empty()) {
    page.add("### Failures\n\n");
    page.list(result.failures);
  }
  page.table(sections::budgets(result));
  page.table(sections::checks(result));
  page.list(explanations(result));
  if (!result.warnings.empty()) {
    page.add("### Warnings\n\n");
    page.list(result.warnings);
  }
  for (const ArmSummary& arm : result.arms)
    page.folded("What " + arm.name + " costs", table_of(sections::costs(result, arm.name, sections::Detail::all)));
  std::string accounts = escaped(words::latency_caption(result)) + "\n\n" + table_of(sections::arms(result));
  std::vector<std::string> sums;
  for (const ArmSummary& arm : result.arms) {
    sums.push_back(arm.name + ": calls " + words::calls_line(arm.calls) + "; spans " + words::spans_line(arm));
  }
  accounts += list_of(sums) + table_of(sections::services(result));
  if (const auto outside = words::outside(result); !outside.empty()) accounts += list_of(outside);
  page.folded("Arms and services", accounts);
  page.folded("The generator's own audit", table_of(sections::generator(result)));
  std::vector<std::string> run{words::plan_line(result), words::environment_line(result.environment)};
  if (!result.pacing.reason.empty()) run.insert(run.begin(), "the generator " + result.pacing.reason);
  if (!result.load_description.empty()) run.insert(run.begin(), result.load_description);
  page.add(list_of(run));
  return page.take();
}

}  // namespace tracetax
