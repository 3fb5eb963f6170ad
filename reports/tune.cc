#include "reports/tune.h"

#include <fmt/format.h>

#include "reports/markdown_parts.h"
#include "reports/text_parts.h"
#include "reports/tune_words.h"
#include "reports/words.h"

namespace tracetax {
namespace {

std::string head_of(const TuneReport& report) {
  return fmt::format("{}, tune: {} from {} to {}", report.name, report.knob, report.low, report.high);
}

std::string name_of(const TuneSearch& search) {
  return search.rate.empty() ? "" : search.rate + ": ";
}

std::vector<std::string> not_valid(const TuneSearch& search) {
  std::vector<std::string> texts;
  for (const std::string& failure : search.failures) texts.push_back("not valid: " + failure);
  return texts;
}

}  // namespace

std::string tune_point_line(const TunePoint& point) {
  std::string text;
  for (const BudgetResult& budget : point.budgets) {
    text += fmt::format("{}{} {} ({}), limit {}: {}", text.empty() ? "" : "; ", words::metric_title(budget),
                        words::budget_estimate(budget), words::budget_interval(budget), words::limit(budget),
                        to_string(budget.verdict));
  }
  return text + (point.reused ? " (was there: " + point.folder + ")" : "");
}

std::string render_tune_text(const TuneReport& report, const TextOptions& options) {
  TextPage page(options);
  page.line(head_of(report));
  for (const TuneSearch& search : report.searches) {
    const std::string end = painted(tune_words::verdict_of(search), search.end, page.color());
    page.line();
    page.line(name_of(search) + end);
    page.labelled("  ", tune_words::answer(report, search) + ".");
    const std::string advice = tune_words::advice(report, search);
    if (!advice.empty()) page.labelled("  ", advice + ".");
    page.line();
    for (std::size_t b = 0; b < search.curves.size(); ++b) {
      const TuneCurve& curve = search.curves[b];
      page.line(fmt::format("{}, limit {}", tune_words::title(curve), tune_words::limit(curve)));
      page.table(tune_words::curve(report, search, b), tune_words::curve_verdicts(search, b));
      page.labelled("  ", tune_words::line(report, search, curve));
      page.line();
    }
    for (const std::string& failure : search.failures) page.labelled("not valid: ", failure);
  }
  if (report.searches.size() > 1) {
    std::vector<Verdict> ends;
    for (const TuneSearch& search : report.searches) ends.push_back(tune_words::verdict_of(search));
    page.table(tune_words::searches(report), ends);
  }
  page.labelled("load: ", report.load_description);
  page.labelled("environment: ", words::environment_line(report.environment));
  for (const std::string& note : report.notes) page.labelled("note: ", note);
  return page.take();
}

std::string render_tune_markdown(const TuneReport& report) {
  using namespace markdown;
  std::string text = fmt::format("## {}\n\n", escaped(head_of(report)));
  if (report.searches.size() > 1) text += table_of(tune_words::searches(report));
  for (const TuneSearch& search : report.searches) {
    text += fmt::format("{} **{}{}.**\n\n", sign(tune_words::verdict_of(search)), escaped(name_of(search)),
                        escaped(tune_words::answer(report, search)));
    const std::string advice = tune_words::advice(report, search);
    if (!advice.empty()) text += escaped(advice) + ".\n\n";
    for (std::size_t b = 0; b < search.curves.size(); ++b) {
      const TuneCurve& curve = search.curves[b];
      text += fmt::format("{}, limit {}\n\n", escaped(tune_words::title(curve)), escaped(tune_words::limit(curve)));
      text += table_of(tune_words::curve(report, search, b));
      text += escaped(tune_words::line(report, search, curve)) + "\n\n";
    }
    text += list_of(not_valid(search));
  }
  std::vector<std::string> about{"load: " + report.load_description,
                                 "environment: " + words::environment_line(report.environment)};
  about.insert(about.end(), report.notes.begin(), report.notes.end());
  return text + list_of(about);
}

}  // namespace tracetax
