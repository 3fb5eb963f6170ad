#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "reports/growth.h"
#include "reports/history.h"
#include "reports/overlay.h"
#include "tests/support/made_history.h"
#include "tests/support/made_result.h"

namespace tracetax {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* hostile = "<script>alert(1)</script>|`*\"";

// Sentences are wrapped where a line ends.
std::string unwrapped(const std::string& text) {
  std::string line;
  for (const char c : text) {
    if (c != ' ' && c != '\n') {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  return line;
}

HistoryReport risen() {
  return make_history(made::days(24, [](std::size_t i) { return i < 14 ? 0.01 : 0.03; }), {});
}

TEST(HistoryWords, SayWhenByHowMuchAndWhatToDo) {
  const std::string text = unwrapped(render_history_text(risen()));
  EXPECT_THAT(text, HasSubstr("What on adds to the median call rose by"));
  EXPECT_THAT(text, HasSubstr("between 2026-01-15T10:15:00Z (000000ec0ffe) and 2026-01-16T10:15:00Z (000000fc0ffe)"));
  EXPECT_THAT(text, HasSubstr("git log 000000ec0ffe..000000fc0ffe"));
  EXPECT_THAT(text, HasSubstr("tracetax compare results/14 results/15"));
  EXPECT_THAT(text, HasSubstr("--since 2026-01-16T10:15:00Z"));
}

TEST(HistoryWords, SayHowManyResultsAreNeeded) {
  const HistoryReport few = make_history(made::days(5, [](std::size_t) { return 0.01; }), {});
  EXPECT_THAT(unwrapped(render_history_text(few)), HasSubstr("5 results, and a change can be seen from 8 on"));
  const HistoryReport none = make_history({}, {});
  EXPECT_THAT(unwrapped(render_history_text(none)), HasSubstr("no result that can stand in a series"));
  std::vector<DatedResult> without = made::days(5, [](std::size_t) { return 0.01; });
  for (DatedResult& one : without) one.result.budgets.clear();
  EXPECT_THAT(unwrapped(render_history_text(make_history(without, {}))), HasSubstr("there is no verdict"));
}

// Two overheads of two arms over `n` days.
HistoryReport four_series(std::size_t n) {
  std::vector<DatedResult> results = made::days(n, [](std::size_t) { return 0.01; });
  made::add_cpu(results, [](std::size_t) { return 0.01; });
  for (DatedResult& one : results) {
    for (std::size_t i = one.result.comparisons.size(); i-- > 0;) {
      one.result.comparisons.push_back(Comparison(one.result.comparisons[i]));
      one.result.comparisons.back().treatment = "other";
    }
    for (std::size_t i = one.result.budgets.size(); i-- > 0;) {
      one.result.budgets.push_back(BudgetResult(one.result.budgets[i]));
      one.result.budgets.back().arm = "other";
    }
  }
  return make_history(results, {});
}

TEST(HistoryWords, ManySeriesThatSayNothingAreOneRow) {
  const HistoryReport few = four_series(5);
  ASSERT_EQ(few.series.size(), 4u);
  for (const std::string& text : {unwrapped(render_history_text(few)), render_history_markdown(few)})
    EXPECT_THAT(text, HasSubstr("all 4 overheads"));
  const HistoryReport enough = four_series(24);
  ASSERT_EQ(enough.series.size(), 4u);
  for (const std::string& text : {unwrapped(render_history_text(enough)), render_history_markdown(enough)})
    EXPECT_THAT(text, Not(HasSubstr("all 4 overheads")));
}

TEST(HistoryWords, ARowOfTheCsvIsAPoint) {
  const std::string csv = render_history_csv(risen());
  EXPECT_EQ(std::ranges::count(csv, '\n'), 25);
  EXPECT_THAT(csv, HasSubstr("2026-01-16T10:15:00Z,results/15,000000fc0ffee,9,"));
  EXPECT_THAT(csv, HasSubstr(",rise,"));
}

TEST(Documents, AreJsonInWhichNothingEndsTheScript) {
  std::vector<DatedResult> results = made::days(24, [](std::size_t i) { return i < 14 ? 0.01 : 0.03; });
  for (DatedResult& one : results) {
    one.source = hostile;
    one.result.name = hostile;
    one.result.comparisons[0].treatment = one.result.budgets[0].arm = hostile;
    one.result.environment.host = hostile;
    one.result.seed = 18'446'744'073'709'551'615ULL;
  }
  const HistoryReport report = make_history(results, {});
  const Overlay overlay = make_overlay({{hostile, results[0].result}, {hostile, results[20].result}});
  GrowthReport growth;
  growth.name = growth.baseline.source = growth.later.source = hostile;
  growth.notes = {hostile};
  for (const std::string& page :
       {render_history_html(report), render_overlay_html(overlay), render_growth_html(growth)}) {
    EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
    const std::string begin = "<script type=\"application/json\" id=\"page\">";
    ASSERT_THAT(page, HasSubstr(begin));
  }
  const nlohmann::json document = nlohmann::json::parse(history_document(report));
  EXPECT_EQ(document.at("kind"), "history");
  EXPECT_EQ(document.at("report").at("families")[0].at("name"), hostile);
  EXPECT_EQ(document.at("report").at("families")[0].at("results")[0].at("seed"), "18446744073709551615");
  EXPECT_EQ(document.at("words").at("series").size(), 1U);
  EXPECT_EQ(nlohmann::json::parse(overlay_document(overlay)).at("kind"), "overlay");
  EXPECT_EQ(nlohmann::json::parse(comparison_document(growth)).at("kind"), "comparison");
  for (const std::string& text : {render_history_markdown(report), render_overlay_markdown(overlay)}) {
    EXPECT_THAT(text, Not(HasSubstr("<script>")));
  }
}

}  // namespace
}  // namespace tracetax
