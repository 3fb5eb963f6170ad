// Every line of tests/data/stats/reference.txt, which make_reference.py beside it wrote with NumPy, SciPy and its own
// bootstrap: the same arguments must give the same numbers here.

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "harness/stats/distributions.h"
#include "harness/stats/mean_interval.h"
#include "harness/stats/quantile.h"

namespace tracetax {
namespace {

using Arguments = std::vector<std::vector<double>>;
using Values = std::vector<double>;

Values ends(const Interval& i) {
  return {i.low, i.high};
}

std::vector<double> sorted(std::vector<double> values) {
  std::ranges::sort(values);
  return values;
}

std::uint64_t whole(const std::vector<double>& argument) {
  return static_cast<std::uint64_t>(argument.at(0));
}

const std::map<std::string, std::function<Values(const Arguments&)>>& functions() {
  static const std::map<std::string, std::function<Values(const Arguments&)>> all{
      {"quantile", [](const Arguments& a) { return Values{quantile_of_sorted(sorted(a[0]), a[1][0])}; }},
      {"order_statistic", [](const Arguments& a) { return Values{order_statistic_of_sorted(sorted(a[0]), a[1][0])}; }},
      {"trimmed_mean", [](const Arguments& a) { return Values{trimmed_mean_of_sorted(sorted(a[0]), a[1][0])}; }},
      {"t_quantile", [](const Arguments& a) { return Values{student_t_quantile(a[0][0], a[1][0])}; }},
      {"t_cdf", [](const Arguments& a) { return Values{student_t_cdf(a[0][0], a[1][0])}; }},
      {"beta", [](const Arguments& a) { return Values{incomplete_beta(a[0][0], a[1][0], a[2][0])}; }},
      {"beta_inverse", [](const Arguments& a) { return Values{incomplete_beta_inverse(a[0][0], a[1][0], a[2][0])}; }},
      {"clopper_pearson", [](const Arguments& a) { return ends(clopper_pearson(whole(a[0]), whole(a[1]), a[2][0])); }},
      {"student_interval", [](const Arguments& a) { return ends(student_interval(estimate_mean(a[0]), a[1][0])); }},
      {"bootstrap_t",
       [](const Arguments& a) {
         Rng rng(whole(a[3]));
         return ends(bootstrap_t_interval(a[0], a[1][0], static_cast<std::size_t>(whole(a[2])), rng));
       }},
      {"p_above", [](const Arguments& a) { return Values{p_above(estimate_mean(a[0]), a[1][0])}; }},
  };
  return all;
}

std::vector<double> numbers(const std::string& text) {
  std::vector<double> values;
  std::stringstream in(text);
  for (std::string item; std::getline(in, item, ',');) values.push_back(std::stod(item));
  return values;
}

TEST(Statistics, EqualNumpyScipyAndASecondBootstrap) {
  std::ifstream in(std::string(TRACETAX_SOURCE_DIR) + "/tests/data/stats/reference.txt");
  ASSERT_TRUE(in);
  std::map<std::string, int> checked;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#')) continue;
    SCOPED_TRACE(line);
    std::stringstream words(line);
    std::string name;
    words >> name;
    Arguments arguments;
    std::string word;
    while (words >> word && word != "=") arguments.push_back(numbers(word));
    Values expected;
    while (words >> word) expected.push_back(std::stod(word));
    ASSERT_TRUE(functions().contains(name));
    const Values got = functions().at(name)(arguments);
    ASSERT_EQ(got.size(), expected.size());
    for (std::size_t i = 0; i < got.size(); ++i)
      EXPECT_NEAR(got[i], expected[i], 1e-9 * std::max(1.0, std::fabs(expected[i])));
    ++checked[name];
  }
  for (const auto& [name, function] : functions()) EXPECT_GE(checked[name], 4) << name;
}

}  // namespace
}  // namespace tracetax
