#include "harness/results/result.h"

#include <cmath>
#include <limits>
#include <stdexcept>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tracetax {
namespace {

using nlohmann::json;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

std::string problem_of(const json& document) {
  try {
    read_result_json(document.dump());
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "none";
}

Result with_one_of_each() {
  Result result;
  result.arms.push_back({.name = "untraced", .role = "control", .services = {{.name = "router"}}});
  result.comparisons.push_back({.metric = "latency.p50", .control = "a", .treatment = "b"});
  result.budgets.push_back({.metric = "latency.p50", .arm = "b"});
  result.checks.push_back({.name = "complete_traces", .arm = "b"});
  return result;
}

TEST(ResultJson, WritesWhatIsNotFiniteAsNullAndReadsItAsNan) {
  Result result = with_one_of_each();
  result.comparisons[0].absolute = {.estimate = 1.5, .low = -infinity, .high = infinity};
  result.comparisons[0].relative = Estimate{.estimate = nan, .low = nan, .high = nan};
  result.window_s = nan;
  const std::string text = write_result_json(result);
  const json document = json::parse(text);
  EXPECT_TRUE(document["comparisons"][0]["absolute"]["low"].is_null());
  EXPECT_TRUE(document["comparisons"][0]["relative"]["estimate"].is_null());
  EXPECT_TRUE(document["window_s"].is_null());
  const Result read = read_result_json(text);
  EXPECT_EQ(read.comparisons[0].absolute.estimate, 1.5);
  EXPECT_TRUE(std::isnan(read.comparisons[0].absolute.low));
  EXPECT_TRUE(std::isnan(read.comparisons[0].absolute.high));
  ASSERT_TRUE(read.comparisons[0].relative);
  EXPECT_TRUE(std::isnan(read.comparisons[0].relative->estimate));
  EXPECT_TRUE(std::isnan(read.window_s));
}

TEST(ResultJson, LeavesOutWhatIsOptional) {
  const json document = json::parse(write_result_json(with_one_of_each()));
  EXPECT_FALSE(document["comparisons"][0].contains("relative"));
  EXPECT_FALSE(document["comparisons"][0].contains("service"));
  EXPECT_FALSE(document["budgets"][0].contains("service"));
  const Result read = read_result_json(document.dump());
  EXPECT_FALSE(read.comparisons[0].relative);
  EXPECT_EQ(read.budgets[0].service, "");
  json with_null = document;
  with_null["comparisons"][0]["relative"] = nullptr;
  EXPECT_FALSE(read_result_json(with_null.dump()).comparisons[0].relative);
}

TEST(ResultJson, DerivesSentLostAndBytesPerSpan) {
  Result result = with_one_of_each();
  result.arms[0].calls = {.planned = 10, .ok = 7, .never_sent = 3};
  result.arms[0].spans = {.started = 9, .sampled = 8, .received = 5, .bytes = 1000};
  const json document = json::parse(write_result_json(result));
  EXPECT_EQ(document["arms"][0]["calls"]["sent"], 7);
  EXPECT_EQ(document["arms"][0]["spans"]["lost"], 3);
  EXPECT_EQ(document["arms"][0]["spans"]["bytes_per_span"], 200.0);
  EXPECT_TRUE(document["arms"][0]["services"][0]["spans"]["bytes_per_span"].is_null());  // of no span
}

TEST(ResultJson, KeepsLargeIntegersExactly) {
  Result result;
  result.seed = std::numeric_limits<std::uint64_t>::max();
  result.duration = Nanos::max();
  const Result read = read_result_json(write_result_json(result));
  EXPECT_EQ(read.seed, result.seed);
  EXPECT_EQ(read.duration, result.duration);
}

TEST(ResultJson, SurvivesTextThatIsNoUtf8) {
  Result result;
  result.warnings = {"bad \xff byte", "µs"};
  const Result read = read_result_json(write_result_json(result));
  EXPECT_EQ(read.warnings, (std::vector<std::string>{"bad \xef\xbf\xbd byte", "µs"}));
}

TEST(ResultJson, NamesTheKeyAtFault) {
  const json good = json::parse(write_result_json(with_one_of_each()));
  EXPECT_EQ(problem_of(good), "none");
  json wrong = good;
  wrong["unknown"] = 1;  // of a later version
  EXPECT_EQ(problem_of(wrong), "none");

  wrong = good;
  wrong.erase("arms");
  EXPECT_EQ(problem_of(wrong), "arms: is missing");
  wrong = good;
  wrong["arms"][0]["latency"].erase("p99_9_ns");
  EXPECT_EQ(problem_of(wrong), "arms[0].latency.p99_9_ns: is missing");
  wrong = good;
  wrong["arms"][0]["latency"]["p50_ns"] = 1.5;
  EXPECT_EQ(problem_of(wrong),
            "arms[0].latency.p50_ns: expected an integer from -9223372036854775808 to 9223372036854775807");
  wrong = good;
  wrong["arms"][0]["calls"]["planned"] = -1;
  EXPECT_EQ(problem_of(wrong), "arms[0].calls.planned: expected an integer from 0 to 18446744073709551615");
  wrong = good;
  wrong["environment"]["cores"] = 4294967296;
  EXPECT_EQ(problem_of(wrong), "environment.cores: expected an integer from 0 to 4294967295");
  wrong = good;
  wrong["arms"][0]["send_lag"] = 3;
  EXPECT_EQ(problem_of(wrong), "arms[0].send_lag: expected an object");
  wrong = good;
  wrong["arms"] = "none";
  EXPECT_EQ(problem_of(wrong), "arms: expected an array");
  wrong = good;
  wrong["budgets"][0]["verdict"] = "fine";
  EXPECT_EQ(problem_of(wrong), "budgets[0].verdict: \"fine\" is none of the values it can have");
  wrong = good;
  wrong["budgets"][0]["relative"] = 1;
  EXPECT_EQ(problem_of(wrong), "budgets[0].relative: expected true or false");
  wrong = good;
  wrong["budgets"][0]["limit"] = "5%";
  EXPECT_EQ(problem_of(wrong), "budgets[0].limit: expected a number or null");
  wrong = good;
  wrong["warnings"] = {"a", 2};
  EXPECT_EQ(problem_of(wrong), "warnings[1]: expected a string");
  wrong = good;
  wrong["environment"]["versions"] = {{"grpc", 1}};
  EXPECT_EQ(problem_of(wrong), "environment.versions.grpc: expected a string");
  wrong = good;
  wrong["schema"] = "tracetax.result/2";
  EXPECT_EQ(problem_of(wrong),
            "schema: \"tracetax.result/2\" is not \"tracetax.result/1\": written by another version of tracetax");
  for (const char* time :
       {"2026-02-30T00:00:00Z", "2026-01-02", "yesterday", "2026-01-02T10:15:00", "2026-01-02T10:15:00Zulu", ""}) {
    wrong = good;
    wrong["started_at"] = time;
    EXPECT_EQ(problem_of(wrong), std::string("started_at: \"") + time + "\" is none of the values it can have");
  }
  EXPECT_EQ(problem_of(json::array()), "the document: expected an object");
  EXPECT_THROW(read_result_json(""), std::runtime_error);
  EXPECT_THROW(read_result_json("{\"schema\": "), std::runtime_error);
}

}  // namespace
}  // namespace tracetax
