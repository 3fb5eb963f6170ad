#include "harness/experiment/examples.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace tracetax {
namespace {

otlp::TraceId trace_id(int n) {
  otlp::TraceId id{};
  id[0] = 1;
  id[14] = static_cast<std::uint8_t>(n / 256);
  id[15] = static_cast<std::uint8_t>(n % 256);
  return id;
}

otlp::SpanId span_id(int n) {
  otlp::SpanId id{};
  id[0] = 1;
  id[7] = static_cast<std::uint8_t>(n);
  return id;
}

otlp::Span span(int trace, int id, int parent, std::int64_t start, std::int64_t end) {
  static const auto resource = std::make_shared<const otlp::Resource>(otlp::Resource{.service = "tools"});
  otlp::Span one;
  one.trace = trace_id(trace);
  one.id = span_id(id);
  if (parent != 0) one.parent = span_id(parent);
  one.resource = resource;
  one.name = "tools/call";
  one.kind = otlp::Kind::server;
  one.start_unix_ns = start;
  one.end_unix_ns = end;
  return one;
}

// n traces of a root that lasts 1000 · its number, and a child.
std::vector<otlp::Trace> traces(int n) {
  std::vector<otlp::Trace> all;
  for (int i = 1; i <= n; ++i) {
    all.push_back({trace_id(i), {span(i, 1, 0, 500, 500 + 1000 * i), span(i, 2, 1, 600, 700)}});
  }
  return all;
}

std::vector<std::string> kinds(const std::vector<ExampleTrace>& examples) {
  std::vector<std::string> all;
  for (const ExampleTrace& one : examples) all.push_back(one.kind);
  std::ranges::sort(all);
  return all;
}

const ExampleTrace& of(const std::vector<ExampleTrace>& examples, const std::string& kind) {
  return *std::ranges::find(examples, kind, &ExampleTrace::kind);
}

TEST(PickExamples, TakesTheFastTheMedianAndTheSlowByRank) {
  const std::vector<ExampleTrace> examples = pick_examples(traces(101), "on");
  ASSERT_EQ(kinds(examples), (std::vector<std::string>{"fast", "median", "slow"}));
  EXPECT_EQ(of(examples, "fast").duration_ns, 6'000);
  EXPECT_EQ(of(examples, "median").duration_ns, 51'000);
  EXPECT_EQ(of(examples, "slow").duration_ns, 100'000);
  EXPECT_EQ(of(examples, "slow").of, 101u);
  EXPECT_EQ(of(examples, "slow").arm, "on");
}

TEST(PickExamples, ShowsSpansFromTheFirstOnesStart) {
  const ExampleTrace one = pick_examples(traces(1), "on").at(0);
  ASSERT_EQ(one.spans.size(), 2u);
  EXPECT_EQ(one.spans[0].parent, "");
  EXPECT_EQ(one.spans[0].start_ns, 0);
  EXPECT_EQ(one.spans[1].parent, one.spans[0].id);
  EXPECT_EQ(one.spans[1].start_ns, 100);
  EXPECT_EQ(one.spans[1].duration_ns, 100);
  EXPECT_EQ(one.spans[1].service, "tools");
  EXPECT_EQ(one.spans[1].kind, "server");
}

TEST(PickExamples, TakesAFailedOneOnce) {
  std::vector<otlp::Trace> all = traces(50);
  all[9].spans[0].status = otlp::Status::error;
  const std::vector<ExampleTrace> examples = pick_examples(all, "on");
  EXPECT_EQ(of(examples, "failed").duration_ns, 10'000);
  all = traces(1);
  all[0].spans[0].status = otlp::Status::error;
  EXPECT_EQ(pick_examples(all, "on").size(), 1u);
}

TEST(PickExamples, LeavesOutUpkeepAndTracesInPieces) {
  std::vector<otlp::Trace> all = traces(3);
  for (otlp::Span& one : all[0].spans) one.kind = otlp::Kind::client;  // nobody served it
  all[1].spans[1].parent = span_id(9);                                 // two without a received parent
  const std::vector<ExampleTrace> examples = pick_examples(all, "on");
  ASSERT_EQ(examples.size(), 1u);
  EXPECT_EQ(examples[0].duration_ns, 3'000);
  EXPECT_EQ(examples[0].of, 1u);
  EXPECT_TRUE(pick_examples({}, "on").empty());
}

// The caller made the trace and exports elsewhere: the span it called into is the root here.
TEST(PickExamples, TakesATraceThatWasBegunOutside) {
  std::vector<otlp::Trace> all = traces(1);
  all[0].spans[0].parent = span_id(77);
  const std::vector<ExampleTrace> examples = pick_examples(all, "on");
  ASSERT_EQ(examples.size(), 1u);
  EXPECT_EQ(examples[0].spans[0].parent, "");
}

TEST(PickExamples, CutsLongTextsBetweenCharacters) {
  std::vector<otlp::Trace> all = traces(1);
  std::string text(199, 'x');
  for (int i = 0; i < 10; ++i) text += "é";
  all[0].spans[0].attributes.push_back({"note", {text}});
  EXPECT_EQ(pick_examples(all, "on").at(0).spans.at(0).attributes.at("note"), std::string(199, 'x') + "…");
}

}  // namespace
}  // namespace tracetax
