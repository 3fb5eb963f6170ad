#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/markdown_parts.h"
#include "reports/reports.h"
#include "tests/golden/reports/sample_result.h"

namespace tracetax {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// Cells of a table's line: bars that are not escaped, less the two at its ends.
std::ptrdiff_t cells_of(const std::string& line) {
  std::ptrdiff_t bars = 0;
  for (std::size_t i = 0; i < line.size(); ++i) bars += line[i] == '|' && (i == 0 || line[i - 1] != '\\') ? 1 : 0;
  return bars - 1;
}

TEST(Markdown, NamesStayText) {
  EXPECT_EQ(markdown::escaped("<script>alert(1)</script>"), "&lt;script&gt;alert(1)&lt;/script&gt;");
  EXPECT_EQ(markdown::escaped("a|b`c`*d*_e_[f](g)~h~#1"), R"(a\|b\`c\`\*d\*\_e\_\[f\](g)\~h\~\#1)");
  EXPECT_EQ(markdown::escaped("&lt;b&gt;"), "&amp;lt;b&amp;gt;");
  EXPECT_EQ(markdown::escaped("@team $x$"), "<span>@</span>team <span>$</span>x<span>$</span>");
  EXPECT_EQ(markdown::escaped("a\nb\rc"), "a b c");
  EXPECT_EQ(markdown::escaped("a\\|b"), R"(a\\\|b)");
  EXPECT_EQ(markdown::escaped("\x1b[31m"), "\xEF\xBF\xBD\\[31m");
}

TEST(Markdown, ItemsBeginNoOtherBlock) {
  EXPECT_EQ(markdown::list_of({"- a", "+ b", "1. c", "12) d", "    e", "=", "2 f", ""}),
            "- \\- a\n- \\+ b\n- 1\\. c\n- 12\\) d\n- e\n- \\=\n- 2 f\n- \n\n");
}

// Within HTML nothing is Markdown, so a backslash would be seen.
TEST(Markdown, SummariesAreHtml) {
  EXPECT_EQ(markdown::folded("a|b <c>", "x\n\n"), "<details><summary>a|b &lt;c&gt;</summary>\n\nx\n\n</details>\n\n");
  EXPECT_EQ(markdown::folded("a", ""), "");
}

TEST(Markdown, BeginsWithTheVerdictAndItsSentence) {
  const auto lines = lines_of(render_markdown(sample_result()));
  EXPECT_EQ(lines.at(0), "## ❌ bridge-quickstart: exceeded");
  EXPECT_THAT(lines.at(2), StartsWith("**full &lt;b&gt;\"&amp;\\|\\* adds 140 µs (+6.33 %, 95 % interval"));
  EXPECT_EQ(lines.at(4), "7 budgets and 2 checks: 4 within, 2 exceeded, 3 inconclusive.");
}

TEST(Markdown, EveryRowHasTheCellsOfItsHeader) {
  Result hostile = sample_result();
  for (BudgetResult& budget : hostile.budgets) budget.arm = "a|b\\|c`d\n|e";
  for (const Result& result : {sample_result(), broken_result(), hostile}) {
    std::ptrdiff_t cells = 0;
    bool in_code = false;
    for (const std::string& line : lines_of(render_markdown(result))) {
      in_code ^= line.starts_with("```");
      if (!line.starts_with("|")) {
        cells = 0;
        continue;
      }
      if (cells == 0) cells = cells_of(line);
      EXPECT_EQ(cells_of(line), cells) << line;
    }
    EXPECT_FALSE(in_code);
  }
}

TEST(Markdown, DetailsOpenAndCloseWithBlankLinesAroundWhatIsInThem) {
  const auto lines = lines_of(render_markdown(sample_result()));
  int open = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].starts_with("<details>")) {
      EXPECT_EQ(++open, 1);
      EXPECT_EQ(lines.at(i + 1), "");
    }
    if (lines[i] == "</details>") {
      EXPECT_EQ(--open, 0);
      EXPECT_EQ(lines.at(i - 1), "");
    }
  }
  EXPECT_EQ(open, 0);
}

// GitHub drops a summary of more than 1 MiB whole.
TEST(Markdown, StaysBelowGithubsLimitAndSaysWhatItLeftOut) {
  Result large = sample_result();
  const Comparison cost = large.comparisons.front();
  for (int i = 0; i < 40'000; ++i) {
    large.comparisons.push_back(cost);
    large.comparisons.back().service = "service-" + std::to_string(i);
  }
  std::string text = render_markdown(large);
  EXPECT_LE(text.size(), markdown::summary_limit);
  EXPECT_THAT(text, HasSubstr("Left out, since a job summary may have no more than 1 MiB: “What ratio10 costs”"));
  EXPECT_THAT(text, HasSubstr("Arms and services"));

  for (int i = 0; i < 20'000; ++i) large.budgets.push_back(large.budgets.front());
  text = render_markdown(large);
  EXPECT_LE(text.size(), markdown::summary_limit);
  EXPECT_THAT(text, HasSubstr("rows of the table of budgets"));
  EXPECT_THAT(render_markdown(sample_result()), Not(HasSubstr("Left out")));
}

}  // namespace
}  // namespace tracetax
