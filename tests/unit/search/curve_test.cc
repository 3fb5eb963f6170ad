#include "harness/search/curve.h"

#include <cmath>

#include <gtest/gtest.h>

#include "harness/stats/distributions.h"

namespace tracetax {
namespace {

CurvePoint point(double x, double overhead, double error = 0.001, std::size_t units = 9) {
  return {x, {overhead, error, units, Verdict::inconclusive}};
}

TEST(Curve, MeetsTheLimitWhereTheLineDoes) {
  const std::vector<CurvePoint> points{point(0, 0.01), point(0.5, 0.06), point(1, 0.11)};
  const BudgetCurve curve = curve_of(points, {.limit = 0.05});
  ASSERT_TRUE(curve.fit && curve.crossing && curve.safe && curve.unsafe);
  EXPECT_NEAR(curve.fit->intercept, 0.01, 1e-12);
  EXPECT_NEAR(curve.fit->slope, 0.1, 1e-12);
  EXPECT_NEAR(*curve.crossing, 0.4, 1e-9);
  EXPECT_LT(*curve.safe, 0.4);
  EXPECT_GT(*curve.unsafe, 0.4);
}

// Fieller's ends solve (a + b x − limit)² = t² var(a + b x), a quadratic in x; here by its formula.
TEST(Curve, HasFiellersEnds) {
  const std::vector<CurvePoint> points{point(0, 0.012), point(0.4, 0.047), point(0.5, 0.061), point(1, 0.11)};
  const BudgetCurve curve = curve_of(points, {.limit = 0.05});
  const CurveFit& fit = *curve.fit;
  const double t2 = std::pow(student_t_quantile(0.975, 32), 2);
  const double vaa = fit.intercept_error * fit.intercept_error;
  const double vbb = fit.slope_error * fit.slope_error;
  const double vab = fit.correlation * fit.intercept_error * fit.slope_error;
  const double d = fit.intercept - 0.05;
  const double a = fit.slope * fit.slope - t2 * vbb;
  const double b = 2 * (d * fit.slope - t2 * vab);
  const double c = d * d - t2 * vaa;
  const double root = std::sqrt(b * b - 4 * a * c);
  EXPECT_NEAR(*curve.safe, (-b - root) / (2 * a), 1e-9);
  EXPECT_NEAR(*curve.unsafe, (-b + root) / (2 * a), 1e-9);
}

// The standard error of a point is that of its own units, but never less than what is usual.
TEST(Curve, APointThatWasDisturbedCountsLittle) {
  std::vector<CurvePoint> points{point(0, 0.01), point(0.3, 0.04), point(0.5, 0.06), point(1, 0.11)};
  points.push_back(point(0.4, 3, 2));
  const BudgetCurve curve = curve_of(points, {.limit = 0.05});
  EXPECT_NEAR(*curve.crossing, 0.4, 0.005);
  std::vector<CurvePoint> lucky{point(0, 0.01), point(0.3, 0.04), point(0.5, 0.06), point(1, 0.13, 1e-9)};
  EXPECT_LT(curve_of(lucky, {.limit = 0.05}).fit->slope_error / curve_of(lucky, {.limit = 0.05}).fit->slope, 1);
  EXPECT_GT(curve_of(lucky, {.limit = 0.05}).fit->intercept, -0.02);  // not pulled through the lucky one alone
}

TEST(Curve, LeavesOutWhatIsFarFromTheCrossingWhereItIsNoLine) {
  std::vector<CurvePoint> points;
  for (const double x : {0.01, 0.08, 0.1, 0.12, 1.0}) points.push_back(point(x, 0.5 * x + (x == 1 ? 5 : 0), 0.0005));
  const BudgetCurve curve = curve_of(points, {.limit = 0.05});
  EXPECT_EQ(curve.fit->used, 4u);
  EXPECT_NEAR(*curve.crossing, 0.1, 1e-6);
  EXPECT_GT(curve.fit->lack_of_fit, 0.05);
}

TEST(Curve, WidensItsErrorsByBirgesFactor) {
  const std::vector<CurvePoint> straight{point(0, 0.01), point(0.5, 0.06), point(1, 0.11)};
  const std::vector<CurvePoint> bent{point(0, 0.01), point(0.5, 0.0622), point(1, 0.11)};
  const double before = curve_of(straight, {.limit = 0.05}).fit->slope_error;
  const BudgetCurve curve = curve_of(bent, {.limit = 0.05});
  EXPECT_EQ(curve.fit->used, 3u);
  // χ² of one residual direction (1, −2, 1) ÷ √6: 0.0022² · (4/6) ÷ s², s² corrected for the median of χ² ÷ 8.
  const double variance = 1e-6 / std::pow(1 - 2.0 / 72, 3);
  EXPECT_NEAR(curve.fit->slope_error / before, std::sqrt(0.0022 * 0.0022 * 4 / 6 / variance), 1e-9);
}

TEST(Curve, APointWithoutDataDoesNotStopTheLine) {
  std::vector<CurvePoint> points{point(0, 0.01), point(0.5, 0.06), point(1, 0.11), {0.4, {}}};
  const BudgetCurve curve = curve_of(points, {.limit = 0.05});
  ASSERT_TRUE(curve.fit);
  EXPECT_EQ(curve.fit->used, 3u);
}

TEST(Curve, WithoutASpreadVerdictsDecide) {
  std::vector<CurvePoint> points{{0.1, {0, 0, 9, Verdict::within}},
                                 {0.3, {0, 0, 9, Verdict::within}},
                                 {0.5, {0, 0, 9, Verdict::inconclusive}},
                                 {0.9, {0.2, 0.01, 9, Verdict::exceeded}}};
  const BudgetCurve curve = curve_of(points, {.limit = 0.05});
  EXPECT_FALSE(curve.fit);
  EXPECT_EQ(curve.safe, 0.3);
  EXPECT_EQ(curve.unsafe, 0.9);
}

TEST(Curve, ALineThatCannotBeToldFromLevelHasNoEnds) {
  const std::vector<CurvePoint> points{point(0, 0.05, 0.05), point(1, 0.051, 0.05)};
  const BudgetCurve curve = curve_of(points, {.limit = 0.05});
  EXPECT_FALSE(curve.safe);
  EXPECT_FALSE(curve.unsafe);
}

}  // namespace
}  // namespace tracetax
