#include "reports/document_parts.h"
#include "reports/growth.h"
#include "reports/growth_words.h"
#include "reports/html_page.h"

namespace tracetax {
namespace {

std::string title_of(const GrowthReport& report) {
  return report.name + ", growth";
}

}  // namespace

std::string comparison_document(const GrowthReport& report) {
  using namespace growth_words;
  document::Json words;
  words["headline"] = headline(report);
  words["tally"] = report.budgets.empty() ? std::string{} : tally(report);
  words["baseline"] = identity(report.baseline);
  words["result"] = identity(report.later);
  words["act"] = act(report);
  words["budgets"] = document::Json::array();
  for (const GrowthBudget& budget : report.budgets) {
    words["budgets"].push_back({{"title", metric_title(budget) + " of " + budget.arm},
                                {"sentence", sentence(report, budget)},
                                {"explanation", budget.measured ? explanation(report, budget) : std::string{}},
                                {"allowed", allowed(budget)},
                                {"higher_is_worse", document::higher_is_worse(budget.metric)}});
  }
  words["budget_table"] = document::table(budgets(report));
  words["treatments"] = document::Json::array();
  for (const std::string& treatment : treatments(report)) {
    words["treatments"].push_back(
        {{"name", treatment}, {"table", document::table(growths(report, treatment, Detail::all))}});
  }
  words["machines"] = document::table(machines(report));
  return document::text("comparison", title_of(report), write_growth_json(report), words);
}

std::string render_growth_html(const GrowthReport& report) {
  const std::string state = report.valid ? std::string(to_string(report.verdict)) : "invalid";
  const document::Head head{.state = state,
                            .badge = report.valid ? state : "not valid",
                            .title = title_of(report),
                            .headline = growth_words::headline(report),
                            .tally = report.budgets.empty() ? std::string{} : growth_words::tally(report),
                            .verb = "compare"};
  return html::page(head.title, document::head(head), comparison_document(report));
}

}  // namespace tracetax
