#include "reports/reports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/table.h"
#include "reports/words.h"

namespace tracetax {
namespace {

using testing::HasSubstr;
using testing::Not;

Result one_budget(Verdict verdict, double estimate, double low, double high) {
  Result r;
  r.name = "x";
  r.verdict = verdict;
  Comparison c;
  c.metric = "latency.p50";
  c.control = "off";
  c.treatment = "ratio10";
  c.control_value = 1.727e6;
  c.treatment_value = c.control_value * (1 + estimate);
  c.absolute = {c.control_value * estimate, c.control_value * low, c.control_value * high};
  c.relative = Estimate{estimate, low, high};
  c.blocks = 10;
  r.comparisons = {c};
  r.budgets = {{.metric = "latency.p50",
                .arm = "ratio10",
                .limit = 0.05,
                .relative = true,
                .estimate = estimate,
                .low = low,
                .high = high,
                .verdict = verdict}};
  return r;
}

TEST(Words, WhatRunsElsewhereIsSaidNextToTheServicesAndHasNoNumbers) {
  Result r = one_budget(Verdict::within, 0.01, 0.005, 0.015);
  EXPECT_TRUE(words::outside(r).empty());
  ServiceSummary here{.name = "tools", .processes = 1, .cpu_ns = 5'000'000, .cpu_per_call_ns = 5'000};
  ServiceSummary away{.name = "tools", .measured = "outside"};
  r.arms = {{.name = "off", .role = "control", .services = {here}},
            {.name = "o|n", .role = "treatment", .services = {away}}};
  EXPECT_THAT(
      words::outside(r),
      testing::ElementsAre(testing::StartsWith("tools runs elsewhere in o|n: it is measured from outside only")));
  EXPECT_THAT(render_text(r, {}), HasSubstr("tools runs elsewhere in o|n"));
  const std::string markdown = render_markdown(r);
  EXPECT_THAT(markdown, HasSubstr("tools runs elsewhere in o\\|n"));
  EXPECT_THAT(markdown, HasSubstr("| tools | outside |"));
  EXPECT_THAT(write_result_json(r), HasSubstr("\"measured\": \"outside\""));
  EXPECT_EQ(read_result_json(write_result_json(r)).arms.at(1).services.at(0).measured, "outside");
  r.arms[0].services = {away};
  EXPECT_THAT(words::outside(r), testing::ElementsAre(testing::StartsWith("tools runs elsewhere: ")));
}

TEST(Words, TheHeadlineIsASentenceWithItsInterval) {
  EXPECT_EQ(
      words::headline(one_budget(Verdict::within, 0.011, 0.009, 0.014)),
      "ratio10 adds 19.0 µs (+1.10 %, 95 % interval +0.90 to +1.40 %) to the median call: within the budget of 5 %.");
  EXPECT_EQ(
      words::headline(one_budget(Verdict::within, -0.011, -0.014, -0.009)),
      "ratio10 takes 19.0 µs (-1.10 %, 95 % interval -1.40 to -0.90 %) off the median call: within the budget of 5 %.");
  EXPECT_THAT(words::headline(one_budget(Verdict::inconclusive, 0.05, 0.01, 0.09)), HasSubstr("the data cannot say"));
  EXPECT_THAT(words::headline(one_budget(Verdict::exceeded, 0.08, 0.07, 0.09)), HasSubstr("over the budget of 5 %"));
}

TEST(Words, ARunWithoutBudgetsClaimsNothing) {
  Result r;
  EXPECT_THAT(words::headline(r), HasSubstr("no verdict"));
  r.valid = false;
  r.failures = {"gateway died"};
  EXPECT_EQ(words::headline(r), "The run is not valid: gateway died");
}

TEST(Words, NumbersHaveTheirUnits) {
  EXPECT_EQ(words::interval("latency.p50", 16e3, 23e3), "+16.0 to +23.0 µs");
  EXPECT_EQ(words::interval("latency.p50", -400, 1.2e6), "+0.00 to +1.20 ms");
  EXPECT_EQ(words::difference("error_rate", 0.001), "+0.10 pp");
  EXPECT_EQ(words::difference("memory", -2.2e6), "-2.20 MB");
  EXPECT_EQ(words::value("throughput", 399.12), "399 /s");
  EXPECT_EQ(words::metric_title("latency.p99_9"), "latency p99.9");
  EXPECT_EQ(words::metric_title("cpu_per_call", "gateway"), "CPU per call, gateway");
  EXPECT_EQ(words::metric_title("spans_lost"), "spans lost");
}

TEST(Words, SumsAddUpInTheLine) {
  EXPECT_EQ(words::calls_line({.planned = 12031, .ok = 12030, .timed_out = 1}),
            "12,031 planned = 12,030 ok + 1 timed out");
  ArmSummary arm;
  EXPECT_EQ(words::spans_line(arm), "none started");
  arm.spans = {.started = 1000, .sampled = 100, .received = 99};
  EXPECT_EQ(words::spans_line(arm), "1,000 started = 900 not sampled + 99 received + 1 lost");
  arm.services = {{.name = "router", .spans = {.started = 1000, .sampled = 100, .received = 99}},
                  {.name = "theirs", .spans = {.received = 7}}};
  arm.spans = {.started = 1007, .sampled = 107, .received = 106};
  EXPECT_THAT(words::spans_line(arm),
              testing::StartsWith("1,007 started = 900 not sampled + 106 received + 1 lost; theirs "));
}

TEST(Table, CountsSignsAndNotBytes) {
  EXPECT_EQ(display_width("19 µs ± –"), 9U);
  const Table table{.header = {"a", "n", "v"}, .rows = {{"µ", "1", "ok"}, {"long", "100", "no"}}};
  const auto widths = column_widths(table);
  EXPECT_EQ(aligned_row(table, widths, table.rows[0]), "µ       1  ok");
  EXPECT_EQ(aligned_row(table, widths, table.rows[1]), "long  100  no");
}

TEST(Wrapped, BreaksBetweenWordsAndIndents) {
  EXPECT_EQ(wrapped("one two three", 9, 2), "one two\n  three");
  EXPECT_EQ(wrapped("unbreakable", 4, 0), "unbreakable");
  EXPECT_EQ(wrapped("it adds 19.0 µs (+1.1 %, of 2 blocks)", 13, 0), "it adds\n19.0 µs\n(+1.1 %, of 2\nblocks)");
}

TEST(Names, CannotBecomeMarkup) {
  Result r = one_budget(Verdict::within, 0.011, 0.009, 0.014);
  const std::string evil = "<script>alert('1')</script>\"&";
  r.name = r.description = r.scenario_file = r.load_description = evil;
  r.comparisons[0].treatment = r.budgets[0].arm = evil;
  r.budgets[0].detail = evil;
  r.warnings = r.failures = {evil};
  for (const bool valid : {true, false}) {
    r.valid = valid;
    EXPECT_THAT(render_junit(r), Not(HasSubstr("<script")));
    EXPECT_THAT(render_markdown(r), Not(HasSubstr("<script")));
  }
}

TEST(Xml, ForbiddenCharactersAreReplaced) {
  EXPECT_EQ(escape_xml("a\x01"
                       "b\n<&>\"'"),
            "a\xEF\xBF\xBD"
            "b\n&lt;&amp;&gt;&quot;&#39;");
}

TEST(Junit, CountsWhatItHolds) {
  EXPECT_THAT(render_junit(one_budget(Verdict::within, 0.011, 0.009, 0.014)),
              HasSubstr(R"(tests="1" failures="0" errors="0" skipped="0")"));
  EXPECT_THAT(render_junit(one_budget(Verdict::inconclusive, 0.05, 0.01, 0.09)),
              HasSubstr(R"(tests="1" failures="0" errors="0" skipped="1")"));
  Result broken = one_budget(Verdict::exceeded, 0.08, 0.07, 0.09);
  broken.valid = false;
  EXPECT_THAT(render_junit(broken), HasSubstr(R"(tests="2" failures="1" errors="1" skipped="0")"));
}

TEST(Csv, QuotesWhatNeedsIt) {
  Result r = one_budget(Verdict::within, 0.011, 0.009, 0.014);
  r.comparisons[0].treatment = "a,\"b\"";
  EXPECT_THAT(render_csv(r), HasSubstr("latency.p50,,blocks,off,\"a,\"\"b\"\"\",1727000,"));
}

TEST(Text, ColoursOnlyWhenAsked) {
  const Result r = one_budget(Verdict::within, 0.011, 0.009, 0.014);
  EXPECT_THAT(render_text(r), Not(HasSubstr("\x1b")));
  EXPECT_THAT(render_text(r, {.color = true}), HasSubstr("\x1b[1;32mwithin\x1b[0m"));
}

}  // namespace
}  // namespace tracetax
