// The checks of what a Collector did, each with what is right and with the fault it is there for.
#include <gtest/gtest.h>

#include "world.h"

namespace tracetax {
namespace {

using test::World;

bool has(const CheckResult& result, const std::string& part) {
  return result.detail.find(part) != std::string::npos;
}

// Every call was sent to the Collector, and every tenth trace came out.
World world_behind_a_collector(std::size_t calls = 100) {
  World world(calls);
  world.keep([](std::size_t i) { return i % 10 == 0; });
  world.seen.offered.emplace();
  for (std::size_t i = 0; i < calls; ++i) world.seen.offered->push_back(world.trace_of(i));
  world.seen.tap.emplace();
  return world;
}

World sent_twice() {
  World world = world_behind_a_collector();
  SecondPass& pass = world.seen.again[""];
  for (const otlp::Trace& trace : world.seen.kept) pass.kept.push_back(trace.id);
  return world;
}

TEST(SameAgain, TheSameTracesAreWithinAndOtherOnesAreFound) {
  World world = sent_twice();
  EXPECT_EQ(world.run(SameAgainCheck{}).verdict, Verdict::within);
  world.seen.again[""].kept.pop_back();
  CheckResult result = world.run(SameAgainCheck{});
  EXPECT_EQ(result.verdict, Verdict::exceeded);
  EXPECT_DOUBLE_EQ(result.observed, 0.01);
  EXPECT_TRUE(has(result, "kept, then dropped")) << result.detail;
  // As many, but not the same.
  world.seen.again[""].kept.push_back(world.trace_of(5).id);
  result = world.run(SameAgainCheck{});
  EXPECT_EQ(result.verdict, Verdict::exceeded);
  EXPECT_DOUBLE_EQ(result.observed, 0.02);
}

TEST(SameAgain, WhatWasNotTakenIsNoDecision) {
  World world = sent_twice();
  world.seen.again[""].kept.pop_back();
  world.seen.again[""].refused_requests = 1;
  EXPECT_EQ(world.run(SameAgainCheck{}).verdict, Verdict::inconclusive);
}

TEST(SameAgain, NothingIsToldFromASamplerThatKeepsAllOrNothing) {
  World world = sent_twice();
  world.seen.kept = *world.seen.offered;
  EXPECT_EQ(world.run(SameAgainCheck{}).verdict, Verdict::inconclusive);
  world.seen.kept.clear();
  EXPECT_EQ(world.run(SameAgainCheck{}).verdict, Verdict::inconclusive);
  world = sent_twice();
  EXPECT_EQ(world.run(SameAgainCheck{.config = "other.yaml"}).verdict, Verdict::inconclusive);
}

// The counters as the connector has them: a series for each service, name and kind (and status).
World with_metrics() {
  World world = world_behind_a_collector();
  world.seen.before_first_call[{"mcp-router", "stdio.read", otlp::Kind::server}] = 3;
  std::map<SpanGroup, double> counts;
  for (const auto& [group, spans] : world.seen.before_first_call) counts[group] += static_cast<double>(spans);
  for (const otlp::Trace& trace : *world.seen.offered) {
    for (const otlp::Span& span : trace.spans) ++counts[{std::string(span.service()), span.name, span.kind}];
  }
  world.seen.span_counters.emplace();
  world.seen.span_counters->newest_unix_ns = 20;
  world.seen.span_counters->grew_unix_ns = 10;
  for (const auto& [group, value] : counts) {
    std::string kind = "SPAN_KIND_SERVER";
    if (group.kind == otlp::Kind::client) kind = "SPAN_KIND_CLIENT";
    const std::map<std::string, std::string> attributes{
        {"service.name", group.service}, {"span.name", group.name}, {"span.kind", kind}};
    world.seen.span_counters->counters.push_back({"traces.span.metrics.calls", attributes, value});
    world.seen.span_counters->counters.push_back({"something.else", attributes, 1e6});
  }
  return world;
}

TEST(SpanMetrics, CountEveryCallThoughATenthIsStored) {
  World world = with_metrics();
  const CheckResult result = world.run(SpanMetricsCheck{});
  EXPECT_EQ(result.verdict, Verdict::within) << result.detail;
  EXPECT_EQ(result.observed, 100);
  EXPECT_EQ(result.expected, 100);
}

TEST(SpanMetrics, MadeBehindTheSamplerAreFound) {
  World world = with_metrics();
  for (SpanCounter& counter : world.seen.span_counters->counters) counter.value /= 10;
  CheckResult result = world.run(SpanMetricsCheck{});
  EXPECT_EQ(result.verdict, Verdict::exceeded) << result.detail;
  EXPECT_LT(result.observed, 20);
  // Unless they had not been sent to their end.
  world.seen.span_counters->grew_unix_ns = world.seen.span_counters->newest_unix_ns;
  EXPECT_EQ(world.run(SpanMetricsCheck{}).verdict, Verdict::inconclusive);
}

TEST(SpanMetrics, OneCallMoreOrLessIsFound) {
  for (const double off : {-1.0, 1.0}) {
    World world = with_metrics();
    for (SpanCounter& counter : world.seen.span_counters->counters) {
      if (counter.attributes.at("span.name") == "stdio.read") counter.value += off;
    }
    const CheckResult result = world.run(SpanMetricsCheck{});
    EXPECT_EQ(result.verdict, Verdict::exceeded) << result.detail;
    EXPECT_EQ(result.observed, 100 + off);
  }
}

// Spans of another hop that are counted wrongly are wrong although every call is counted.
TEST(SpanMetrics, EveryHopIsLookedAt) {
  World world = with_metrics();
  for (SpanCounter& counter : world.seen.span_counters->counters) {
    if (counter.attributes.at("service.name") == "tools") counter.value += 1;
  }
  const CheckResult result = world.run(SpanMetricsCheck{});
  EXPECT_EQ(result.verdict, Verdict::exceeded) << result.detail;
  EXPECT_EQ(result.observed, 100);
}

TEST(SpanMetrics, CallsThatTheServicesDidNotSampleAreNotCounted) {
  World world = with_metrics();
  const auto drop = [](World& from) {
    from.seen.offered->pop_back();
    for (SpanCounter& counter : from.seen.span_counters->counters) {
      const otlp::Trace gone = from.trace_of(from.seen.calls.size() - 1);
      for (const otlp::Span& span : gone.spans) {
        if (counter.attributes.at("service.name") == span.service() && counter.attributes.at("span.name") == span.name)
          counter.value -= 1;
      }
    }
  };
  drop(world);
  const CheckResult result = world.run(SpanMetricsCheck{});
  EXPECT_EQ(result.verdict, Verdict::exceeded) << result.detail;
  EXPECT_EQ(result.observed, 99);
  // What was lost between them is not the metrics' fault.
  world.seen.steps.back().spans["tools"].received -= 1;
  EXPECT_EQ(world.run(SpanMetricsCheck{}).verdict, Verdict::inconclusive);
}

TEST(SpanMetrics, WithoutMetricsNothingIsSaid) {
  World world = with_metrics();
  world.seen.span_counters = SpanCounters{};
  EXPECT_EQ(world.run(SpanMetricsCheck{}).verdict, Verdict::inconclusive);
  world = with_metrics();
  EXPECT_EQ(world.run(SpanMetricsCheck{.counter = "calls"}).verdict, Verdict::exceeded);
}

TEST(CollectorMemory, ItsLargestReadingIsHeldToTheLimit) {
  World world = world_behind_a_collector();
  const CollectorMemoryCheck check{.tier = 2, .most = 1000};
  EXPECT_EQ(world.run(check).verdict, Verdict::inconclusive);
  world.seen.collector_memory = {{5000, 6000, 9}, {1000, 6000, 9}};
  EXPECT_EQ(world.run(check).verdict, Verdict::within);
  world.seen.collector_memory[1].most_bytes = 1001;
  EXPECT_EQ(world.run(check).verdict, Verdict::exceeded);
  world.seen.collector_memory[1].readings = 0;
  EXPECT_EQ(world.run(check).verdict, Verdict::inconclusive);
}

// 100 traces of 5 spans and 3 of before, of which 10 traces and 2 came out; the rest is on somebody's list.
World with_refusals() {
  World world = world_behind_a_collector();
  world.seen.before_first_call[{"mcp-router", "stdio.read", otlp::Kind::server}] = 3;
  world.seen.received_before_first_call = 2;
  world.seen.came_late = 20;
  world.seen.tap = TapCounts{.delivered = 460, .failed = 43, .refused = 700};
  CollectorCounts counts{.accepted = 460, .refused = 700, .filtered = 100, .sent = 72, .send_failed = 200};
  counts.not_queued = 88;
  world.seen.collector_counts = {counts};
  return world;
}

TEST(Refusals, ThatAddUpAreWithin) {
  World world = with_refusals();
  const CheckResult result = world.run(RefusalsCountedCheck{.least = 1000});
  EXPECT_EQ(result.verdict, Verdict::within) << result.detail;
  EXPECT_EQ(result.observed, 0);
}

TEST(Refusals, ASpanThatNobodyCountedIsFound) {
  World world = with_refusals();
  world.seen.collector_counts[0].not_queued -= 1;
  CheckResult result = world.run(RefusalsCountedCheck{});
  EXPECT_EQ(result.verdict, Verdict::exceeded) << result.detail;
  EXPECT_EQ(result.observed, 1);
  world = with_refusals();
  world.seen.kept.front().spans.pop_back();
  EXPECT_EQ(world.run(RefusalsCountedCheck{}).verdict, Verdict::exceeded);
}

// Queues that did not empty may hold them.
TEST(Refusals, WhatIsQueuedIsNotCalledLost) {
  World world = with_refusals();
  world.seen.came_late = 0;
  EXPECT_EQ(world.run(RefusalsCountedCheck{}).verdict, Verdict::exceeded);
  world.seen.collector_counts[0].queued_requests = 2;
  EXPECT_EQ(world.run(RefusalsCountedCheck{}).verdict, Verdict::inconclusive);
}

TEST(Refusals, ARefusalThatTheCollectorDoesNotCountIsFound) {
  World world = with_refusals();
  world.seen.collector_counts[0].refused = 650;
  const CheckResult result = world.run(RefusalsCountedCheck{});
  EXPECT_EQ(result.verdict, Verdict::exceeded) << result.detail;
  EXPECT_EQ(result.observed, 50);
  // Unless so many attempts had no answer.
  world.seen.tap->unanswered = 50;
  EXPECT_EQ(world.run(RefusalsCountedCheck{}).verdict, Verdict::within);
}

TEST(Refusals, WhatWasGivenUpAndArrivedIsNeitherRightNorWrong) {
  World world = with_refusals();
  world.seen.collector_counts[0].send_failed += 5;
  const CheckResult result = world.run(RefusalsCountedCheck{});
  EXPECT_EQ(result.verdict, Verdict::inconclusive) << result.detail;
}

TEST(Refusals, TooFewAndUnknownOnesSayNothing) {
  World world = with_refusals();
  EXPECT_EQ(world.run(RefusalsCountedCheck{.least = 2000}).verdict, Verdict::inconclusive);
  world.seen.collector_counts[0].problem = "it has 2 pipelines";
  EXPECT_TRUE(has(world.run(RefusalsCountedCheck{}), "2 pipelines"));
  world = with_refusals();
  world.seen.tap->pending_requests = 1;
  EXPECT_EQ(world.run(RefusalsCountedCheck{}).verdict, Verdict::inconclusive);
  world = with_refusals();
  world.seen.collector_counts.clear();
  EXPECT_EQ(world.run(RefusalsCountedCheck{}).verdict, Verdict::inconclusive);
}

}  // namespace
}  // namespace tracetax
