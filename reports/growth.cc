#include "reports/growth.h"

#include <algorithm>

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
  if (!report.budgets.empty()) page.line(growth_words::tally(report));
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
    text += folded("Every cost of " + escaped(treatment),
                   table_of(growth_words::growths(report, treatment, growth_words::Detail::all)));
  }
  std::vector<std::string> about{"baseline: " + growth_words::identity(report.baseline),
                                 "result: " + growth_words::identity(report.later)};
  if (!report.budgets.empty()) about.insert(about.begin(), growth_words::tally(report));
  about.insert(about.end(), report.notes.begin(), report.notes.end());
  return text + list_of(about);
}

std::string render_growth_junit(const GrowthReport& report) {
  using namespace junit;
  std::string cases;
  const std::string suite = report.name + ".growth";
  for (const GrowthBudget& budget : report.budgets) {
    // What was not measured says so in its sentence already.
    const std::string why = budget.measured ? growth_words::explanation(report, budget) : "";
    cases += test_case("budget",
                       fmt::format("growth of {} of {} at most {}", growth_words::metric_title(budget), budget.arm,
                                   growth_words::allowed(budget)),
                       suite, budget.verdict,
                       growth_words::sentence(report, budget) + (why.empty() ? "" : " (" + why + ")"));
  }
  if (!report.valid) {
    cases += "    <testcase" + attribute("classname", suite + ".run") + attribute("name", "both results are valid") +
             attribute("time", "0") + ">\n      <error" + attribute("type", "invalid") +
             attribute("message", growth_words::headline(report)) + "/>\n    </testcase>\n";
  }
  const auto count = [&](Verdict verdict) {
    return std::ranges::count(report.budgets, verdict, &GrowthBudget::verdict);
  };
  const std::string counts = fmt::format(" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"0\"",
                                         report.budgets.size() + (report.valid ? 0 : 1), count(Verdict::exceeded),
                                         report.valid ? 0 : 1, count(Verdict::inconclusive));
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + attribute("name", "tracetax") +
                     counts + ">\n  <testsuite" + attribute("name", suite) + counts + ">\n    <properties>\n";
  text += property("verdict", verdict_of(report));
  text += property("baseline", growth_words::identity(report.baseline));
  text += property("result", growth_words::identity(report.later));
  for (const std::string& note : report.notes) text += property("note", note);
  return text + "    </properties>\n" + cases + "  </testsuite>\n</testsuites>\n";
}

}  // namespace tracetax
