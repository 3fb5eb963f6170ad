#include "tests/support/junit_schema.h"

#include <map>
#include <regex>
#include <sstream>

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>

namespace tracetax::test {
namespace {

using boost::property_tree::ptree;

// What a value has to look like. `token`: xs:token collapses blanks, so any text will do; `name`: one that is not
// empty.
const std::map<std::string, std::regex>& forms() {
  static const std::map<std::string, std::regex> all{
      {"text", std::regex(R"([\s\S]*)")},
      {"name", std::regex(R"([\s\S]*\S[\s\S]*)")},
      {"int", std::regex(R"([+-]?\d{1,9})")},
      // xs:decimal, and what Surefire's pattern in the other schema takes: digits by threes with commas or none.
      {"decimal", std::regex(R"(\d+(\.\d*)?)")},
      {"time", std::regex(R"(\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d)")}};
  return all;
}

struct Attribute {
  std::string form;
  bool required = true;
};

// Children in this order.
struct Child {
  std::string element;
  std::size_t least = 0, most = 1;
};

struct Element {
  std::map<std::string, Attribute> attributes{};
  std::vector<Child> children{};
  bool one_child_at_most = false;  // a choice among the children
  bool text = false;
};

constexpr std::size_t any = 1'000'000;

const std::map<std::string, Element>& schema() {
  static const Attribute required_text{"text"};
  static const Element told{{{"message", {"text", false}}, {"type", required_text}}, {}, false, true};
  static const std::map<std::string, Element> all{
      {"testsuites", {{}, {{"testsuite", 0, any}}}},
      {"testsuite",
       {{{"name", {"name"}},
         {"package", {"text"}},
         {"id", {"int"}},
         {"timestamp", {"time"}},
         {"hostname", {"name"}},
         {"tests", {"int"}},
         {"failures", {"int"}},
         {"errors", {"int"}},
         {"skipped", {"int", false}},
         {"time", {"decimal"}}},
        {{"properties", 1, 1}, {"testcase", 0, any}, {"system-out", 1, 1}, {"system-err", 1, 1}}}},
      {"properties", {{}, {{"property", 0, any}}}},
      {"property", {{{"name", {"name"}}, {"value", {"text"}}}, {}}},
      {"testcase",
       {{{"name", {"text"}}, {"classname", {"text"}}, {"time", {"decimal"}}},
        {{"skipped", 0, 1}, {"error", 0, 1}, {"failure", 0, 1}},
        true}},
      {"error", told},
      {"failure", told},
      {"skipped", {{{"message", {"text", false}}, {"type", {"text", false}}}, {}, false, true}},
      {"system-out", {{}, {}, false, true}},
      {"system-err", {{}, {}, false, true}}};
  return all;
}

class Checker {
 public:
  void check(const std::string& name, const ptree& tree) {
    const auto rule = schema().find(name);
    if (rule == schema().end()) return fault(name, "no such element");
    const Element& element = rule->second;
    check_attributes(name, element, tree);
    check_children(name, element, tree);
    if (!element.text && tree.data().find_first_not_of(" \n\t") != std::string::npos) fault(name, "text in it");
    if (name == "testsuite") check_counts(tree);
  }
  std::vector<std::string> take() { return std::move(faults_); }

 private:
  void fault(const std::string& element, const std::string& what) { faults_.push_back(element + ": " + what); }

  void check_attributes(const std::string& name, const Element& element, const ptree& tree) {
    const auto given = tree.get_child_optional("<xmlattr>");
    for (const auto& [attribute, rule] : element.attributes) {
      const auto value = given ? given->get_optional<std::string>(attribute) : boost::none;
      if (!value && rule.required) fault(name, "no " + attribute);
      if (value && !std::regex_match(*value, forms().at(rule.form))) fault(name, attribute + "=\"" + *value + "\"");
    }
    if (!given) return;
    for (const auto& [attribute, value] : *given) {
      if (!element.attributes.contains(attribute)) fault(name, "an attribute " + attribute);
    }
  }

  void check_children(const std::string& name, const Element& element, const ptree& tree) {
    std::size_t place = 0;
    std::size_t all = 0;
    std::map<std::string, std::size_t> seen;
    for (const auto& [child, subtree] : tree) {
      if (child == "<xmlattr>") continue;
      ++all;
      while (place < element.children.size() && element.children[place].element != child) ++place;
      if (place == element.children.size()) {
        fault(name, "no place for " + child);
        place = 0;
      }
      ++seen[child];
      check(child, subtree);
    }
    if (element.one_child_at_most && all > 1) fault(name, "more than one child");
    for (const Child& child : element.children) {
      if (seen[child.element] < child.least) fault(name, "no " + child.element);
      if (seen[child.element] > child.most) fault(name, "too many of " + child.element);
    }
  }

  // No schema can say it, and every reader relies on it.
  void check_counts(const ptree& suite) {
    std::map<std::string, int> seen;
    for (const auto& [child, one] : suite) {
      if (child != "testcase") continue;
      ++seen["tests"];
      if (one.count("failure") > 0) ++seen["failures"];
      if (one.count("error") > 0) ++seen["errors"];
      if (one.count("skipped") > 0) ++seen["skipped"];
    }
    for (const char* count : {"tests", "failures", "errors", "skipped"}) {
      if (suite.get<int>(std::string("<xmlattr>.") + count, 0) != seen[count])
        fault("testsuite", count + std::string(" is wrong"));
    }
  }

  std::vector<std::string> faults_{};
};

}  // namespace

std::vector<std::string> junit_faults(const std::string& xml) {
  ptree document;
  std::istringstream in(xml);
  try {
    boost::property_tree::read_xml(in, document);
  } catch (const boost::property_tree::xml_parser_error& error) {
    return {std::string("no XML: ") + error.what()};
  }
  if (document.size() != 1 || document.front().first != "testsuites") return {"the root must be testsuites"};
  Checker checker;
  checker.check("testsuites", document.front().second);
  return checker.take();
}

}  // namespace tracetax::test
