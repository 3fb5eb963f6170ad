#include <gtest/gtest.h>

#include "world.h"

namespace tracetax {
namespace {

using test::World;

World running(ExporterType exporter = ExporterType::otlp_grpc, SamplerType sampler = SamplerType::always_on) {
  World world(100);
  world.scenario.arms.back().tracing.exporter.type = exporter;
  world.scenario.arms.back().tracing.sampler.type = sampler;
  world.keep([](std::size_t) { return true; });
  world.observe();
  return world;
}

TEST(ExporterRuns, WhereAllThatWasSampledCame) {
  World world = running();
  const CheckResult result = world.run(ExporterRunsCheck{});
  EXPECT_EQ(result.verdict, Verdict::within) << result.detail;
  EXPECT_EQ(result.detail,
            "always_on to otlp_grpc: 500 of 500 spans sampled, 500 exported; 0 of 100 calls have no answer");
}

TEST(ExporterRuns, FindsLossesOnEachPartOfTheWay) {
  World pending = running();
  pending.process("router").exported -= 4;
  EXPECT_EQ(pending.run(ExporterRunsCheck{}).verdict, Verdict::exceeded);
  World failed = running();
  failed.process("router").export_failed = 1;
  EXPECT_EQ(failed.run(ExporterRunsCheck{}).verdict, Verdict::exceeded);
  World lost = running();
  --lost.seen.received["tools"];
  EXPECT_EQ(lost.run(ExporterRunsCheck{}).verdict, Verdict::exceeded);
  World unanswered = running();
  unanswered.seen.calls[5].sample.outcome = Outcome::disconnected;
  EXPECT_EQ(unanswered.run(ExporterRunsCheck{}).verdict, Verdict::exceeded);
}

TEST(ExporterRuns, CountsEachSpanOnce) {
  World world = running();
  ObservedProcess& router = world.process("router");
  router.exported -= 7;
  router.export_failed = 3;
  world.seen.received["router"] -= 7;
  EXPECT_EQ(world.run(ExporterRunsCheck{}).observed, 7);
}

TEST(ExporterRuns, CountsWhatIsPrinted) {
  World world = running(ExporterType::console);
  world.seen.received.clear();  // nothing comes to the sink
  for (ObservedProcess& process : world.seen.processes) process.printed = process.exported;
  EXPECT_EQ(world.run(ExporterRunsCheck{}).verdict, Verdict::within);
  --*world.process("gateway").printed;
  const CheckResult result = world.run(ExporterRunsCheck{});
  EXPECT_EQ(result.verdict, Verdict::exceeded);
  EXPECT_NE(result.detail.find("gateway: 199 spans in its output, 200 exported"), std::string::npos) << result.detail;
}

TEST(ExporterRuns, ExportsNothingToNowhere) {
  World world = running(ExporterType::none);
  EXPECT_EQ(world.run(ExporterRunsCheck{}).verdict, Verdict::exceeded);
  for (ObservedProcess& process : world.seen.processes) process.exported = 0;
  EXPECT_EQ(world.run(ExporterRunsCheck{}).verdict, Verdict::within);
}

TEST(ExporterRuns, HoldsSamplersToTheirNames) {
  World world = running();
  ++world.process("tools").started;
  EXPECT_EQ(world.run(ExporterRunsCheck{}).verdict, Verdict::exceeded);
  World off = running(ExporterType::otlp_grpc, SamplerType::always_off);
  EXPECT_EQ(off.run(ExporterRunsCheck{}).verdict, Verdict::exceeded);
  for (ObservedProcess& process : off.seen.processes) process.sampled = process.exported = 0;
  off.seen.received.clear();
  EXPECT_EQ(off.run(ExporterRunsCheck{}).verdict, Verdict::within);
}

// An arm whose spans go elsewhere is nothing for checks of what arrived.
TEST(ExporterRuns, AloneIsAboutArmsThatPrint) {
  World world = running(ExporterType::console);
  EXPECT_EQ(world.run(SpansLostCheck{}).detail, "not one result");
  EXPECT_NE(world.run(ExporterRunsCheck{}).detail, "not one result");
}

TEST(ExporterRuns, SaysNothingWithoutSpans) {
  World world(10);
  EXPECT_EQ(world.run(ExporterRunsCheck{}).verdict, Verdict::inconclusive);
}

}  // namespace
}  // namespace tracetax
