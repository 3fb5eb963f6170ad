#include "harness/results/trial.h"

#include <gtest/gtest.h>

#include "harness/results/result.h"

namespace tracetax {
namespace {

constexpr std::array<std::pair<Outcome, std::string_view>, outcome_count> names{
    {{Outcome::ok, "ok"},
     {Outcome::tool_error, "tool_error"},
     {Outcome::protocol_error, "protocol_error"},
     {Outcome::timed_out, "timed_out"},
     {Outcome::disconnected, "disconnected"},
     {Outcome::never_sent, "never_sent"}}};

TEST(Outcome, HasANameBothWays) {
  for (const auto& [outcome, name] : names) {
    EXPECT_EQ(to_string(outcome), name);
    EXPECT_EQ(outcome_from(name), outcome);
  }
  EXPECT_EQ(outcome_from("OK"), std::nullopt);
  EXPECT_EQ(outcome_from(""), std::nullopt);
}

TEST(Verdict, HasANameBothWays) {
  EXPECT_EQ(to_string(Verdict::within), "within");
  EXPECT_EQ(to_string(Verdict::exceeded), "exceeded");
  EXPECT_EQ(to_string(Verdict::inconclusive), "inconclusive");
  EXPECT_EQ(verdict_from("exceeded"), Verdict::exceeded);
  EXPECT_EQ(verdict_from("ok"), std::nullopt);
}

TEST(Sample, HasThreeTimes) {
  const Sample sample{.intended = Nanos(100), .sent = Nanos(130), .received = Nanos(400)};
  EXPECT_EQ(sample.latency(), Nanos(300));
  EXPECT_EQ(sample.service_time(), Nanos(270));
  EXPECT_EQ(sample.send_lag(), Nanos(30));
}

TEST(OutcomeCounts, CountsSamplesByOutcome) {
  std::vector<Sample> samples;
  for (std::size_t i = 0; i < names.size(); ++i) {
    for (std::size_t n = 0; n <= i; ++n) samples.push_back({.outcome = names[i].first});
  }
  const OutcomeCounts counts = count_outcomes(samples);
  EXPECT_EQ(counts.planned, 21U);
  EXPECT_EQ(counts.ok, 1U);
  EXPECT_EQ(counts.tool_error, 2U);
  EXPECT_EQ(counts.protocol_error, 3U);
  EXPECT_EQ(counts.timed_out, 4U);
  EXPECT_EQ(counts.disconnected, 5U);
  EXPECT_EQ(counts.never_sent, 6U);
  EXPECT_EQ(counts.sent(), 15U);
  EXPECT_EQ(counts.failed(), 20U);
  EXPECT_TRUE(counts.adds_up());
}

TEST(OutcomeCounts, SumAndAddUp) {
  OutcomeCounts sum{
      .planned = 21, .ok = 1, .tool_error = 2, .protocol_error = 3, .timed_out = 4, .disconnected = 5, .never_sent = 6};
  sum += sum;
  EXPECT_EQ(sum.planned, 42U);
  EXPECT_EQ(sum.ok, 2U);
  EXPECT_EQ(sum.tool_error, 4U);
  EXPECT_EQ(sum.protocol_error, 6U);
  EXPECT_EQ(sum.timed_out, 8U);
  EXPECT_EQ(sum.disconnected, 10U);
  EXPECT_EQ(sum.never_sent, 12U);
  EXPECT_TRUE(sum.adds_up());
  ++sum.planned;
  EXPECT_FALSE(sum.adds_up());
  EXPECT_TRUE(count_outcomes({}).adds_up());
}

TEST(SpanCounts, SumAndLose) {
  SpanCounts spans{.started = 10, .sampled = 6, .received = 4, .bytes = 800};
  EXPECT_EQ(spans.lost(), 2U);
  spans += {.started = 1, .sampled = 1, .received = 5, .bytes = 7};
  EXPECT_EQ(spans.started, 11U);
  EXPECT_EQ(spans.sampled, 7U);
  EXPECT_EQ(spans.received, 9U);
  EXPECT_EQ(spans.bytes, 807U);
  EXPECT_EQ(spans.lost(), 0U);  // more received than sampled: none is lost
}

TEST(TraceSummary, CountsTracesOfExactlyTheseServices) {
  const TraceSummary traces{.service_sets = {{"mcp-gateway,mcp-router", 7}}};
  EXPECT_EQ(traces.complete("mcp-gateway,mcp-router"), 7U);
  EXPECT_EQ(traces.complete("mcp-gateway"), 0U);
}

}  // namespace
}  // namespace tracetax
