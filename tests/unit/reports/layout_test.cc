// Tables and texts on lines of a given width: whatever the names are, nothing is wider and no number is lost.

#include <algorithm>
#include <random>
#include <regex>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/reports.h"
#include "reports/table_layout.h"
#include "tests/golden/reports/sample_result.h"

namespace tracetax {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::size_t widest(const std::vector<LaidOutTable>& tables) {
  std::size_t widest = 0;
  for (const LaidOutTable& table : tables) {
    for (const std::string& line : table.header) widest = std::max(widest, display_width(line));
    for (const LaidOutRow& row : table.rows) {
      for (const std::string& line : row.lines) widest = std::max(widest, display_width(line));
    }
  }
  return widest;
}

std::string all_text(const std::vector<LaidOutTable>& tables) {
  std::string text;
  for (const LaidOutTable& table : tables) {
    for (const LaidOutRow& row : table.rows) {
      for (const std::string& line : row.lines) text += line + "\n";
      text += row.folded + "\n";
    }
  }
  return text;
}

Table budgets(const std::string& arm) {
  Table table;
  table.header = {"budget", "arm", "control", "treatment", "change", "95 % interval", "limit", "verdict"};
  table.left_columns = 2;
  table.foldable = {2, 3};
  table.rows = {
      {"latency p50 (pairs)", arm, "2.24 ms", "2.26 ms", "+0.71 %", "+0.63 to +0.80 %", "+2 %", "within"},
      {"CPU per call, gateway", arm, "150 µs", "167 µs", "+17.0 µs", "+15.0 to +19.0 µs", "+18 µs", "inconclusive"}};
  return table;
}

TEST(Layout, WhatFitsIsLeftAsItIs) {
  const Table table{.header = {"a", "n", "v"}, .rows = {{"µ", "1", "ok"}, {"long", "100", "no"}}};
  const auto tables = lay_out(table, 80);
  ASSERT_EQ(tables.size(), 1U);
  EXPECT_THAT(tables[0].header, ElementsAre("a       n  v"));
  EXPECT_THAT(tables[0].rows[0].lines, ElementsAre("µ       1  ok"));
  EXPECT_THAT(tables[0].rows[1].lines, ElementsAre("long  100  no"));
}

TEST(Layout, FoldableColumnsGoUnderTheirRows) {
  const auto tables = lay_out(budgets("ratio10"), 80);
  ASSERT_EQ(tables.size(), 1U);
  EXPECT_LE(widest(tables), 80U);
  EXPECT_EQ(tables[0].rows[0].folded, "control 2.24 ms, treatment 2.26 ms");
  EXPECT_EQ(tables[0].rows[0].lines.size(), 1U);
  EXPECT_THAT(tables[0].rows[0].lines[0], testing::EndsWith("+2 %  within"));
  EXPECT_THAT(lay_out(budgets("ratio10"), 200)[0].rows[0].folded, "");
}

TEST(Layout, LongNamesAreWrappedAndWhole) {
  const auto tables = lay_out(budgets(std::string(90, 'q')), 80);
  EXPECT_LE(widest(tables), 80U);
  const std::string text = all_text(tables);
  EXPECT_EQ(std::ranges::count(text, 'q'), 2 * 90);
  EXPECT_THAT(text, HasSubstr("+15.0 to +19.0 µs"));
  EXPECT_THAT(text, HasSubstr("inconclusive"));
}

TEST(Layout, WhatCannotFoldIsDealtOutWithItsNames) {
  Table table;
  table.last_left = false;
  table.header = {"arm", "answered", "mean", "p50", "p90", "p95", "p99", "p99.9", "max", "calls/s", "errors"};
  table.rows = {{"untraced", "15,960", "2.26 ms", "2.21 ms", "2.48 ms", "2.69 ms", "3.90 ms", "9.80 ms", "31.0 ms",
                 "399.1", "0.25 %"}};
  const auto tables = lay_out(table, 60);
  ASSERT_GE(tables.size(), 2U);
  EXPECT_LE(widest(tables), 60U);
  for (const LaidOutTable& part : tables) EXPECT_THAT(part.rows[0].lines[0], HasSubstr("untraced"));
  for (const std::string& cell : table.rows[0]) EXPECT_THAT(all_text(tables), HasSubstr(cell));
}

TEST(Layout, AnyTableAtAnyWidth) {
  std::mt19937 draw(7);  // NOLINT: the same tables every time
  const auto up_to = [&](std::size_t n) { return static_cast<std::size_t>(draw()) % (n + 1); };
  for (int round = 0; round < 500; ++round) {
    Table table;
    table.left_columns = 1 + up_to(1);
    table.last_left = up_to(1) == 1;
    const std::size_t columns = table.left_columns + 1 + up_to(8);
    for (std::size_t c = 0; c < columns; ++c) table.header.push_back(std::string(1 + up_to(20), 'h'));
    if (columns > table.left_columns + 2 && up_to(1) == 1) table.foldable = {table.left_columns};
    for (std::size_t r = 0; r < 3; ++r) {
      std::vector<std::string> row;
      for (std::size_t c = 0; c < columns; ++c)
        row.push_back(c < table.left_columns ? std::string(up_to(90), 'n') : std::to_string(1 + draw() % 10'000'000));
      table.rows.push_back(row);
    }
    const std::size_t width = 40 + up_to(100);
    const auto tables = lay_out(table, width);
    EXPECT_LE(widest(tables), width);
    for (const auto& row : table.rows) {
      for (std::size_t c = table.left_columns; c < columns; ++c) EXPECT_THAT(all_text(tables), HasSubstr(row[c]));
    }
  }
}

TEST(Layout, WidthIsCountedInColumns) {
  EXPECT_EQ(display_width("19 µs ± –"), 9U);
  EXPECT_EQ(display_width("日本"), 4U);
  EXPECT_EQ(display_width("e\xCC\x81"), 1U);  // a combining accent
  EXPECT_EQ(display_width("\xFF\xC3"), 2U);   // no UTF-8
  EXPECT_EQ(cut_to("日本語", 5), "日本…");
  EXPECT_EQ(cut_to("abc", 3), "abc");
  EXPECT_EQ(cut_to("abcd", 3), "ab…");
  EXPECT_EQ(head_of("日本", 1), "日");  // a character at least, so that whoever goes on gets to the end
  EXPECT_THAT(wrapped_cell("one two", 5), ElementsAre("one", "two"));
  EXPECT_THAT(wrapped_cell("abcdefgh i", 3), ElementsAre("abc", "def", "gh", "i"));
}

// Every number of the widest report is in the one for 80 columns, which no line is wider than.
TEST(TextReport, FitsAnyTerminalAndLosesNoNumber) {
  Result hostile = sample_result();
  const std::string long_name(70, 'x');
  for (ArmSummary& arm : hostile.arms) {
    if (arm.name == "ratio10") arm.name = long_name;
  }
  for (Comparison& c : hostile.comparisons) {
    if (c.treatment == "ratio10") c.treatment = long_name;
  }
  for (BudgetResult& b : hostile.budgets) {
    if (b.arm == "ratio10") b.arm = long_name;
  }
  for (CheckResult& c : hostile.checks) {
    if (c.arm == "ratio10") c.arm = long_name;
  }
  const std::regex number(R"([+-]?[0-9][0-9.,]*)");
  for (const Result& result : {sample_result(), broken_result(), hostile}) {
    const std::string wide = render_text(result, {.width = unlimited_width});
    for (const std::size_t width : {80U, 100U, 132U}) {
      const std::string text = render_text(result, {.width = width});
      for (const std::string& line : lines_of(text)) EXPECT_LE(display_width(line), width) << line;
      for (auto at = std::sregex_iterator(wide.begin(), wide.end(), number); at != std::sregex_iterator(); ++at)
        EXPECT_THAT(text, HasSubstr(at->str()));
    }
  }
}

TEST(TextReport, NamesCannotMoveTheCursor) {
  Result result = sample_result();
  result.name = "a\x1b[2Jb\nc";
  result.arms[1].name = "x\x1b]0;title\x07y";
  result.warnings = {"arm x\x1b[31m: red"};
  for (const std::string& text : {render_text(result), render_closing(result)}) {
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    EXPECT_THAT(text, Not(HasSubstr("\x07")));
  }
  EXPECT_THAT(render_text(result), HasSubstr("a\xEF\xBF\xBD[2Jb c: "));
}

TEST(TextReport, ClosesWithTheVerdictAndItsSentence) {
  const std::string closing = render_closing(sample_result(), {.width = 80});
  EXPECT_THAT(closing, testing::StartsWith("exceeded: full <b>\"&|* adds 140 µs (+6.33 %, 95 % interval"));
  for (const std::string& line : lines_of(closing)) EXPECT_LE(display_width(line), 80U);
  EXPECT_THAT(render_closing(broken_result()), testing::StartsWith("not valid: The run is not valid: arm ratio10"));
  EXPECT_THAT(render_closing(sample_result(), {.color = true}), testing::StartsWith("\x1b[1;31mexceeded\x1b[0m: "));
}

}  // namespace
}  // namespace tracetax
