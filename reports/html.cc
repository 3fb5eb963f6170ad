#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "reports/html_parts.h"
#include "reports/reports.h"
#include "reports/sections.h"
#include "reports/table.h"
#include "reports/words.h"

namespace tracetax {
namespace {

// Everything that comes from a scenario, a service or the machine goes through here.
std::string e(std::string_view text) {
  return escape_xml(text);
}

std::string badge(Verdict verdict) {
  return fmt::format(R"(<span class="badge {0}">{0}</span>)", to_string(verdict));
}

std::string cell(const std::string& content, std::string_view kind = "", const std::string& sub = {}) {
  const std::string extra = sub.empty() ? "" : "<span class=\"sub\">" + e(sub) + "</span>";
  return fmt::format("<td{}>{}{}</td>", kind.empty() ? "" : fmt::format(" class=\"{}\"", kind), e(content), extra);
}

std::string fact(const std::string& name, const std::string& value) {
  return value.empty() ? "" : fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", e(name), e(value));
}

std::string section(const std::string& title, const std::string& hint, const std::string& content) {
  if (content.empty()) return {};
  return fmt::format("<section>\n<h2>{}</h2>\n<p class=\"hint\">{}</p>\n{}\n</section>\n", e(title), e(hint), content);
}

std::string header_row(const std::vector<std::string>& names, std::size_t left) {
  std::string row = "<tr>";
  for (std::size_t i = 0; i < names.size(); ++i)
    row += fmt::format("<th{}>{}</th>", i < left ? " class=\"l\"" : "", e(names[i]));
  return row + "</tr>\n";
}

std::string in_scroll(const std::string& rows) {
  return "<div class=\"scroll\"><table>\n" + rows + "</table></div>\n";
}

std::string plain_table(const Table& table) {
  if (table.rows.empty()) return {};
  std::string rows = header_row(table.header, table.left_columns);
  for (const auto& row : table.rows) {
    rows += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i)
      rows += cell(row[i], i == 0 ? "l name" : i < table.left_columns ? "l" : "");
    rows += "</tr>\n";
  }
  return in_scroll(rows);
}

std::string why_row(const std::string& why, std::size_t columns) {
  return why.empty() ? "" : fmt::format("<tr class=\"why\"><td colspan=\"{}\">{}</td></tr>\n", columns, e(why));
}

std::string top(const Result& result) {
  const std::string state = result.valid ? std::string(to_string(result.verdict)) : "invalid";
  std::string text =
      fmt::format("<header class=\"{}\">\n<div class=\"top\"><h1>{}</h1><span class=\"badge big\">{}</span></div>\n",
                  state, e(result.name), result.valid ? state : "not valid");
  if (!result.description.empty()) text += "<p class=\"soft\">" + e(result.description) + "</p>\n";
  text += "<p class=\"headline\">" + e(words::headline(result)) + "</p>\n";
  if (!result.budgets.empty() || !result.checks.empty())
    text += "<p class=\"soft\">" + e(words::tally(result)) + "</p>\n";
  text += "<dl class=\"facts\">";
  text += fact("load", result.load_description);
  text += fact("blocks", fmt::format("{} of {}{}", result.blocks_done, result.blocks_planned,
                                     result.stopped == "decided" ? ", all decided" : ""));
  text += fact("window", format_duration(result.window_s * 1e9));
  text += fact("launches", std::to_string(result.launches));
  text += fact("confidence", words::confidence(result));
  text += fact("seed", std::to_string(result.seed));
  return text + "</dl>\n</header>\n";
}

std::string notes(const std::string& title, std::string_view state, const std::vector<std::string>& texts) {
  if (texts.empty()) return {};
  std::string text = fmt::format("<section class=\"{}\">\n<h2>{}</h2>\n<ul class=\"notes\">\n", state, e(title));
  for (const std::string& one : texts) text += "<li>" + e(one) + "</li>\n";
  return text + "</ul>\n</section>\n";
}

std::string budgets(const Result& result) {
  if (result.budgets.empty()) return {};
  std::string rows = header_row({"budget", "control", "treatment", "change", words::confidence(result) + " interval",
                                 "limit", "interval against limit", "verdict"},
                                1);
  for (const BudgetResult& budget : result.budgets) {
    const Comparison* comparison = words::comparison_of(result, budget);
    const std::string why = words::explanation(result, budget);
    rows += fmt::format("<tr class=\"{}{}\">", to_string(budget.verdict), why.empty() ? "" : " has-why");
    rows += cell(words::metric_title(budget), "l name", budget.arm);
    rows += cell(comparison ? words::value(budget.metric, comparison->control_value) : "–", "",
                 comparison ? comparison->control : "");
    rows += cell(comparison ? words::value(budget.metric, comparison->treatment_value) : "–", "",
                 comparison ? fmt::format("{} blocks", comparison->blocks) : "");
    rows += cell(words::budget_estimate(budget)) + cell(words::budget_interval(budget)) + cell(words::limit(budget));
    rows += "<td>" + html::budget_bar(budget) + "</td><td>" + badge(budget.verdict) + "</td></tr>\n";
    rows += why_row(why, 8);
  }
  return in_scroll(rows);
}

std::string checks(const Result& result) {
  if (result.checks.empty()) return {};
  std::string rows =
      header_row({"check", "expected", "observed", "95 % interval", "interval against expectation", "verdict"}, 1);
  for (const CheckResult& check : result.checks) {
    CheckResult unnamed = check;
    unnamed.arm.clear();
    rows += fmt::format("<tr class=\"{}{}\">", to_string(check.verdict), check.detail.empty() ? "" : " has-why");
    rows += cell(words::check_title(unnamed), "l name", check.arm);
    rows += cell(words::check_expected(check)) + cell(words::check_value(check, check.observed));
    rows += cell(words::check_interval(check));
    rows += "<td>" + html::check_bar(check) + "</td><td>" + badge(check.verdict) + "</td></tr>\n";
    rows += why_row(check.detail, 6);
  }
  return in_scroll(rows);
}

// Which verdict's colour an interval has without a budget: only whether it leaves out 0.
std::string_view side_of(const Comparison& c) {
  const Estimate& shown = c.relative ? *c.relative : c.absolute;
  return shown.low <= 0 && shown.high >= 0 ? "neutral" : "clear";
}

std::string cost_rows(const Result& result, const std::string& treatment, bool of_services) {
  double reach = 0;
  for (const Comparison& c : result.comparisons) {
    if (c.treatment == treatment && c.relative && c.service.empty() != of_services)
      reach = std::max({reach, std::fabs(c.relative->low), std::fabs(c.relative->high)});
  }
  std::string rows;
  const std::string interval = words::confidence(result) + " interval";
  for (const Comparison& c : result.comparisons) {
    if (c.treatment != treatment || c.service.empty() == of_services) continue;
    if (rows.empty())
      rows = header_row({"metric", c.control, treatment, "change", interval, "relative", interval, ""}, 1);
    rows += fmt::format("<tr class=\"{}\">", side_of(c)) + cell(words::metric_title(c), "l name");
    rows += cell(words::value(c.metric, c.control_value)) + cell(words::value(c.metric, c.treatment_value));
    rows += cell(words::difference(c.metric, c.absolute.estimate));
    rows += cell(words::interval(c.metric, c.absolute.low, c.absolute.high), "soft");
    rows += cell(c.relative ? words::relative(c.relative->estimate) : "–");
    rows += cell(c.relative ? words::relative_interval(c.relative->low, c.relative->high) : "–", "soft");
    rows += "<td>" + (c.relative ? html::change_bar(*c.relative, reach) : "") + "</td></tr>\n";
  }
  return rows.empty() ? rows : in_scroll(rows);
}

std::string costs(const Result& result) {
  std::string text;
  for (const ArmSummary& arm : result.arms) {
    const std::string whole = cost_rows(result, arm.name, false);
    if (whole.empty()) continue;
    const auto blocks = std::ranges::find(result.comparisons, arm.name, &Comparison::treatment)->blocks;
    text += fmt::format("<h3>{} <span class=\"soft\">· {} blocks</span></h3>\n", e(arm.name), blocks) + whole;
    const std::string services = cost_rows(result, arm.name, true);
    if (!services.empty()) text += "<details><summary>per service</summary>\n" + services + "</details>\n";
  }
  return text;
}

std::string accounts(const Result& result) {
  std::string text = "<dl class=\"sums\">\n";
  for (const ArmSummary& arm : result.arms) {
    text += fmt::format("<div><dt>{}</dt><dd>calls: {}</dd><dd>spans: {}</dd></div>\n", e(arm.name),
                        e(words::calls_line(arm.calls)), e(words::spans_line(arm.spans)));
  }
  return text + "</dl>\n";
}

std::string how_to_read(const Result& result) {
  const std::string level = words::confidence(result);
  const std::vector<std::pair<std::string, std::string>> entries{
      {"within", "The whole interval lies at or below the limit. Nothing to do."},
      {"exceeded",
       "The whole interval lies above the limit, also after correcting for the number of budgets (Holm). Act: the "
       "treatment costs more than you accept."},
      {"inconclusive",
       "The interval holds the limit: the data cannot say. It is not a pass. More blocks, longer windows or a "
       "quieter machine narrow it; the line under the budget says about how many blocks."},
      {"change and interval",
       "Each block runs every arm once on the same calls; the change is the mean over the blocks of treatment "
       "minus control (relative: of the ratio). In " +
           level +
           " of such experiments the interval holds the true "
           "value. Blocks are the sample, not calls: calls of one window share their luck."},
      {"the bars",
       "Dashed: no change. Solid: the limit, green up to it. The dot is the estimate, the bar its interval."},
      {"latency", words::latency_caption(result) + "."},
      {"calls and spans",
       "They must add up. A span that was lost was never paid for: that arm looks cheaper than it is."},
  };
  std::string text = "<dl class=\"read\">\n";
  for (const auto& [word, meaning] : entries) text += fmt::format("<dt>{}</dt><dd>{}</dd>\n", e(word), e(meaning));
  return text + "</dl>\n";
}

std::string environment(const Result& result) {
  const Environment& env = result.environment;
  std::string text = "<dl class=\"facts\" style=\"border:0;padding:0;margin:0\">";
  text += fact("host", env.host) + fact("processor", env.cpu) +
          fact("cores", env.cores > 0 ? std::to_string(env.cores) : "");
  text += fact("memory", env.memory_bytes > 0 ? format_bytes(static_cast<double>(env.memory_bytes)) : "");
  text += fact("kernel", env.kernel) + fact("compiler", env.compiler) + fact("build", env.build_type);
  for (const auto& [name, version] : env.versions) text += fact(name, version);
  return text + "</dl>\n";
}

}  // namespace

std::string render_html(const Result& result) {
  std::string page = html::page_start(result.name);
  page += top(result);
  page += notes("Failures", "exceeded", result.failures);
  page += section("Budgets", "What each treatment may cost at most, against the control, and what it does cost.",
                  budgets(result));
  page += section("Checks", "Whether the traces that arrived are those that were asked for.", checks(result));
  page += notes("Before you believe the numbers", "inconclusive", result.warnings);
  page +=
      section("What tracing costs",
              "Every metric, treatment against control, block by block. Blue intervals leave out 0; grey ones do not.",
              costs(result));
  std::string latency = html::latency_chart(result);
  if (!latency.empty()) latency = "<div class=\"scroll\">" + latency + "</div>\n";
  page += section("Latency of the arms", words::latency_caption(result) + ". All windows together.",
                  latency + plain_table(sections::arms(result)));
  page += section(
      "Services",
      "From the kernel, over the windows and the flush that ends each. The sink is never charged to the system.",
      plain_table(sections::services(result)));
  if (const Table audit = sections::generator(result); !audit.rows.empty()) {
    page +=
        section("The generator's own audit",
                "Whether the load was the one that was asked for, as the first hop saw it. The generator " +
                    (result.pacing.reason.empty() ? std::string("slept between calls") : result.pacing.reason) + ".",
                plain_table(audit));
  }
  page += section("Accounts", "Nothing disappears: every planned call and every started span is somewhere.",
                  accounts(result));
  page += section("How to read this", "", how_to_read(result));
  page += section("Environment", "Numbers of another machine are other numbers.", environment(result));
  page += fmt::format("<footer>{} · {} · started {}</footer>\n", e(words::plan_line(result)), e(result.scenario_file),
                      format_utc(result.started_at_unix_s));
  return page + "</main>\n</body>\n</html>\n";
}

}  // namespace tracetax
