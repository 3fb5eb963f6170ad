#include "reports/tune.h"

#include <gtest/gtest.h>

#include "reports/model.h"
#include "tests/support/made_result.h"

namespace tracetax {
namespace {

TunePoint point(double x, const std::string& value, double overhead, Verdict verdict) {
  TunePoint point;
  point.folder = "probes/00";
  point.value = value;
  point.x = x;
  point.blocks = 8;
  BudgetResult budget = made::budget("latency.p50", 0.05, true);
  budget.estimate = overhead;
  budget.low = overhead - 0.004;
  budget.high = overhead + 0.004;
  budget.verdict = verdict;
  point.budgets = {budget};
  return point;
}

TuneReport report(const std::string& end) {
  TuneReport report;
  report.name = "made";
  report.knob = "arms.on.tracing.sampler.ratio";
  report.low = "0.001";
  report.high = "1";
  report.load_description = "open loop, poisson 400/s, 2 sessions";
  TuneSearch search;
  search.end = end;
  search.points = {point(1, "1", 0.21, Verdict::exceeded), point(0.2, "0.2", 0.05, Verdict::inconclusive)};
  TuneCurve curve;
  curve.metric = "latency.p50";
  curve.limit = 0.05;
  curve.relative = curve.fitted = true;
  curve.intercept = 0.01;
  curve.slope = 0.2;
  curve.crossing = 0.2;
  curve.safe = 0.183;
  curve.unsafe = 0.217;
  curve.used = 2;
  search.curves = {curve};
  search.crossing = 0.2;
  search.safe = 0.183;
  search.unsafe = 0.217;
  search.answer = "0.183";
  search.x = 0.183;
  search.confirmed = true;
  search.width = 1 - 0.183 / 0.217;
  search.duration = std::chrono::minutes(5);
  search.needed = std::chrono::minutes(15);
  report.searches = {search};
  return report;
}

TEST(TuneReportText, SaysTheAnswerItsIntervalAndWhatWouldSharpenIt) {
  const std::string text = render_tune_text(report("found"));
  EXPECT_NE(text.find("0.183 keeps the budget; the largest is about 0.2 (95 % interval 0.183 to 0.217)"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("at most 16 % below what is possible (5 min of probes); about 15 min more"), std::string::npos)
      << text;
  EXPECT_NE(text.find("+1.00 % at 0, +2.00 % for each 0.1"), std::string::npos) << text;
  // By value, not in the order of measuring.
  EXPECT_LT(text.find("\n0.2 "), text.find("\n1 ")) << text;
}

TEST(TuneReportText, SaysWhyThereIsNoAnswer) {
  TuneReport none = report("none within");
  none.searches[0].answer.clear();
  EXPECT_NE(render_tune_text(none).find("even the lowest value, 0.001, breaks a budget"), std::string::npos);
  EXPECT_NE(render_tune_text(report("not monotone")).find("means nothing"), std::string::npos);
  TuneReport broken = report("not valid");
  broken.searches[0].failures = {"probes/03: gateway died"};
  EXPECT_NE(render_tune_text(broken).find("not valid: probes/03: gateway died"), std::string::npos);
  TuneReport open = report("max time");
  open.searches[0].answer.clear();
  open.searches[0].safe.reset();
  open.searches[0].width = 1;
  EXPECT_NE(render_tune_text(open).find("no value is known to keep the budget"), std::string::npos);
  EXPECT_NE(render_tune_text(open).find("longer windows or more blocks"), std::string::npos);
}

TEST(TuneReportText, SaysWhenTheAnswerRestsOnALineAlone) {
  TuneReport cut = report("max time");
  EXPECT_EQ(render_tune_text(cut).find("straight line"), std::string::npos);
  cut.searches[0].confirmed = false;
  EXPECT_NE(render_tune_text(cut).find("straight line"), std::string::npos);
}

TEST(TuneReportText, SeveralRatesAreATable) {
  TuneReport two = report("found");
  two.searches.push_back(two.searches[0]);
  two.searches[0].rate = "100/s";
  two.searches[1].rate = "1000/s";
  for (const std::string& text : {render_tune_text(two), render_tune_markdown(two)}) {
    EXPECT_NE(text.find("keeps the budgets"), std::string::npos);
    EXPECT_NE(text.find("1000/s"), std::string::npos);
  }
}

TEST(TuneReport, TheWorstSearchIsTheExitCode) {
  EXPECT_EQ(exit_code(report("found")), 0);
  EXPECT_EQ(exit_code(report("all within")), 0);
  EXPECT_EQ(exit_code(report("max time")), 3);
  EXPECT_EQ(exit_code(report("undecided")), 3);
  EXPECT_EQ(exit_code(report("not monotone")), 3);
  EXPECT_EQ(exit_code(report("none within")), 1);
  EXPECT_EQ(exit_code(report("interrupted")), 130);
  TuneReport mixed = report("found");
  mixed.searches.push_back(report("none within").searches[0]);
  EXPECT_EQ(exit_code(mixed), 1);
  mixed.searches.push_back(report("not valid").searches[0]);
  EXPECT_EQ(exit_code(mixed), 4);
}

TEST(CostReportText, SaysWhatIsLeftOutAndWhatLiesOutside) {
  CostReport report;
  report.settings = {{"out/m", "all-10", 200, 17, 17, 6970}, {"out/m", "half-10", 200, 17, 8.5, 3485}};
  CostOf cost;
  cost.metric = "cpu_per_call";
  cost.fitted = true;
  cost.entangled = {"`span sampled` and `byte exported`"};
  cost.coefficients = {{"each call", 20e3, 2e3, 15e3, 25e3}, {"span sampled", 900, 50, 800, 1000}};
  cost.collinear = {"byte exported"};
  cost.lack_of_fit = 0.01;
  cost.widened = 1.8;
  cost.residual_degrees = 9;
  cost.points = {{1, true, 50e3, 1e3, 30e3, 27e3, 33e3, false}};
  cost.predictions = {{"ratio=1,spans=99", 1, 99, 99, 4e4, 400, 110e3, 100e3, 120e3, false}};
  CostOf none;
  none.metric = "latency.p50";
  none.detail = "too few arms";
  report.costs = {cost, none};
  for (const std::string& text : {render_cost_text(report), render_cost_markdown(report)}) {
    EXPECT_NE(text.find("byte exported"), std::string::npos);
    EXPECT_NE(text.find("hardly be told apart"), std::string::npos);
    EXPECT_NE(text.find("held out: OUTSIDE"), std::string::npos);
    EXPECT_NE(text.find("beyond what was measured"), std::string::npos);
    EXPECT_NE(text.find("does not describe these arms"), std::string::npos);
    EXPECT_NE(text.find("0.044 cores"), std::string::npos);
    EXPECT_NE(text.find("no model: too few arms"), std::string::npos);
  }
}

}  // namespace
}  // namespace tracetax
