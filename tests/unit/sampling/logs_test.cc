#include <gtest/gtest.h>

#include "world.h"

namespace tracetax {
namespace {

using test::World;

World logged() {
  World world(40);
  world.keep([](std::size_t i) { return i % 2 == 0; });
  world.observe();
  return world;
}

// The last character of the first line's id becomes another.
void change_id(std::string& text, const std::string& key) {
  const std::size_t at = text.find('"', text.find(key) + key.size() + 3) - 1;
  text.at(at) = text[at] == '0' ? '1' : '0';
}

TEST(IdsInLogs, WhereAllLeadsToSpans) {
  World world = logged();
  const CheckResult result = world.run(IdsInLogsCheck{});
  EXPECT_EQ(result.verdict, Verdict::within) << result.detail;
  EXPECT_EQ(result.detail, "60 log lines, 60 of sampled calls, and 3 exemplars");
}

TEST(IdsInLogs, FindsIdsOfNoSpan) {
  for (const std::string key : {"trace_id", "span_id"}) {
    World world = logged();
    change_id(*world.process("gateway").calls, key);
    EXPECT_EQ(world.run(IdsInLogsCheck{}).verdict, Verdict::exceeded) << key;
  }
  World world = logged();
  test::replace(world.process("router").metrics, "span_id=\"000", "span_id=\"fff");
  const CheckResult result = world.run(IdsInLogsCheck{});
  EXPECT_EQ(result.verdict, Verdict::exceeded);
  EXPECT_NE(result.detail.find("1 name a span that did not arrive"), std::string::npos) << result.detail;
}

TEST(IdsInLogs, FindsASampledCallWithoutALine) {
  World world = logged();
  std::string& log = *world.process("tools").calls;
  log.erase(0, log.find('\n') + 1);
  const CheckResult result = world.run(IdsInLogsCheck{});
  EXPECT_EQ(result.verdict, Verdict::exceeded);
  EXPECT_EQ(
      result.detail,
      "59 log lines, 59 of sampled calls, and 3 exemplars; 1 sampled calls are in no line of a service they passed");
}

TEST(IdsInLogs, FindsLinesThatSayNothing) {
  World without = logged();
  test::replace(*without.process("tools").calls, "span_id", "other");
  EXPECT_EQ(without.run(IdsInLogsCheck{}).verdict, Verdict::exceeded);
  World torn = logged();
  test::replace(*torn.process("tools").calls, "\"sampled\":true}", "\"samp");
  EXPECT_EQ(torn.run(IdsInLogsCheck{}).verdict, Verdict::exceeded);
  World bare = logged();
  for (ObservedProcess& process : bare.seen.processes) process.metrics = "# EOF\n";
  EXPECT_EQ(bare.run(IdsInLogsCheck{}).verdict, Verdict::exceeded);
}

TEST(IdsInLogs, FindsTheSpanOfAnotherService) {
  World world = logged();
  *world.process("router").calls = *world.process("gateway").calls;
  EXPECT_EQ(world.run(IdsInLogsCheck{}).verdict, Verdict::exceeded);
}

// The line is right, and its span was lost on its way.
TEST(IdsInLogs, AccusesNobodyOfLostSpans) {
  World world = logged();
  world.seen.kept[3].spans.pop_back();  // of tools
  EXPECT_EQ(world.run(IdsInLogsCheck{}).verdict, Verdict::exceeded);
  world.seen.steps[0].spans["tools"].received -= 1;
  EXPECT_EQ(world.run(IdsInLogsCheck{}).verdict, Verdict::inconclusive);
}

TEST(IdsInLogs, SaysNothingWithoutSampledCalls) {
  World world(10);
  world.observe();
  EXPECT_EQ(world.run(IdsInLogsCheck{}).verdict, Verdict::inconclusive);
}

}  // namespace
}  // namespace tracetax
