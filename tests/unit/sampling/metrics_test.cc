#include <gtest/gtest.h>

#include "harness/sampling/openmetrics.h"
#include "world.h"

namespace tracetax {
namespace {

using test::World;

World agreeing(std::size_t calls = 100) {
  World world(calls);
  world.keep([](std::size_t) { return true; });
  world.observe();
  return world;
}

// Every fourth call is of `other`, which uses a model.
World with_llm() {
  World world(100);
  world.keep([](std::size_t) { return true; });
  world.observe();
  ToolSpec& tool = world.scenario.arms.back().tools.emplace_back();
  tool.name = "other";
  tool.llm = {"gpt", 150, 75};
  test::replace(world.process("tools").metrics, "# EOF",
                "llm_requests_total{model=\"gpt\"} 25\nllm_tokens_total{model=\"gpt\",type=\"prompt\"} 3750\n"
                "llm_tokens_total{model=\"gpt\",type=\"completion\"} 1875\n# EOF");
  return world;
}

TEST(OpenMetrics, ReadsLabelsValuesAndExemplars) {
  const auto samples = parse_openmetrics(
      "# TYPE a counter\na_total 3\nb{x=\"q\\\"\\\\\\n,}\",y=\"\"} 1.5 1700000000\n"
      "c_bucket{le=\"+Inf\"} 7 # {trace_id=\"ab\",span_id=\"cd\"} 0.25 1700000000.125\n# EOF\n");
  ASSERT_TRUE(samples);
  ASSERT_EQ(samples->size(), 3u);
  EXPECT_EQ((*samples)[0].value, 3);
  EXPECT_EQ((*samples)[1].labels.at("x"), "q\"\\\n,}");
  EXPECT_EQ((*samples)[1].value, 1.5);
  EXPECT_EQ((*samples)[2].exemplar.at("span_id"), "cd");
  EXPECT_EQ(sum_of(*samples, "b", {{"y", ""}}), 1.5);
  EXPECT_FALSE(sum_of(*samples, "b", {{"y", "z"}}));
}

TEST(OpenMetrics, RefusesHalfAScrapeAndOtherTexts) {
  for (const char* text : {"", "a_total 3\n", "# EOF", "a_total\n# EOF\n", "a_total x\n# EOF\n", "a{b} 1\n# EOF\n",
                           "a{b=\"c} 1\n# EOF\n", "a 1 # {b=\"c\"}\n# EOF\n", "# EOF\na 1\n"}) {
    EXPECT_FALSE(parse_openmetrics(text)) << text;
  }
}

TEST(MetricsAgree, WhereAllIsAsItWas) {
  World world = agreeing();
  const CheckResult result = world.run(MetricsAgreeCheck{});
  EXPECT_EQ(result.verdict, Verdict::within) << result.detail;
  EXPECT_EQ(result.detail,
            "0 of 18 figures of 3 services disagree: 500 spans created, 500 exported, 0 not exported; 0 calls of a "
            "language model");
}

TEST(MetricsAgree, FindsEachFigureThatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> faults{
      {"spans_created_total 200", "spans_created_total 201"},
      {"spans_exported_total 200", "spans_exported_total 199"},
      {"trace_errors_total 0", "trace_errors_total 1"},
      {"exporter_up 1\n", "exporter_up 0\n"},
      {"exporter_up 1\n", ""},
      {"# EOF\n", ""}};
  for (const auto& [right, wrong] : faults) {
    World world = agreeing();
    test::replace(world.process("gateway").metrics, right, wrong);
    const CheckResult result = world.run(MetricsAgreeCheck{});
    EXPECT_EQ(result.verdict, Verdict::exceeded) << wrong;
    EXPECT_NE(result.detail.find("gateway"), std::string::npos) << result.detail;
  }
}

// The services' own counts agree with each other; what arrived does not.
TEST(MetricsAgree, FindsWhatTheReceiverDidNotGet) {
  World world = agreeing();
  world.seen.received["tools"] -= 3;
  const CheckResult result = world.run(MetricsAgreeCheck{});
  EXPECT_EQ(result.verdict, Verdict::exceeded);
  EXPECT_EQ(result.detail,
            "1 of 17 figures of 3 services disagree: tools: spans_exported_total is 100, 97 were received");
}

TEST(MetricsAgree, CountsCallsAndTokensOfAModel) {
  EXPECT_EQ(with_llm().run(MetricsAgreeCheck{}).verdict, Verdict::within);
  for (const char* figure :
       {"llm_requests_total{model=\"gpt\"} 25", "type=\"prompt\"} 3750", "type=\"completion\"} 1875"}) {
    World world = with_llm();
    test::replace(world.process("tools").metrics, figure, std::string(figure) + "0");
    EXPECT_EQ(world.run(MetricsAgreeCheck{}).verdict, Verdict::exceeded) << figure;
  }
  World silent = with_llm();
  test::replace(silent.process("tools").metrics, "llm_requests_total", "other_total");
  EXPECT_EQ(silent.run(MetricsAgreeCheck{}).verdict, Verdict::exceeded);
}

// The server may or may not have seen a call that has no answer.
TEST(MetricsAgree, LeavesRoomForCallsWithoutAnAnswer) {
  World world = with_llm();
  world.seen.calls[3].sample.outcome = Outcome::timed_out;
  EXPECT_EQ(world.run(MetricsAgreeCheck{}).verdict, Verdict::within);
  world.seen.calls[7].sample.outcome = Outcome::never_sent;
  EXPECT_EQ(world.run(MetricsAgreeCheck{}).verdict, Verdict::exceeded);
}

TEST(MetricsAgree, SaysNothingWithoutProcesses) {
  World world(10);
  EXPECT_EQ(world.run(MetricsAgreeCheck{}).verdict, Verdict::inconclusive);
}

}  // namespace
}  // namespace tracetax
