#include <cmath>
#include <stdexcept>

#include <gtest/gtest.h>

#include "harness/search/cost_model.h"
#include "harness/search/cost_report.h"
#include "tests/support/made_result.h"

namespace tracetax {
namespace {

// 20 µs a call, 300 ns a span started, 900 ns a span sampled; a hundredth of that wrong nowhere.
double cost(double started, double sampled) {
  return 20e3 + 300 * started + 900 * sampled;
}

std::vector<CostPoint> matrix(double bytes_per_span = 0) {
  std::vector<CostPoint> points;
  for (const double ratio : {0.0, 0.1, 0.5, 1.0}) {
    for (const double started : {7.0, 17.0, 57.0}) {
      const double sampled = ratio * started;
      points.push_back({0, {1, started, sampled, bytes_per_span * sampled}, cost(started, sampled), 1000, 9, false});
    }
  }
  return points;
}

TEST(CostModel, FindsWhatWasPlanted) {
  const CostModel model = *fit_costs(matrix(), 0.95);
  ASSERT_EQ(model.terms.size(), 3u);  // no bytes at all: no term for them
  EXPECT_NEAR(model.terms[0].coefficient, 20e3, 1e-5);
  EXPECT_NEAR(model.terms[1].coefficient, 300, 1e-6);
  EXPECT_NEAR(model.terms[2].coefficient, 900, 1e-6);
  EXPECT_EQ(model.residual_degrees, 9u);
  EXPECT_EQ(model.widened, 1);
  EXPECT_EQ(model.degrees, 8);
  EXPECT_NEAR(model.predict({1, 27, 0.25 * 27, 0}, 0.95).value, cost(27, 0.25 * 27), 1e-5);
}

TEST(CostModel, SaysThatBytesGoWithSampledSpans) {
  const CostModel model = *fit_costs(matrix(410), 0.95);
  EXPECT_EQ(model.collinear, std::vector<std::size_t>{3});
  ASSERT_EQ(model.terms.size(), 3u);
  EXPECT_NEAR(model.terms[2].coefficient, 900, 1e-6);
}

TEST(CostModel, WhatIsHeldOutIsNotInTheFit) {
  std::vector<CostPoint> points = matrix();
  points[4].held_out = true;
  points[4].value += 1e6;
  const CostModel model = *fit_costs(points, 0.95);
  EXPECT_NEAR(model.terms[1].coefficient, 300, 1e-6);
  const CostPrediction p = model.predict(points[4].row, 0.95, points[4].standard_error);
  EXPECT_FALSE(p.measured.contains(points[4].value));
  EXPECT_TRUE(p.measured.contains(points[4].value - 1e6));
  EXPECT_GT(p.measured.half_width(), p.mean.half_width());
}

TEST(CostModel, MisfitIsSaidAndWidensTheErrors) {
  std::vector<CostPoint> points = matrix();
  for (CostPoint& point : points) point.value += 20 * point.row[1] * point.row[2];  // an interaction
  const CostModel model = *fit_costs(points, 0.95);
  EXPECT_LT(model.lack_of_fit, 0.01);
  EXPECT_NEAR(model.widened, std::sqrt(model.chi_squared / 9), 1e-12);
  EXPECT_GT(model.terms[2].standard_error, 1.5 * std::sqrt(model.fit.covariance[2][2]));
}

TEST(CostModel, TooFewArmsGiveNone) {
  std::vector<CostPoint> points = matrix();
  points.erase(points.begin() + 1, points.end() - 1);  // two arms, three terms
  EXPECT_FALSE(fit_costs(points, 0.95));
  points = matrix();
  points[0].standard_error = 0;  // as certain as the others
  EXPECT_NEAR(fit_costs(points, 0.95)->terms[1].standard_error, fit_costs(matrix(), 0.95)->terms[1].standard_error,
              1e-9);
  for (CostPoint& point : points) point.standard_error = 0;
  EXPECT_FALSE(fit_costs(points, 0.95));
}

// A result with treatments whose CPU per call is what was planted.
NamedResult planted() {
  NamedResult named{"out/m", made::result()};
  Result& result = named.result;
  const ArmSummary control = result.arms.front();
  result.arms = {control};
  result.comparisons.clear();
  int i = 0;
  for (const double ratio : {0.0, 0.5, 1.0}) {
    for (const std::uint64_t spans : {7ULL, 27ULL}) {
      ArmSummary arm = control;
      arm.name = "arm" + std::to_string(i++);
      arm.role = "treatment";
      arm.calls = {};
      arm.calls.planned = arm.calls.ok = 1000;
      arm.spans.started = 1000 * spans;
      arm.spans.sampled = static_cast<std::uint64_t>(ratio * 1000 * static_cast<double>(spans));
      arm.spans.bytes = 400 * arm.spans.sampled;
      result.arms.push_back(arm);
      const double share = cost(static_cast<double>(spans), ratio * static_cast<double>(spans)) / 1e6;
      Comparison c =
          made::comparison({.metric = "cpu_per_call", .control_value = 1e6, .share = share, .standard_error = 0.001});
      c.treatment = arm.name;
      c.difference.mean = share * 1e6;
      result.comparisons.push_back(c);
    }
  }
  return named;
}

const CostOf& cpu(const CostReport& report) {
  for (const CostOf& cost : report.costs) {
    if (cost.metric == "cpu_per_call") return cost;
  }
  throw std::runtime_error("no model of the CPU time");
}

TEST(CostReport, PredictsWhatWasNotRun) {
  const CostReport report = report_costs({planted()}, {.questions = {parse_question("ratio=25%,spans=20,rate=400/s")}});
  const CostOf& cost_of = cpu(report);
  ASSERT_TRUE(cost_of.fitted) << cost_of.detail;
  EXPECT_EQ(cost_of.collinear, std::vector<std::string>{"byte exported"});
  ASSERT_EQ(cost_of.predictions.size(), 1u);
  EXPECT_NEAR(cost_of.predictions[0].cost, cost(20, 5), 1);
  EXPECT_EQ(cost_of.predictions[0].rate_per_s, 400);
  EXPECT_NEAR(cost_of.predictions[0].bytes, 2000, 1e-6);
  for (const CostOf& other : report.costs) EXPECT_EQ(other.fitted, other.metric == "cpu_per_call");
}

TEST(CostReport, NamesTermsThatAreHardlyToldApart) {
  NamedResult named = planted();
  EXPECT_TRUE(cpu(report_costs({named}, {})).entangled.empty());
  // Bytes that grow a little less than the spans: not collinear, but nearly.
  for (ArmSummary& arm : named.result.arms) {
    const auto sampled = static_cast<double>(arm.spans.sampled) / 1000;
    arm.spans.bytes = static_cast<std::uint64_t>(1000 * 400 * sampled * (1 - 0.015 * sampled));
  }
  const CostReport report = report_costs({named}, {});
  EXPECT_TRUE(cpu(report).collinear.empty());
  ASSERT_EQ(cpu(report).entangled.size(), 1u);
  EXPECT_EQ(cpu(report).entangled[0], "`span sampled` and `byte exported`");
}

TEST(CostReport, SaysWhereAQuestionIsBeyondWhatWasMeasured) {
  const CostReport report = report_costs(
      {planted()}, {.questions = {parse_question("ratio=1,spans=27"), parse_question("ratio=1,spans=60")}});
  EXPECT_TRUE(cpu(report).predictions[0].inside);
  EXPECT_FALSE(cpu(report).predictions[1].inside);
}

TEST(CostReport, HoldsAnArmOut) {
  NamedResult named = planted();
  named.result.comparisons[2].difference.mean += 1e5;
  const CostReport report = report_costs({named}, {.held_out = {"arm2"}});
  EXPECT_TRUE(cpu(report).points[2].held_out);
  EXPECT_FALSE(cpu(report).points[2].inside);
  EXPECT_NEAR(cpu(report).coefficients[1].coefficient, 300, 1e-3);
  EXPECT_THROW(report_costs({named}, {.held_out = {"nobody"}}), std::invalid_argument);
  named.result.valid = false;
  EXPECT_THROW(report_costs({named}, {}), std::invalid_argument);
}

TEST(CostQuestion, SaysWhatIsWrong) {
  for (const char* text : {"", "ratio=0.5", "spans=x", "spans=5,ratio=2", "spans=5,speed=3", "spans"})
    EXPECT_THROW(parse_question(text), std::invalid_argument) << text;
  EXPECT_EQ(parse_question("spans=5").ratio, 1);
  EXPECT_EQ(parse_question("spans=5,bytes=700").bytes, 700);
}

}  // namespace
}  // namespace tracetax
