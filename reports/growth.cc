#include "reports/growth.h"

#include <fmt/format.h>

#include "reports/growth_words.h"
#include "reports/junit_parts.h"
#include "reports/markdown_parts.h"
#include "reports/text_parts.h"

namespace tracetax {
namespace {

std::string verdict_of(const GrowthReport& report) {
  return report.valid ? std::string(to_string(report.verdict)) : "not valid";
}

std::vector<std::string> explanations(const GrowthReport& report) {
  std::vector<std::string> texts;
  for (const GrowthBudget& budget : report.budgets) texts.push_back(growth_words::explanation(report, budget));
  return texts;
}

}  // namespace

std::string render_growth_text(const GrowthReport& report, const TextOptions& options) {
  TextPage page(options);
  page.line(fmt::format("{}, growth: {}", report.name,
                        painted(report.valid ? report.verdict : Verdict::exceeded, verdict_of(report), page.color())));
  page.labelled("", growth_words::headline(report));
  if (!report.budgets.empty()) page.labelled("", growth_words::tally(report));
  page.line();
  if (!report.budgets.empty()) {
    std::vector<Verdict> verdicts;
    for (const GrowthBudget& budget : report.budgets) verdicts.push_back(budget.verdict);
    page.table(growth_words::budgets(report), verdicts, explanations(report));
  }
  for (const std::string& treatment : growth_words::treatments(report)) {
    const Table table = growth_words::growths(report, treatment, growth_words::Detail::main);
    if (!table.rows.empty()) page.table(table);
  }
  page.labelled("baseline: ", growth_words::identity(report.baseline));
  page.labelled("result:   ", growth_words::identity(report.later));
  for (const std::string& note : report.notes) page.labelled("note: ", note);
  return page.take();
}

std::string render_growth_markdown(const GrowthReport& report) {
  using namespace markdown;
  std::string text = fmt::format("## {} {}, growth: {}\n\n", report.valid ? sign(report.verdict) : "❌",
                                 escaped(report.name), verdict_of(report));
  text += fmt::format("**{}**\n\n", escaped(growth_words::headline(report)));
  text += table_of(growth_words::budgets(report));
  std::vector<std::string> reasons;
  for (const GrowthBudget& budget : report.budgets) {
    const std::string why = growth_words::explanation(report, budget);
    if (!why.empty()) reasons.push_back(growth_words::metric_title(budget) + " of " + budget.arm + ": " + why);
  }
  text += list_of(reasons);
  for (const std::string& treatment : growth_words::treatments(report)) {
    text += folded("Every cost of " + treatment,
                   table_of(growth_words::growths(report, treatment, growth_words::Detail::all)));
  }
  std::vector<std::string> about{"baseline: " + growth_words::identity(report.baseline),
                                 "result: " + growth_words::identity(report.later)};
  if (!report.budgets.empty()) about.insert(about.begin(), growth_words::tally(report));
  about.insert(about.end(), report.notes.begin(), report.notes.end());
  return text + list_of(about);
}

std::string render_growth_junit(const GrowthReport& report) {
  junit::Suite suite;
  suite.name = report.name + ".growth";
  suite.host = report.later.environment.host;
  suite.started_at_unix_s = report.later.started_at_unix_s;
  suite.properties = {{"verdict", verdict_of(report)},
                      {"baseline", growth_words::identity(report.baseline)},
                      {"result", growth_words::identity(report.later)}};
  for (const std::string& note : report.notes) suite.properties.emplace_back("note", note);
  for (const GrowthBudget& budget : report.budgets) {
    // What was not measured says so in its sentence already.
    const std::string why = budget.measured ? growth_words::explanation(report, budget) : "";
    suite.cases.push_back({"budget",
                           fmt::format("growth of {} of {} at most {}", growth_words::metric_title(budget), budget.arm,
                                       growth_words::allowed(budget)),
                           budget.verdict,
                           growth_words::sentence(report, budget) + (why.empty() ? "" : " (" + why + ")")});
  }
  if (!report.valid)
    suite.cases.push_back({"run", "both results are valid", std::nullopt, growth_words::headline(report)});
  return junit::document(suite, Inconclusive::skipped);
}

}  // namespace tracetax
