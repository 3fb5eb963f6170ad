#include "reports/junit_parts.h"

#include <fmt/format.h>

#include "reports/table.h"

namespace tracetax::junit {

std::string attribute(std::string_view name, std::string_view value) {
  return fmt::format(" {}=\"{}\"", name, escape_xml(value));
}

std::string test_case(const std::string& kind, const std::string& name, const std::string& suite, Verdict verdict,
                      const std::string& message) {
  std::string text =
      "    <testcase" + attribute("classname", suite + "." + kind) + attribute("name", name) + attribute("time", "0");
  switch (verdict) {
    case Verdict::within:
      return text + ">\n      <system-out>" + escape_xml(message) + "</system-out>\n    </testcase>\n";
    case Verdict::exceeded:
      return text + ">\n      <failure" + attribute("type", "exceeded") + attribute("message", message) +
             "/>\n    </testcase>\n";
    case Verdict::inconclusive:
      return text + ">\n      <skipped" + attribute("message", "inconclusive: " + message) + "/>\n    </testcase>\n";
  }
  return text;
}

std::string property(std::string_view name, std::string_view value) {
  return "      <property" + attribute("name", name) + attribute("value", value) + "/>\n";
}

}  // namespace tracetax::junit
