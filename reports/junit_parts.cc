#include "reports/junit_parts.h"

#include <algorithm>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "reports/table.h"

namespace tracetax::junit {
namespace {

enum class Outcome { passed, failed, skipped, broken };

Outcome outcome_of(const Case& one, Inconclusive inconclusive) {
  if (!one.verdict) return Outcome::broken;
  switch (*one.verdict) {
    case Verdict::within:
      return Outcome::passed;
    case Verdict::exceeded:
      return Outcome::failed;
    case Verdict::inconclusive:
      break;
  }
  return inconclusive == Inconclusive::failure ? Outcome::failed : Outcome::skipped;
}

std::string attribute(std::string_view name, std::string_view value) {
  return fmt::format(" {}=\"{}\"", name, escape_xml(value));
}

// Both schemas want names that are not empty.
std::string or_else(const std::string& text, const char* instead) {
  return text.empty() ? instead : text;
}

std::string element_of(const Suite& suite, const Case& one, Inconclusive inconclusive) {
  const Outcome outcome = outcome_of(one, inconclusive);
  const std::string head = "    <testcase" + attribute("classname", or_else(suite.name, "tracetax") + "." + one.kind) +
                           attribute("name", one.name) + attribute("time", "0");
  if (outcome == Outcome::passed) return head + "/>\n";
  const bool undecided = one.verdict == Verdict::inconclusive;
  const std::string message = (undecided ? "inconclusive: " : "") + one.message;
  std::string child;
  if (outcome == Outcome::skipped) {
    child = "<skipped" + attribute("message", message) + "/>";
  } else {
    // Some readers show the attribute, others the text.
    const char* const name = outcome == Outcome::broken ? "error" : "failure";
    const char* const type = outcome == Outcome::broken ? "invalid" : undecided ? "inconclusive" : "exceeded";
    child = fmt::format("<{}{}{}>{}</{}>", name, attribute("type", type), attribute("message", message),
                        escape_xml(message), name);
  }
  return head + ">\n      " + child + "\n    </testcase>\n";
}

}  // namespace

std::string document(const Suite& suite, Inconclusive inconclusive) {
  const auto count = [&](Outcome outcome) {
    return std::ranges::count_if(suite.cases, [&](const Case& c) { return outcome_of(c, inconclusive) == outcome; });
  };
  std::string timestamp = format_utc(suite.started_at_unix_s);
  timestamp.pop_back();  // Ant's schema has no zone
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite" +
                     attribute("name", or_else(suite.name, "tracetax")) + attribute("package", "tracetax") +
                     attribute("id", "0") + attribute("timestamp", timestamp) +
                     attribute("hostname", or_else(suite.host, "localhost"));
  text += fmt::format(" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3f}\">\n    <properties>\n",
                      suite.cases.size(), count(Outcome::failed), count(Outcome::broken), count(Outcome::skipped),
                      suite.seconds);
  for (const auto& [name, value] : suite.properties)
    text += "      <property" + attribute("name", name) + attribute("value", value) + "/>\n";
  text += "    </properties>\n";
  std::string passed;
  for (const Case& one : suite.cases) {
    text += element_of(suite, one, inconclusive);
    if (outcome_of(one, inconclusive) == Outcome::passed) passed += one.name + ": " + one.message + "\n";
  }
  text += "    <system-out>" + escape_xml(passed) + "</system-out>\n    <system-err></system-err>\n";
  return text + "  </testsuite>\n</testsuites>\n";
}

}  // namespace tracetax::junit
