#include "reports/benchmark_json.h"

#include <algorithm>
#include <limits>
#include <regex>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/golden/reports/sample_result.h"

namespace tracetax {
namespace {

using Json = nlohmann::json;

Json entry(const Json& all, const std::string& name) {
  const auto found = std::ranges::find_if(all, [&](const Json& one) { return one.at("name") == name; });
  return found == all.end() ? Json() : *found;
}

// What the action demands of customSmallerIsBetter: an array of objects with name, unit and a number; range and extra
// are texts.
TEST(BenchmarkAction, HasTheFieldsThatAreRead) {
  const Json all = Json::parse(render_benchmark_action(sample_result()));
  ASSERT_TRUE(all.is_array());
  ASSERT_FALSE(all.empty());
  std::set<std::string> names;
  for (const Json& one : all) {
    EXPECT_TRUE(one.at("name").is_string());
    EXPECT_TRUE(one.at("unit").is_string());
    EXPECT_TRUE(one.at("value").is_number());
    EXPECT_TRUE(one.at("range").is_string());
    EXPECT_TRUE(one.at("extra").is_string());
    EXPECT_TRUE(names.insert(one.at("name")).second) << one.at("name") << " twice: the action charts by name";
  }
}

TEST(BenchmarkAction, AValueIsTheTreatmentInPerCentOfItsControl) {
  const Json all = Json::parse(render_benchmark_action(sample_result()));
  const Json p50 = entry(all, "bridge-quickstart: latency p50 of ratio10");
  ASSERT_FALSE(p50.is_null());
  EXPECT_NEAR(p50.at("value").get<double>(), 100 * 2.229 / 2.21, 1e-9);
  EXPECT_EQ(p50.at("unit"), "% of untraced");
  EXPECT_NE(p50.at("extra").get<std::string>().find("budget +5 %: within"), std::string::npos);
  // Smaller is better: of throughput it is the other way round.
  const Json throughput = entry(all, "bridge-quickstart: throughput of ratio10 (inverse)");
  ASSERT_FALSE(throughput.is_null());
  EXPECT_GT(throughput.at("value").get<double>(), 100);
  // What has no share of its control is in its own unit.
  EXPECT_EQ(entry(all, "bridge-quickstart: spans lost of ratio10").at("unit"), "%");
}

TEST(Bencher, IsBencherMetricFormat) {
  const Json all = Json::parse(render_bencher(sample_result()));
  ASSERT_TRUE(all.is_object());
  const std::regex slug("[a-z0-9]+(-[a-z0-9]+)*");
  for (const auto& [benchmark, measures] : all.items()) {
    EXPECT_FALSE(measures.empty()) << benchmark;
    for (const auto& [measure, metric] : measures.items()) {
      EXPECT_TRUE(std::regex_match(measure, slug)) << measure;
      EXPECT_LE(measure.size(), 64U);
      EXPECT_EQ(metric.size(), 3U);
      EXPECT_LE(metric.at("lower_value").get<double>(), metric.at("value").get<double>()) << measure;
      EXPECT_LE(metric.at("value").get<double>(), metric.at("upper_value").get<double>()) << measure;
    }
  }
  const Json& p50 = all.at("bridge-quickstart/ratio10").at("latency-p50-cost");
  EXPECT_DOUBLE_EQ(p50.at("value").get<double>(), 19e3);
  EXPECT_TRUE(all.at("bridge-quickstart/ratio10").contains("latency-p50-ratio-pairs"));
  EXPECT_TRUE(all.contains("bridge-quickstart/ratio10/gateway"));
}

TEST(BenchmarkJson, LeavesOutWhatIsNoNumber) {
  Result result = sample_result();
  for (Comparison& c : result.comparisons) {
    c.absolute.high = std::numeric_limits<double>::infinity();
    if (c.relative) c.relative->high = std::numeric_limits<double>::infinity();
  }
  EXPECT_EQ(Json::parse(render_bencher(result)), Json::object());
  EXPECT_EQ(render_benchmark_action(result).find("null"), std::string::npos);
  EXPECT_EQ(Json::parse(render_bencher(broken_result())), Json::object());
  EXPECT_EQ(Json::parse(render_benchmark_action(broken_result())), Json::array());
}

}  // namespace
}  // namespace tracetax
