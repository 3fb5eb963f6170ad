// Every line of tests/data/model/reference.txt, which make_reference.py beside it wrote with NumPy and SciPy: the same
// arguments must give the same numbers here.

#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "harness/search/cost_model.h"
#include "harness/stats/linear_model.h"

namespace tracetax {
namespace {

using Arguments = std::vector<std::vector<double>>;
using Values = std::vector<double>;

Values wls(const Arguments& a) {
  const auto columns = static_cast<std::size_t>(a[0][0]);
  std::vector<Observation> observations;
  for (std::size_t i = 0; i < a[2].size(); ++i) {
    const auto from = a[1].begin() + static_cast<std::ptrdiff_t>(i * columns);
    observations.push_back({{from, from + static_cast<std::ptrdiff_t>(columns)}, a[2][i], a[3][i]});
  }
  const LinearFit fit = *fit_linear(observations);
  Values out = fit.coefficients;
  for (std::size_t i = 0; i < columns; ++i) out.push_back(std::sqrt(fit.covariance[i][i]));
  out.insert(out.end(), {fit.chi_squared, fit.at(a[4]), fit.standard_error_at(a[4])});
  EXPECT_EQ(fit.residual_degrees, a[2].size() - columns);
  return out;
}

Values gls(const Arguments& a) {
  std::vector<CostPoint> points;
  for (std::size_t i = 0; i < a[0].size(); ++i) {
    const double* row = a[1].data() + 4 * i;
    points.push_back({static_cast<std::size_t>(a[0][i]), {row[0], row[1], row[2], row[3]}, a[2][i], a[3][i], 9, false});
  }
  const CostModel model = *fit_costs(points, 0.95);
  EXPECT_TRUE(model.collinear.empty());
  Values out = model.fit.coefficients;
  for (std::size_t i = 0; i < 4; ++i) out.push_back(std::sqrt(model.fit.covariance[i][i]));
  out.push_back(model.chi_squared);
  return out;
}

std::vector<double> numbers(const std::string& text) {
  std::vector<double> values;
  std::stringstream in(text);
  for (std::string item; std::getline(in, item, ',');) values.push_back(std::stod(item));
  return values;
}

TEST(LinearModel, EqualsNumpyAndScipy) {
  std::ifstream in(std::string(TRACETAX_SOURCE_DIR) + "/tests/data/model/reference.txt");
  ASSERT_TRUE(in);
  std::map<std::string, int> checked;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#')) continue;
    SCOPED_TRACE(line.substr(0, 60));
    std::stringstream words(line);
    std::string name;
    words >> name;
    Arguments arguments;
    std::string word;
    while (words >> word && word != "=") arguments.push_back(numbers(word));
    Values expected;
    while (words >> word) expected.push_back(std::stod(word));
    const Values got = name == "wls"                ? wls(arguments)
                       : name == "gls"              ? gls(arguments)
                       : name == "chi_squared_tail" ? Values{chi_squared_tail(arguments[0][0], arguments[1][0])}
                                                    : Values{f_tail(arguments[0][0], arguments[1][0], arguments[2][0])};
    ASSERT_EQ(got.size(), expected.size());
    for (std::size_t i = 0; i < got.size(); ++i)
      EXPECT_NEAR(got[i], expected[i], 1e-7 * std::max(1.0, std::fabs(expected[i]))) << i;
    ++checked[name];
  }
  EXPECT_EQ(checked["wls"], 5);
  EXPECT_EQ(checked["gls"], 3);
  EXPECT_EQ(checked["chi_squared_tail"], 4);
  EXPECT_EQ(checked["f_tail"], 4);
}

TEST(LinearModel, FindsColumnsThatGoWithOthers) {
  std::vector<Observation> observations;
  for (const double x : {1.0, 2.0, 3.0, 5.0}) observations.push_back({{1, x, 3 * x - 1, x * x}, x, 1});
  EXPECT_EQ(dependent_columns(observations), std::vector<std::size_t>{2});
  EXPECT_FALSE(fit_linear(observations));
  observations.resize(1);
  EXPECT_FALSE(fit_linear(observations));
}

}  // namespace
}  // namespace tracetax
