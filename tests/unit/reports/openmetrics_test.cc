// OpenMetrics text, held to the specification's own words by a reader that forgives nothing, and to Prometheus'
// programs where they are.

#include "reports/openmetrics.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <sstream>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/golden/reports/sample_result.h"
#include "tests/support/shell.h"
#include "tests/support/temporary_folder.h"

namespace tracetax {
namespace {

using testing::HasSubstr;

struct Sample {
  std::string name;
  std::map<std::string, std::string> labels{};
  double value = 0;
};
struct Family {
  std::string type, unit, help;
  std::vector<Sample> samples{};
};

// The part of OpenMetrics 1.0 ("Text format", "ABNF") that a file of gauges and counters without timestamps may use.
// Throws what is wrong, with the line.
class Reader {
 public:
  explicit Reader(const std::string& text) : text_(text) {}

  std::map<std::string, Family> read() {
    if (!text_.ends_with("# EOF\n")) throw std::runtime_error("does not end with # EOF");
    std::istringstream in(text_);
    for (std::string line; std::getline(in, line);) {
      line_ = line;
      if (ended_) fail("something after # EOF");
      if (line == "# EOF") {
        ended_ = true;
      } else if (line.starts_with("# ")) {
        metadata();
      } else {
        sample();
      }
    }
    return families_;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw std::runtime_error(what + ": " + line_); }

  void metadata() {
    static const std::regex form(R"(# (TYPE|UNIT|HELP) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*))");
    std::smatch parts;
    if (!std::regex_match(line_, parts, form)) fail("no metadata");
    const std::string name = parts[2];
    if (name != current_) {
      if (families_.contains(name)) fail("a family in two places");
      current_ = name;
    }
    Family& family = families_[name];
    if (!family.samples.empty()) fail("metadata after samples");
    std::string& field = parts[1] == "TYPE" ? family.type : parts[1] == "UNIT" ? family.unit : family.help;
    if (!field.empty()) fail("said twice");
    field = parts[3];
    if (parts[1] == "TYPE" && field != "gauge" && field != "counter") fail("a type that is not expected here");
    if (parts[1] == "UNIT" && !name.ends_with("_" + field)) fail("the name must end in the unit");
    if (field.empty()) fail("empty");
  }

  void sample() {
    static const std::regex form(R"re(([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(.*)\})? (\S+))re");
    std::smatch parts;
    if (!std::regex_match(line_, parts, form)) fail("no sample");
    Sample one;
    one.name = parts[1];
    Family& family = families_.at(current_);
    if (one.name != current_ + (family.type == "counter" ? "_total" : "")) fail("a sample of another family");
    one.labels = labels(parts[3]);
    const std::string number = parts[4];
    char* end = nullptr;
    one.value = std::strtod(number.c_str(), &end);
    if (*end != '\0') fail("no number");
    if (family.type == "counter" && !(one.value >= 0)) fail("a counter below 0");
    if (!seen_.insert(one.name + line_.substr(0, line_.rfind(' '))).second) fail("the same labels twice");
    family.samples.push_back(one);
  }

  std::map<std::string, std::string> labels(const std::string& text) const {
    std::map<std::string, std::string> all;
    std::size_t at = 0;
    while (at < text.size()) {
      const std::size_t equals = text.find("=\"", at);
      if (equals == std::string::npos) fail("no label");
      const std::string name = text.substr(at, equals - at);
      static const std::regex label_name("[a-zA-Z_][a-zA-Z0-9_]*");
      if (!std::regex_match(name, label_name)) fail("no name of a label");
      std::string value;
      std::size_t i = equals + 2;
      for (; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] == '\\') {
          ++i;
          if (i >= text.size() || std::string("\\\"n").find(text[i]) == std::string::npos) fail("no such escape");
          value += text[i] == 'n' ? '\n' : text[i];
        } else {
          value += text[i];
        }
      }
      if (i >= text.size()) fail("a value without an end");
      if (!all.emplace(name, value).second) fail("a label twice");
      at = i + 1;
      if (at < text.size() && text[at++] != ',') fail("no comma");
    }
    return all;
  }

  const std::string& text_;
  std::string line_{}, current_{};
  bool ended_ = false;
  std::map<std::string, Family> families_{};
  std::set<std::string> seen_{};
};

std::optional<double> value_of(const std::map<std::string, Family>& families, const std::string& family,
                               const std::map<std::string, std::string>& labels) {
  for (const Sample& sample : families.at(family).samples) {
    bool all = true;
    for (const auto& [name, value] : labels) {
      const auto found = sample.labels.find(name);
      all = all && found != sample.labels.end() && found->second == value;
    }
    if (all) return sample.value;
  }
  return std::nullopt;
}

TEST(OpenMetrics, IsWhatTheSpecificationSays) {
  const std::string text = render_openmetrics(sample_result());
  const auto families = Reader(text).read();
  for (const auto& [name, family] : families) {
    EXPECT_FALSE(family.type.empty()) << name;
    EXPECT_FALSE(family.help.empty()) << name;
    EXPECT_FALSE(family.samples.empty()) << name;
    for (const Sample& sample : family.samples) EXPECT_EQ(sample.labels.at("scenario"), "bridge-quickstart") << name;
  }
}

TEST(OpenMetrics, HasEstimatesBoundsVerdictsAndCountsInBaseUnits) {
  const auto families = Reader(render_openmetrics(sample_result())).read();
  const std::map<std::string, std::string> p50{{"metric", "latency.p50"}, {"arm", "ratio10"}, {"phase", "blocks"}};
  const auto with = [](std::map<std::string, std::string> labels, const std::string& name, const std::string& value) {
    labels[name] = value;
    return labels;
  };
  EXPECT_DOUBLE_EQ(value_of(families, "tracetax_cost_seconds", with(p50, "bound", "estimate")).value(), 19e-6);
  EXPECT_DOUBLE_EQ(value_of(families, "tracetax_cost_seconds", with(p50, "bound", "low")).value(), 16e-6);
  EXPECT_DOUBLE_EQ(value_of(families, "tracetax_cost_seconds", with(p50, "bound", "high")).value(), 22e-6);
  EXPECT_DOUBLE_EQ(value_of(families, "tracetax_budget_overhead_ratio", with(p50, "bound", "limit")).value(), 0.05);
  EXPECT_EQ(value_of(families, "tracetax_budget_verdict", with(p50, "verdict", "within")), 1);
  EXPECT_EQ(value_of(families, "tracetax_budget_verdict", with(p50, "verdict", "exceeded")), 0);
  EXPECT_EQ(value_of(families, "tracetax_run_verdict", {{"verdict", "exceeded"}}), 1);
  EXPECT_EQ(value_of(families, "tracetax_calls", {{"arm", "ratio10"}, {"outcome", "timed_out"}}), 40);
  EXPECT_EQ(value_of(families, "tracetax_spans", {{"arm", "full <b>\"&|*"}, {"fate", "lost"}}), 512);
  EXPECT_EQ(value_of(families, "tracetax_service_memory_bytes", {{"arm", "ratio10"}, {"service", "tools"}}),
            11'900'000);
  EXPECT_EQ(value_of(families, "tracetax_check_verdict", {{"check", "complete_traces"}, {"verdict", "exceeded"}}), 1);
}

TEST(OpenMetrics, LabelsHoldAnyName) {
  Result result = sample_result();
  const std::string evil = "a\\b\"c\n{d=\"e\"} <script>alert(1)</script>";
  result.name = evil;
  result.arms[1].name = evil;
  const auto families = Reader(render_openmetrics(result)).read();
  EXPECT_EQ(families.at("tracetax_run_valid").samples.at(0).labels.at("scenario"), evil);
  EXPECT_EQ(value_of(families, "tracetax_calls", {{"arm", evil}, {"outcome", "ok"}}), 15960);
}

TEST(OpenMetrics, WhatIsAskedTwiceIsToldApart) {
  Result result = sample_result();
  result.checks.push_back(result.checks.front());
  result.budgets.push_back(result.budgets.front());
  EXPECT_NO_THROW(Reader(render_openmetrics(result)).read());
  EXPECT_THAT(render_openmetrics(result), HasSubstr("repeat=\"2\""));
}

TEST(OpenMetrics, ARunWithoutNumbersIsStillOne) {
  const auto families = Reader(render_openmetrics(broken_result())).read();
  EXPECT_EQ(families.at("tracetax_run_valid").samples.at(0).value, 0);
  EXPECT_FALSE(families.contains("tracetax_cost_seconds"));
}

TEST(OpenMetrics, TheReaderForgivesNothing) {
  const std::string good = "# TYPE a gauge\n# HELP a b\na{x=\"1\"} 2\n";
  EXPECT_NO_THROW(Reader(good + "# EOF\n").read());
  for (const std::string& bad :
       {good, good + "# EOF\na 1\n", good + "a{x=\"1\"} 3\n# EOF\n", good + "b 1\n# EOF\n",
        std::string("# TYPE a counter\n# HELP a b\na 1\n# EOF\n"),
        std::string("# TYPE a gauge\n# UNIT a seconds\n# EOF\n"),
        std::string("# TYPE a gauge\na{x=\"\\q\"} 1\n# EOF\n"), std::string("# TYPE a gauge\na one\n# EOF\n")})
    EXPECT_THROW(Reader(bad).read(), std::runtime_error) << bad;
}

// Prometheus' own programs ---------------------------------------------------------------------------------------

bool has_promtool() {
  return test::has_program("promtool");
}

std::string replaced(const std::string& text, const std::string& pattern, const std::string& by) {
  return std::regex_replace(text, std::regex(pattern), by);
}

// `check metrics` reads the older text format, in which a counter's metadata bear the sample's name.
TEST(OpenMetrics, PromtoolFindsNothingToLint) {
  if (!has_promtool()) GTEST_SKIP() << "promtool is not here: scripts/setup.sh --deploy installs it";
  const TemporaryFolder folder;
  std::string text = render_openmetrics(sample_result());
  for (const char* counter :
       {"tracetax_calls", "tracetax_spans", "tracetax_exported_bytes", "tracetax_service_cpu_seconds"})
    text = replaced(text, std::string("# (TYPE|HELP) ") + counter + " ", std::string("# $1 ") + counter + "_total ");
  const test::Told told = test::shell("promtool check metrics < " + folder.write("metrics.txt", text).string());
  EXPECT_EQ(told.code, 0) << told.text;
  EXPECT_EQ(told.text, "");
  // It does find something where there is something to find.
  EXPECT_NE(test::shell("promtool check metrics < " + folder.write("bad.txt", "# TYPE x counter\nx 1\n").string()).code,
            0);
}

// `create-blocks-from openmetrics` has the parser that a server has; it wants to know when.
TEST(OpenMetrics, PrometheusTakesItIn) {
  if (!has_promtool()) GTEST_SKIP() << "promtool is not here: scripts/setup.sh --deploy installs it";
  const TemporaryFolder folder;
  const auto take = [&](const std::string& text) {
    const std::string timed = replaced(text, R"((^|\n)([a-z][^\n]*))", "$1$2 1767348900");
    const auto file = folder.write("timed.txt", timed);
    return test::shell("promtool tsdb create-blocks-from openmetrics " + file.string() + " " +
                       (folder.path() / "db").string());
  };
  const test::Told told = take(render_openmetrics(sample_result()));
  EXPECT_EQ(told.code, 0) << told.text;
  EXPECT_NE(take("# TYPE x gauge\nx{a=\"b\" 1\n# EOF\n").code, 0);
}

}  // namespace
}  // namespace tracetax
