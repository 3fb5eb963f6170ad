// Every line of tests/data/stats/reference.txt, which make_reference.py beside it wrote with NumPy, SciPy and
// implementations of its own: the same arguments must give the same numbers here.

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
#include "harness/stats/power.h"
#include "harness/stats/quantile.h"
#include "harness/stats/resample.h"
#include "harness/stats/sequential.h"
#include "harness/stats/welch.h"

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

WelchDifference difference(const Arguments& a) {
  return welch(estimate_mean(a[0]), estimate_mean(a[1]));
}

Values all_of(const WelchDifference& d) {
  return {d.difference, d.standard_error, d.degrees};
}

Interval hierarchical(const Arguments& a) {
  std::vector<std::uint32_t> launches;
  for (const double launch : a[1]) launches.push_back(static_cast<std::uint32_t>(launch));
  Rng rng(whole(a[4]));
  return hierarchical_percentile_interval(a[0], launches, a[2][0], static_cast<std::size_t>(whole(a[3])), rng);
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
      {"hierarchical", [](const Arguments& a) { return ends(hierarchical(a)); }},
      {"half_width", [](const Arguments& a) { return Values{half_width(a[0][0], whole(a[1]), a[2][0])}; }},
      {"minimum_detectable_effect",
       [](const Arguments& a) { return Values{minimum_detectable_effect(a[0][0], whole(a[1]), a[2][0], a[3][0])}; }},
      {"welch", [](const Arguments& a) { return all_of(difference(a)); }},
      {"welch_interval", [](const Arguments& a) { return ends(welch_interval(difference(a), a[2][0])); }},
      {"welch_p_above", [](const Arguments& a) { return Values{p_above(difference(a), a[2][0])}; }},
      {"nominal_levels", [](const Arguments& a) { return nominal_levels(a[0], a[1]); }},
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
    // A level may be far below 1, and so must its error be.
    const double floor = name == "nominal_levels" ? 0 : 1;
    for (std::size_t i = 0; i < got.size(); ++i) {
      EXPECT_NEAR(got[i], expected[i], 1e-9 * std::max(floor, std::fabs(expected[i])));
    }
    ++checked[name];
  }
  for (const auto& [name, function] : functions()) EXPECT_GE(checked[name], 4) << name;
}

}  // namespace
}  // namespace tracetax
