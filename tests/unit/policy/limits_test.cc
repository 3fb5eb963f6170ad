#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "answers.h"

namespace tracetax::policy {
namespace {

// `count` traces a second for `seconds`, of `spans` spans each.
std::vector<otlp::Trace> stream(int count, int seconds, std::size_t spans = 1) {
  std::vector<otlp::Trace> traces;
  for (int i = 0; i < count * seconds; ++i) {
    const double at = static_cast<double>(i) / count;
    traces.push_back(made_trace(static_cast<std::uint64_t>(i), std::vector<MadeSpan>(spans, MadeSpan{at})));
  }
  return traces;
}

Expected expect(const std::string& policies, const std::vector<otlp::Trace>& traces) {
  return expect_kept(tail_of("decision_wait: 1s, policies: [ " + policies + " ]"), traces, {.tolerance = Nanos(0)});
}

const std::string rate_10 = "{ name: rate, type: rate_limiting, rate_limiting: { spans_per_second: 10 } }";

TEST(RateLimiting, KeepsEverythingBelowTheRate) {
  const Expected expected = expect(rate_10, stream(8, 10));
  EXPECT_EQ(expected.low, 80);
  EXPECT_EQ(expected.high, 80);
  EXPECT_EQ(expected.decisions[40].keep, Keep::yes);
  EXPECT_EQ(expected.decisions[40].why, "the limit is never reached");
}

// A bucket of 20 that is full at first, and ten spans a second: over 10 seconds of 50 a second about 20 + 10 x 9 or 10.
TEST(RateLimiting, SaysHowManyAndNotWhich) {
  const Expected expected = expect(rate_10, stream(50, 10));
  EXPECT_GE(expected.low, 110);
  EXPECT_LE(expected.high, 120);
  EXPECT_GE(expected.expected, expected.low);
  EXPECT_LE(expected.expected, expected.high);
  EXPECT_EQ(expected.decisions[250].keep, Keep::uncertain);
  EXPECT_THAT(expected.decisions[250].why, testing::HasSubstr("the order decides"));
}

TEST(RateLimiting, CountsSpansAndNeverLetsALargeTracePass) {
  const Expected fours = expect(rate_10, stream(50, 10, 4));
  EXPECT_GE(fours.low, 110 / 4 - 1);
  EXPECT_LE(fours.high, 120 / 4);
  const Expected large = expect(rate_10, stream(1, 3, 21));
  EXPECT_EQ(large.high, 0);
  EXPECT_EQ(large.decisions[0].keep, Keep::no);
  const Expected burst =
      expect("{ name: rate, type: rate_limiting, rate_limiting: { spans_per_second: 10, burst_capacity: 30 } }",
             stream(1, 3, 21));
  EXPECT_GT(burst.low, 0);
}

TEST(RateLimiting, TakesNothingForWhatAnotherPartOfAnAndRefuses) {
  std::vector<otlp::Trace> traces = stream(50, 10);
  for (std::size_t i = 0; i < traces.size(); i += 10) traces[i].spans[0].status = otlp::Status::error;
  const std::string errors = "{ name: errors, type: status_code, status_code: { status_codes: [ERROR] } }";
  const Expected both =
      expect("{ name: both, type: and, and: { and_sub_policy: [ " + errors + ", " + rate_10 + " ] } }", traces);
  EXPECT_EQ(both.low, 50);
  EXPECT_EQ(both.high, 50);
  EXPECT_EQ(both.decisions[0].keep, Keep::yes);
  EXPECT_EQ(both.decisions[1].keep, Keep::no);
  // The other way round every trace takes its share, and errors are lost.
  const Expected wrong =
      expect("{ name: both, type: and, and: { and_sub_policy: [ " + rate_10 + ", " + errors + " ] } }", traces);
  EXPECT_LT(wrong.high, 50);
}

TEST(RateLimiting, AnotherPolicyMayKeepWhatTheLimitRefuses) {
  std::vector<otlp::Trace> traces = stream(50, 10);
  traces[7].spans[0].status = otlp::Status::error;
  const Expected expected =
      expect(rate_10 + ", { name: errors, type: status_code, status_code: { status_codes: [ERROR] } }", traces);
  EXPECT_EQ(expected.decisions[7].keep, Keep::yes);
  EXPECT_EQ(expected.decisions[8].keep, Keep::uncertain);
}

TEST(Composite, SharesOutASecond) {
  std::vector<otlp::Trace> traces = stream(50, 10);
  for (std::size_t i = 0; i < traces.size(); i += 2) traces[i].spans[0].status = otlp::Status::error;
  const Expected expected =
      expect(R"({ name: c, type: composite, composite: { max_total_spans_per_second: 20, policy_order: [e, rest],
      composite_sub_policy: [ { name: e, type: status_code, status_code: { status_codes: [ERROR] } }, { name: rest, type: always_sample } ],
      rate_allocation: [ { policy: e, percent: 50 }, { policy: rest, percent: 25 } ] } })",
             traces);
  // Ten or eleven ticks see traces, 10 errors and 5 others each; the first and the last tick see less.
  EXPECT_GE(expected.low, 150 - 15);
  EXPECT_LE(expected.high, 165);
  EXPECT_EQ(expected.decisions[250].keep, Keep::uncertain);
}

TEST(Composite, GivesNothingToATraceLargerThanItsPart) {
  const std::string composite = R"({ name: c, type: composite, composite: { max_total_spans_per_second: 20,
      composite_sub_policy: [ { name: a, type: always_sample } ], rate_allocation: [ { policy: a, percent: 10 } ] } })";
  EXPECT_EQ(expect(composite, stream(1, 5, 3)).decisions[2].keep, Keep::no);
  EXPECT_EQ(expect(composite, stream(1, 5, 2)).decisions[2].keep, Keep::yes);
}

TEST(Limits, AreTheSameForTheSameSeed) {
  const Pipeline pipeline = tail_of("decision_wait: 1s, policies: [ " + rate_10 + " ]");
  const std::vector<otlp::Trace> traces = stream(50, 10);
  const Expected once = expect_kept(pipeline, traces, {.seed = 5}), again = expect_kept(pipeline, traces, {.seed = 5});
  EXPECT_EQ(once.expected, again.expected);
  EXPECT_EQ(once.decisions[100].why, again.decisions[100].why);
}

}  // namespace
}  // namespace tracetax::policy
