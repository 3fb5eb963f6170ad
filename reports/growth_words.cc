#include "reports/growth_words.h"

#include <algorithm>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/results/version_pairs.h"
#include "harness/scenario/metric.h"
#include "reports/sections.h"
#include "reports/words.h"

namespace tracetax::growth_words {
namespace {

std::string amount(const GrowthBudget& budget, double x) {
  return budget.relative ? words::relative(x) : words::difference(budget.metric, x);
}

std::string interval(const GrowthBudget& budget) {
  return budget.relative ? words::relative_interval(budget.low, budget.high)
                         : words::interval(budget.metric, budget.low, budget.high);
}

std::string without_sign(std::string text) {
  if (text.starts_with('+') || text.starts_with('-')) text.erase(0, 1);
  return text;
}

std::string confidence(const GrowthReport& report) {
  return fmt::format("{:.4g} %", report.confidence * 100);
}

}  // namespace

std::string allowed(const GrowthBudget& budget) {
  return words::limit(budget.metric, budget.allowed, budget.relative);
}

std::string metric_title(const GrowthBudget& budget) {
  return words::metric_title(budget.metric, budget.service, budget.phase);
}

std::string sentence(const GrowthReport& report, const GrowthBudget& budget) {
  const std::string cost = words::phrase(budget.metric, budget.service);
  if (!budget.measured) return fmt::format("How {} of {} changed is not known: {}.", cost, budget.arm, budget.detail);
  const MetricInfo* metric = find_metric(budget.metric);
  const bool higher_is_worse = !metric || metric->higher_is_worse;
  const std::string end = budget.verdict == Verdict::within     ? "within the "
                          : budget.verdict == Verdict::exceeded ? "more than the "
                                                                : "the data cannot say whether that is within the ";
  return fmt::format("What {} {} {} {} by {}{} ({} interval {}): {}{} that one change may add.", budget.arm,
                     higher_is_worse ? "adds to" : "takes off", cost, budget.estimate >= 0 ? "grew" : "fell",
                     without_sign(amount(budget, budget.estimate)), budget.relative ? " of the control's" : "",
                     confidence(report), interval(budget), end, without_sign(allowed(budget)));
}

std::string headline(const GrowthReport& report) {
  if (!report.valid) return "One of the two results is not valid, so that nothing follows from them.";
  for (const GrowthBudget& budget : report.budgets) {
    if (budget.verdict == report.verdict) return sentence(report, budget);
  }
  return report.budgets.empty() ? "There is no budget, so there is no verdict: what may grow has to be said first."
                                : "Every growth is within what one change may add, but the numbers are in doubt.";
}

std::string tally(const GrowthReport& report) {
  std::string text = fmt::format("{} budget{}", report.budgets.size(), report.budgets.size() == 1 ? "" : "s");
  std::string separator = ": ";
  for (const Verdict verdict : {Verdict::within, Verdict::exceeded, Verdict::inconclusive}) {
    const auto n = std::ranges::count(report.budgets, verdict, &GrowthBudget::verdict);
    if (n == 0) continue;
    text += separator + fmt::format("{} {}", n, to_string(verdict));
    separator = ", ";
  }
  return text + fmt::format(". One change may use up {:.4g} % of a budget.", report.allow * 100);
}

std::string explanation(const GrowthReport& report, const GrowthBudget& budget) {
  if (budget.verdict != Verdict::inconclusive || !budget.measured) return budget.detail;
  std::string text = fmt::format("{} and {} blocks resolve ± {}", report.baseline.blocks, report.later.blocks,
                                 without_sign(amount(budget, (budget.high - budget.low) / 2)));
  if (budget.blocks_needed > 0) {
    text += fmt::format("; about {} blocks of the new result would decide it", budget.blocks_needed);
  } else if (budget.blocks_needed_each > 0) {
    text += fmt::format("; the baseline alone is too uncertain for it: about {} blocks in both would decide it",
                        budget.blocks_needed_each);
  } else {
    text += "; the estimate lies too near what is allowed to say how many would decide it";
  }
  return budget.detail.empty() ? text : budget.detail + "; " + text;
}

std::vector<std::string> act(const GrowthReport& report) {
  if (!report.valid)
    return {"Measure the result that is not valid again: its report says what failed. Nothing here is an answer."};
  std::vector<std::string> texts;
  const auto any = [&](Verdict verdict) {
    return std::ranges::any_of(report.budgets, [&](const GrowthBudget& b) { return b.verdict == verdict; });
  };
  if (report.budgets.empty()) texts.emplace_back("Give the scenario budgets: without a limit no growth is too much.");
  if (any(Verdict::exceeded))
    texts.emplace_back(
        "Act: the change adds more than one change may. Look at what it does on the way of a call, or, where the cost "
        "is "
        "meant, let it be with --allow and measure a new baseline.");
  if (any(Verdict::inconclusive))
    texts.emplace_back(
        "An inconclusive growth is not a pass: repeat with more blocks (the line under the budget says about how "
        "many), "
        "or on a quieter machine.");
  if (report.forced) texts.emplace_back("The machines differ: believe a growth only after both were measured on one.");
  if (texts.empty()) texts.emplace_back("Nothing to do: every growth is within what one change may add.");
  return texts;
}

std::string identity(const ComparedResult& result) {
  std::string text =
      fmt::format("{}, {}, {} blocks", result.source, format_utc(result.started_at_unix_s), result.blocks);
  const auto version = result.environment.versions.find("tracetax");
  if (version != result.environment.versions.end()) text += ", tracetax " + version->second;
  if (!result.environment.host.empty()) text += ", on " + result.environment.host;
  return text;
}

Table budgets(const GrowthReport& report) {
  Table table;
  table.header = {"cost", "arm", "before", "now", "growth", confidence(report) + " interval", "allowed", "verdict"};
  table.left_columns = 2;
  table.foldable = {2, 3};
  for (const GrowthBudget& b : report.budgets) {
    const auto known = [&](const std::string& text) { return b.measured ? text : std::string("–"); };
    table.rows.push_back({metric_title(b), b.arm, known(amount(b, b.before)), known(amount(b, b.now)),
                          known(amount(b, b.estimate)), known(interval(b)), allowed(b),
                          std::string(to_string(b.verdict))});
  }
  return table;
}

Table machines(const GrowthReport& report) {
  Table table;
  table.header = {"machine or version", "baseline", "result", "difference"};
  table.left_columns = 3;
  const Environment& before = report.baseline.environment;
  const Environment& now = report.later.environment;
  const auto add = [&](const std::string& what, const std::string& a, const std::string& b) {
    if (a.empty() && b.empty()) return;
    table.rows.push_back({what, a.empty() ? "–" : a, b.empty() ? "–" : b, a == b ? "" : "differs"});
  };
  const auto cores = [](const Environment& e) { return e.cores > 0 ? std::to_string(e.cores) : std::string{}; };
  add("host", before.host, now.host);
  add("processor", before.cpu, now.cpu);
  add("cores", cores(before), cores(now));
  add("kernel", before.kernel, now.kernel);
  add("compiler", before.compiler, now.compiler);
  add("build", before.build_type, now.build_type);
  for (const auto& [name, was, is] : version_pairs(before, now)) add(name, was, is);
  return table;
}

Table growths(const GrowthReport& report, const std::string& treatment, Detail detail) {
  Table table;
  table.last_left = false;
  table.with_previous = {4, 6};
  const std::string interval = confidence(report) + " interval";
  table.header = {"cost of " + treatment, "before", "now", "growth", interval, "relative", interval};
  for (const Growth& g : report.growths) {
    if (g.treatment != treatment || (detail == Detail::main && !(g.service.empty() && sections::is_main(g.metric))))
      continue;
    table.rows.push_back({words::metric_title(g.metric, g.service, g.phase),
                          words::difference(g.metric, g.before.estimate), words::difference(g.metric, g.now.estimate),
                          words::difference(g.metric, g.absolute.estimate),
                          words::interval(g.metric, g.absolute.low, g.absolute.high),
                          g.relative ? words::relative(g.relative->estimate) : "–",
                          g.relative ? words::relative_interval(g.relative->low, g.relative->high) : "–"});
  }
  return table;
}

std::vector<std::string> treatments(const GrowthReport& report) {
  std::vector<std::string> names;
  for (const Growth& g : report.growths) {
    if (std::ranges::find(names, g.treatment) == names.end()) names.push_back(g.treatment);
  }
  return names;
}

}  // namespace tracetax::growth_words
