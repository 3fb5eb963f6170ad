// For machines: JUnit XML as CI systems read it (testsuites > testsuite > testcase), CSV as RFC 4180 has it.

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/base/time.h"
#include "reports/junit_parts.h"
#include "reports/reports.h"
#include "reports/words.h"

namespace tracetax {
namespace {

// A cell is quoted when it must be; quotes in it are doubled.
std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

}  // namespace

std::string render_junit(const Result& result) {
  using namespace junit;
  std::string cases;
  std::size_t failures = 0;
  std::size_t skipped = 0;
  const auto count = [&](Verdict verdict) {
    failures += verdict == Verdict::exceeded ? 1 : 0;
    skipped += verdict == Verdict::inconclusive ? 1 : 0;
  };
  for (const BudgetResult& budget : result.budgets) {
    count(budget.verdict);
    const std::string why = words::explanation(result, budget);
    cases += test_case(
        "budget", fmt::format("{} of {} at most {}", words::metric_title(budget), budget.arm, words::limit(budget)),
        result.name, budget.verdict, words::sentence(result, budget) + (why.empty() ? "" : " " + why));
  }
  for (const CheckResult& check : result.checks) {
    count(check.verdict);
    cases += test_case("check", words::check_title(check), result.name, check.verdict, check.detail);
  }
  std::size_t tests = result.budgets.size() + result.checks.size();
  if (!result.valid) {
    ++tests;
    cases += "    <testcase" + attribute("classname", result.name + ".run") + attribute("name", "the run is valid") +
             attribute("time", "0") + ">\n      <error" + attribute("type", "invalid") +
             attribute("message", words::headline(result)) + "/>\n    </testcase>\n";
  }
  const std::string counts = fmt::format(" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3f}\"",
                                         tests, failures, result.valid ? 0 : 1, skipped, to_seconds(result.duration));
  std::string timestamp = format_utc(result.started_at_unix_s);
  timestamp.pop_back();  // JUnit's schema has no zone
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + attribute("name", "tracetax") +
                     counts + ">\n  <testsuite" + attribute("name", result.name) + counts +
                     attribute("timestamp", timestamp) + attribute("hostname", result.environment.host) +
                     ">\n    <properties>\n";
  text += property("verdict", result.valid ? to_string(result.verdict) : "not valid");
  text += property("seed", std::to_string(result.seed));
  text += property("blocks", fmt::format("{} of {}", result.blocks_done, result.blocks_planned));
  text += property("load", result.load_description);
  text += property("machine", words::environment_line(result.environment));
  for (const std::string& warning : result.warnings) text += property("warning", warning);
  return text + "    </properties>\n" + cases + "  </testsuite>\n</testsuites>\n";
}

std::string render_csv(const Result& result) {
  std::string text =
      "metric,service,phase,control,treatment,control_value,treatment_value,absolute_estimate,absolute_low,absolute_"
      "high,"
      "relative_estimate,relative_low,relative_high,confidence,blocks\r\n";
  for (const Comparison& c : result.comparisons) {
    text += fmt::format("{},{},{},{},{},{},{},{},{},{},", csv_cell(c.metric), csv_cell(c.service),
                        csv_cell(std::string(to_string(c.phase))), csv_cell(c.control), csv_cell(c.treatment),
                        c.control_value, c.treatment_value, c.absolute.estimate, c.absolute.low, c.absolute.high);
    text += c.relative ? fmt::format("{},{},{},", c.relative->estimate, c.relative->low, c.relative->high) : ",,,";
    text += fmt::format("{},{}\r\n", c.confidence, c.blocks);
  }
  return text;
}

}  // namespace tracetax
