#include <algorithm>

#include <fmt/format.h>

#include "reports/reports.h"
#include "reports/sections.h"
#include "reports/text_parts.h"
#include "reports/words.h"

namespace tracetax {
namespace {

std::string verdict_of(const Result& result, bool color) {
  const std::string verdict = result.valid ? std::string(to_string(result.verdict)) : "not valid";
  return painted(result.valid ? result.verdict : Verdict::exceeded, verdict, color);
}

void title(TextPage& text, const Result& result) {
  text.line(fmt::format("{}: {}", visible(result.name), verdict_of(result, text.color())));
  text.labelled("", words::headline(result));
  if (!result.budgets.empty() || !result.checks.empty()) text.labelled("", words::tally(result));
  text.line();
}

void judged(TextPage& text, const Result& result) {
  if (!result.budgets.empty()) {
    std::vector<Verdict> verdicts;
    std::vector<std::string> notes;
    for (const BudgetResult& budget : result.budgets) {
      verdicts.push_back(budget.verdict);
      notes.push_back(words::explanation(result, budget));
    }
    text.table(sections::budgets(result), verdicts, notes);
  }
  if (!result.checks.empty()) {
    std::vector<Verdict> verdicts;
    std::vector<std::string> notes;
    for (const CheckResult& check : result.checks) {
      verdicts.push_back(check.verdict);
      notes.push_back(check.detail);
    }
    text.table(sections::checks(result), verdicts, notes);
  }
}

}  // namespace

std::string render_closing(const Result& result, const TextOptions& options) {
  // Wrapped without its colours, which have no width.
  TextPage plain({.color = false, .width = options.width});
  const std::string verdict = verdict_of(result, false);
  plain.labelled("", verdict + ": " + words::headline(result));
  return verdict_of(result, options.color) + plain.take().substr(verdict.size());
}

std::string render_text(const Result& result, const TextOptions& options) {
  TextPage text(options);
  title(text, result);
  judged(text, result);
  for (const ArmSummary& arm : result.arms) {
    const Table costs = sections::costs(result, arm.name, sections::Detail::main);
    if (costs.rows.empty()) continue;
    text.table(costs);
  }
  text.labelled("", words::latency_caption(result));
  text.table(sections::arms(result));
  std::size_t width = 0;
  for (const ArmSummary& arm : result.arms) width = std::max(width, display_width(arm.name));
  for (const ArmSummary& arm : result.arms) {
    text.named("calls  ", arm.name, width, words::calls_line(arm.calls));
    text.named("spans  ", arm.name, width, words::spans_line(arm));
  }
  for (const std::string& sentence : words::outside(result)) text.labelled("", sentence);
  text.line();
  for (const std::string& failure : result.failures) text.labelled("failure: ", failure);
  for (const std::string& warning : result.warnings) text.labelled("warning: ", warning);
  if (!result.failures.empty() || !result.warnings.empty()) text.line();
  if (!result.load_description.empty()) text.labelled("load: ", result.load_description);
  if (!result.pacing.reason.empty()) text.labelled("pacing: ", result.pacing.reason);
  text.labelled("plan: ", words::plan_line(result));
  text.labelled("machine: ", words::environment_line(result.environment));
  return text.take();
}

}  // namespace tracetax
