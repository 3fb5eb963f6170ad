#include <cmath>

#include <gtest/gtest.h>

#include "world.h"

namespace tracetax {
namespace {

using test::World;
using namespace std::chrono_literals;

constexpr std::uint64_t mib = 1u << 20;

// 10 s of readings, a fault from 5 s on.
World stalled() {
  World world(100);
  world.scenario.sampling.fault = {.how = SinkFault::How::slow, .at = 5s, .length = 2s};
  for (int i = 0; i < 40; ++i) {
    world.seen.memory.push_back({i * 250ms, "router", 20 * mib});
    world.seen.memory.push_back({i * 250ms, "tools", 10 * mib});
  }
  ObservedProcess& process = world.seen.processes.emplace_back();
  process.service = "router";
  process.sampled = process.ended = 1000;
  process.exported = 700;
  process.export_failed = 100;
  return world;
}

TEST(MemoryBound, HoldsWhereNothingGrows) {
  World world = stalled();
  const CheckResult result = world.run(MemoryBoundCheck{.most = mib});
  EXPECT_EQ(result.verdict, Verdict::within);
  EXPECT_EQ(result.observed, 0);
  EXPECT_NE(result.detail.find("200 spans dropped because a queue was full, 100 in exports that failed"),
            std::string::npos)
      << result.detail;
}

// One reading after the end of the fault.
TEST(MemoryBound, FindsTheLargestReading) {
  World world = stalled();
  world.seen.memory[70].bytes += 8 * mib;
  EXPECT_EQ(world.run(MemoryBoundCheck{.most = 8 * mib}).verdict, Verdict::within);
  const CheckResult result = world.run(MemoryBoundCheck{.most = 8 * mib - 1});
  EXPECT_EQ(result.verdict, Verdict::exceeded);
  EXPECT_DOUBLE_EQ(result.observed, 8.0 * mib);
  EXPECT_EQ(world.run(MemoryBoundCheck{.most = mib, .service = "tools"}).verdict, Verdict::within);
}

// What was there before is no growth, nor is a single large reading among those.
TEST(MemoryBound, ComparesWithTheMedianBefore) {
  World world = stalled();
  world.seen.memory[2].bytes = 100 * mib;
  for (std::size_t i = 44; i < world.seen.memory.size(); i += 2) world.seen.memory[i].bytes = 24 * mib;
  EXPECT_DOUBLE_EQ(world.run(MemoryBoundCheck{.most = 5 * mib}).observed, 4.0 * mib);
}

TEST(MemoryBound, SaysNothingWithFewReadings) {
  World world = stalled();
  world.scenario.sampling.fault.at = 500ms;
  EXPECT_EQ(world.run(MemoryBoundCheck{.most = mib}).verdict, Verdict::inconclusive);
  world.seen.memory.clear();
  EXPECT_EQ(world.run(MemoryBoundCheck{.most = mib}).verdict, Verdict::inconclusive);
}

// Traces of 5 spans with 100 or 300 bytes each.
World sized(std::size_t calls) {
  World world(calls);
  world.keep([](std::size_t) { return true; });
  for (std::size_t t = 0; t < world.seen.kept.size(); ++t) {
    for (otlp::Span& span : world.seen.kept[t].spans) span.encoded_bytes = t % 2 == 0 ? 100 : 300;
  }
  return world;
}

TEST(TraceBytes, AreMeasuredForEachTrace) {
  World world = sized(200);
  const CheckResult result = world.run(TraceBytesCheck{.least = 900, .most = 1100});
  EXPECT_DOUBLE_EQ(result.observed, 1000);
  EXPECT_EQ(result.verdict, Verdict::within);
  // Student's interval of 200 values of which half are 500 and half 1500.
  EXPECT_NEAR(result.high - result.observed, 1.97196 * 500 * std::sqrt(200.0 / 199.0) / std::sqrt(200.0), 0.01);
  EXPECT_EQ(world.run(TraceBytesCheck{.least = 1100, .most = 5000}).verdict, Verdict::exceeded);
  EXPECT_EQ(world.run(TraceBytesCheck{.most = 900}).verdict, Verdict::exceeded);
  EXPECT_EQ(world.run(TraceBytesCheck{.most = 1010}).verdict, Verdict::inconclusive);
}

TEST(TraceBytes, LeaveOutTracesOfNoCall) {
  World world = sized(200);
  otlp::Trace upkeep;
  upkeep.spans.emplace_back().encoded_bytes = 1e6;
  upkeep.spans.front().resource = world.seen.kept.front().spans.front().resource;
  world.seen.kept.push_back(upkeep);
  EXPECT_DOUBLE_EQ(world.run(TraceBytesCheck{.most = 2000}).observed, 1000);
}

TEST(TraceBytes, NeedTwoTraces) {
  EXPECT_EQ(sized(1).run(TraceBytesCheck{.most = 2000}).verdict, Verdict::inconclusive);
}

}  // namespace
}  // namespace tracetax
