#include "reports/model.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "reports/markdown_parts.h"
#include "reports/text_parts.h"
#include "reports/words.h"

namespace tracetax {
namespace {

std::string title(const CostOf& cost) {
  return words::metric_title(cost.metric, "", cost.phase) + ", treatment − control";
}

std::string interval_head(const CostReport& report) {
  return fmt::format("{:.3g} % interval", report.confidence * 100);
}

Table settings(const CostReport& report) {
  Table table;
  table.header = {"arm", "result", "calls/s", "spans started", "spans sampled", "bytes exported"};
  table.left_columns = 2;
  table.last_left = false;
  for (const CostSetting& s : report.settings) {
    table.rows.push_back({s.arm, s.source, fmt::format("{:.4g}", s.rate_per_s), fmt::format("{:.3f}", s.started),
                          fmt::format("{:.3f}", s.sampled), fmt::format("{:.0f}", s.bytes)});
  }
  return table;
}

Table coefficients(const CostReport& report, const CostOf& cost) {
  Table table;
  table.header = {"for each", "cost", interval_head(report)};
  table.last_left = false;
  for (const CostCoefficient& c : cost.coefficients) {
    table.rows.push_back({c.term == "each call" ? "call" : c.term, words::difference(cost.metric, c.coefficient),
                          words::interval(cost.metric, c.low, c.high)});
  }
  return table;
}

Table points(const CostReport& report, const CostOf& cost) {
  Table table;
  table.header = {"arm", "measured", "model", interval_head(report), ""};
  for (const CostFitted& p : cost.points) {
    table.rows.push_back({report.settings.at(p.setting).arm, words::difference(cost.metric, p.measured),
                          words::difference(cost.metric, p.fitted), words::interval(cost.metric, p.low, p.high),
                          !p.held_out ? ""
                          : p.inside  ? "held out: inside"
                                      : "held out: OUTSIDE"});
  }
  return table;
}

// A cost a call at that many calls a second: "0.0123 cores", "41.2 kB /s". Empty: the metric does not add up.
std::string each_second(const CostOf& cost, const CostPredicted& p) {
  if (cost.metric == "cpu_per_call") return fmt::format("{:.3g} cores", p.cost * p.rate_per_s / 1e9);
  if (cost.metric == "network_per_call") return words::value("network_per_call", p.cost * p.rate_per_s) + "/s";
  return "–";
}

Table predictions(const CostReport& report, const CostOf& cost) {
  Table table;
  table.header = {"asked", "cost", interval_head(report), "at calls/s", "each second", ""};
  for (const CostPredicted& p : cost.predictions) {
    table.rows.push_back({p.text, words::difference(cost.metric, p.cost), words::interval(cost.metric, p.low, p.high),
                          fmt::format("{:.4g}", p.rate_per_s), each_second(cost, p),
                          p.inside ? "" : "beyond what was measured"});
  }
  return table;
}

std::vector<std::string> remarks(const CostOf& cost) {
  std::vector<std::string> texts;
  if (!cost.fitted) return {"no model: " + cost.detail};
  for (const std::string& term : cost.collinear) {
    texts.push_back(
        fmt::format("`{}` is left out: in these arms it goes with the other terms, and its cost is in theirs; arms in "
                    "which they differ could tell them apart",
                    term));
  }
  for (const std::string& pair : cost.entangled) {
    texts.push_back(pair + " can hardly be told apart in these arms: believe what they cost together, not each alone");
  }
  texts.push_back(fmt::format("lack of fit: χ² = {:.3g} on {} degrees of freedom, p = {:.2g}{}", cost.chi_squared,
                              cost.residual_degrees, cost.lack_of_fit,
                              cost.lack_of_fit < 0.05 ? ": the model does not describe these arms" : ""));
  if (cost.widened > 1) texts.push_back(fmt::format("all errors are widened by {:.2f} for it", cost.widened));
  return texts;
}

}  // namespace

std::string render_cost_text(const CostReport& report, const TextOptions& options) {
  TextPage page(options);
  page.line("What tracing does in a call");
  page.table(settings(report));
  for (const CostOf& cost : report.costs) {
    page.line(title(cost));
    if (cost.fitted) {
      page.table(coefficients(report, cost));
      page.table(points(report, cost));
      if (!cost.predictions.empty()) page.table(predictions(report, cost));
    }
    for (const std::string& remark : remarks(cost)) page.labelled("  ", remark);
    page.line();
  }
  for (const std::string& note : report.notes) page.labelled("note: ", note);
  return page.take();
}

std::string render_cost_markdown(const CostReport& report) {
  using namespace markdown;
  std::string text = "## What tracing costs, by what it does\n\n" + table_of(settings(report));
  for (const CostOf& cost : report.costs) {
    text += fmt::format("### {}\n\n", escaped(title(cost)));
    if (cost.fitted) {
      text += table_of(coefficients(report, cost)) + table_of(predictions(report, cost)) +
              folded("Every arm", table_of(points(report, cost)));
    }
    text += list_of(remarks(cost));
  }
  return text + list_of(report.notes);
}

}  // namespace tracetax
