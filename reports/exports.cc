// For machines: JUnit XML as CI systems read it (testsuites > testsuite > testcase), CSV as RFC 4180 has it.

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/base/time.h"
#include "reports/csv_parts.h"
#include "reports/junit_parts.h"
#include "reports/reports.h"
#include "reports/words.h"

namespace tracetax {

std::string render_junit(const Result& result, Inconclusive inconclusive) {
  junit::Suite suite;
  suite.name = result.name;
  suite.host = result.environment.host;
  suite.started_at_unix_s = result.started_at_unix_s;
  suite.seconds = to_seconds(result.duration);
  suite.properties = {{"verdict", result.valid ? std::string(to_string(result.verdict)) : "not valid"},
                      {"seed", std::to_string(result.seed)},
                      {"blocks", fmt::format("{} of {}", result.blocks_done, result.blocks_planned)},
                      {"load", result.load_description},
                      {"machine", words::environment_line(result.environment)}};
  for (const std::string& warning : result.warnings) suite.properties.emplace_back("warning", warning);
  for (const BudgetResult& budget : result.budgets) {
    const std::string why = words::explanation(result, budget);
    suite.cases.push_back(
        {"budget", fmt::format("{} of {} at most {}", words::metric_title(budget), budget.arm, words::limit(budget)),
         budget.verdict, words::sentence(result, budget) + (why.empty() ? "" : " " + why)});
  }
  for (const CheckResult& check : result.checks)
    suite.cases.push_back({"check", words::check_title(check), check.verdict, check.detail});
  if (result.strict) {
    const bool doubted = !result.doubts.empty();
    suite.cases.push_back({"run", "the numbers are not in doubt", doubted ? Verdict::inconclusive : Verdict::within,
                           doubted ? fmt::format("{}", fmt::join(result.doubts, "; ")) : "no doubts"});
  }
  if (!result.valid) suite.cases.push_back({"run", "the run is valid", std::nullopt, words::headline(result)});
  return junit::document(suite, inconclusive);
}

std::string render_csv(const Result& result) {
  std::string text =
      "metric,service,phase,control,treatment,control_value,treatment_value,absolute_estimate,absolute_low,absolute_"
      "high,"
      "relative_estimate,relative_low,relative_high,confidence,blocks\r\n";
  for (const Comparison& c : result.comparisons) {
    text += fmt::format("{},{},{},{},{},{},{},{},{},{},", csv::cell(c.metric), csv::cell(c.service),
                        csv::cell(std::string(to_string(c.phase))), csv::cell(c.control), csv::cell(c.treatment),
                        c.control_value, c.treatment_value, c.absolute.estimate, c.absolute.low, c.absolute.high);
    text += c.relative ? fmt::format("{},{},{},", c.relative->estimate, c.relative->low, c.relative->high) : ",,,";
    text += fmt::format("{},{}\r\n", c.confidence, c.blocks);
  }
  return text;
}

}  // namespace tracetax
