// `tracetax tune` against systems whose cost is planted. A busy machine may leave a search undecided; it must not make
// it answer what is wrong.

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "tests/integration/tracetax/program.h"

namespace tracetax::test {
namespace {

using Json = nlohmann::json;

// The median of calls that are all delayed alike moves by the delay: 1 ms is the limit, so the largest delay is 1 ms.
std::string delayed(const std::string& rest) {
  return short_scenario(
      "topology: { servers: [ { name: tools, listen: http } ] }\n",
      "load: { arrivals: { process: constant, rate: 100/s }, calls: [ { tool: lookup } ] }\n"
      "arms:\n"
      "  plain: { role: control, tracing: { sampler: none } }\n"
      "  slow: { role: treatment, tracing: { sampler: none }, tools: { lookup: { added_delay: 0s } } }\n"
      "  other: { role: treatment, tracing: { sampler: always_on } }\n"
      "plan: { warmup: 100ms, settle: 50ms, window: 500ms, blocks: 3, seed: 1, phases: [blocks] }\n" +
          rest);
}

const std::string budget = "budgets: [ { metric: latency.p50, max: 1ms }, { metric: memory, max: 1%, arm: other } ]\n";

TEST(Tune, FindsAPlantedDelayAndGoesOnFromItsFolder) {
  const Workplace place;
  const auto scenario = place.write("s.yaml", delayed(budget + "checks: [ complete_traces ]\n"));
  const std::vector<std::string> arguments{"tune",        scenario, "--knob", "arms.slow.tools.lookup.added_delay",
                                           "--min",       "100us",  "--max",  "8ms",
                                           "--tolerance", "50%",    "-o",     place.folder() / "out",
                                           "--progress",  "none"};
  const Ended first = place.tracetax(arguments);
  ASSERT_TRUE(first.code == 0 || first.code == 3) << first.code << first.err << first.out;
  const Json tune = read_json(place.folder() / "out/tune.json");
  EXPECT_EQ(tune.at("schema"), "tracetax.tune/1");
  EXPECT_EQ(tune.at("unit"), "ns");
  EXPECT_EQ(tune.at("arm"), "slow");
  ASSERT_EQ(tune.at("searches").size(), 1u);
  const Json& search = tune.at("searches")[0];
  EXPECT_EQ(first.code == 0, search.at("end") == "found");
  ASSERT_GE(search.at("points").size(), 2u);
  // Of the other treatment neither arm nor budget.
  ASSERT_EQ(search.at("curves").size(), 1u);
  EXPECT_EQ(search.at("curves")[0].at("metric"), "latency.p50");
  if (search.contains("x")) {
    // Never more than the truth by what an interval may be wrong.
    EXPECT_LE(search.at("x").get<double>(), 1.3e6);
  }
  if (first.code == 0) {
    EXPECT_GE(search.at("x").get<double>(), 0.4e6);
  }
  for (const Json& point : search.at("points")) {
    const std::filesystem::path folder = place.folder() / "out" / point.at("folder").get<std::string>();
    const Json result = read_json(folder / "result.json");
    EXPECT_EQ(result.at("arms").size(), 2u);
    EXPECT_EQ(result.at("checks").size(), 0u);
    const Ended report = place.tracetax({"report", folder, "--as", "json"});
    EXPECT_EQ(report.code, 0) << report.err;
    EXPECT_FALSE(point.at("reused").get<bool>());
  }
  EXPECT_TRUE(std::filesystem::exists(place.folder() / "out/tune.md"));
  EXPECT_NE(first.out.find("added_delay"), std::string::npos);

  // Nothing is measured again, and the answer is the same.
  const Ended again = place.tracetax(arguments);
  EXPECT_EQ(again.code, first.code) << again.err;
  const Json resumed = read_json(place.folder() / "out/tune.json").at("searches")[0];
  ASSERT_EQ(resumed.at("points").size(), search.at("points").size());
  for (const Json& point : resumed.at("points")) EXPECT_TRUE(point.at("reused").get<bool>());
  EXPECT_EQ(resumed.at("safe"), search.at("safe"));
}

TEST(Tune, SaysWhenEvenTheLowestBreaksTheBudget) {
  const Workplace place;
  const auto scenario = place.write("s.yaml", delayed("budgets: [ { metric: latency.p50, max: 1ms } ]\n"));
  const Ended ended = place.tracetax({"tune", scenario, "--knob", "arms.slow.tools.lookup.added_delay", "--min", "20ms",
                                      "--max", "40ms", "-o", place.folder() / "out", "--progress", "none"});
  EXPECT_EQ(ended.code, 1) << ended.err << ended.out;
  EXPECT_EQ(read_json(place.folder() / "out/tune.json").at("searches")[0].at("end"), "none within");
}

TEST(Tune, EndsAsSoonAsItKnowsWhetherTheAnswerIsAtLeastSoMuch) {
  const Workplace place;
  const auto scenario = place.write("s.yaml", delayed("budgets: [ { metric: latency.p50, max: 20ms } ]\n"));
  const Ended ended = place.tracetax({"tune", scenario, "--knob", "arms.slow.tools.lookup.added_delay", "--min", "1ms",
                                      "--max", "80ms", "--rates", "30/s,50/s", "--at-least", "1500us,70ms", "-o",
                                      place.folder() / "out", "--progress", "none"});
  EXPECT_EQ(ended.code, 1) << ended.err << ended.out;
  const Json searches = read_json(place.folder() / "out/tune.json").at("searches");
  ASSERT_EQ(searches.size(), 2u);
  EXPECT_EQ(searches[0].at("end"), "reaches");
  EXPECT_EQ(searches[0].at("points")[0].at("value"), "1500us");
  EXPECT_EQ(searches[0].at("answer"), "1500us");
  EXPECT_EQ(searches[1].at("end"), "below");
  EXPECT_EQ(searches[1].at("points")[0].at("value"), "70ms");
  EXPECT_NE(ended.out.find("70.0 ms breaks a budget"), std::string::npos) << ended.out;
}

TEST(Tune, SearchesAtEachRateAndEndsInTime) {
  const Workplace place;
  const auto scenario = place.write("s.yaml", delayed("budgets: [ { metric: latency.p50, max: 5s } ]\n"));
  const Ended ended =
      place.tracetax({"tune", scenario, "--knob", "arms.slow.tools.lookup.added_delay", "--min", "0s", "--max", "1ms",
                      "--rates", "50/s,100/s", "-o", place.folder() / "out", "--progress", "none"});
  EXPECT_EQ(ended.code, 0) << ended.err << ended.out;
  const Json searches = read_json(place.folder() / "out/tune.json").at("searches");
  ASSERT_EQ(searches.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(searches[i].at("rate"), i == 0 ? "50/s" : "100/s");
    EXPECT_EQ(searches[i].at("end"), "all within");
    EXPECT_EQ(searches[i].at("answer"), "1ms");
    const Json result =
        read_json(place.folder() / "out" / searches[i].at("points")[0].at("folder").get<std::string>() / "result.json");
    EXPECT_NE(result.at("load").get<std::string>().find(i == 0 ? "50/s" : "100/s"), std::string::npos);
  }
}

TEST(Tune, TellsTheUsersMistakesBeforeAnythingRuns) {
  const Workplace place;
  const auto scenario = place.write("s.yaml", delayed(budget));
  const auto expect = [&](std::vector<std::string> more, const std::string& text) {
    std::vector<std::string> arguments{"tune", scenario, "-o", place.folder() / "out"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Ended ended = place.tracetax(arguments);
    EXPECT_EQ(ended.code, 2) << text;
    EXPECT_NE(ended.err.find(text), std::string::npos) << ended.err;
    EXPECT_FALSE(std::filesystem::exists(place.folder() / "out"));
  };
  expect({}, "no treatment has a sampler with a ratio");
  expect({"--knob", "tools.lookup.inner_spans"}, "needs a range");
  expect({"--knob", "arms.nobody.x", "--min", "1", "--max", "2"}, "no such arm");
  expect({"--knob", "arms.plain.tracing.batch.size", "--min", "1", "--max", "2"}, "is the control");
  expect({"--knob", "tools.lookup.inner_spans", "--min", "5", "--max", "2"}, "must be below");
  expect({"--knob", "tools.lookup.inner_spans", "--min", "1ms", "--max", "2ms"}, "tools.lookup.inner_spans");
  expect({"--knob", "tools.lookup.inner_spans", "--min", "1", "--max", "2", "--tolerance", "none"}, "--tolerance");
  expect({"--knob", "tools.lookup.inner_spans", "--min", "1", "--max", "2", "--rates", "fast"}, "--rates");
}

// A call that is sampled is delayed, another is not.
TEST(Run, APlantedCostOfSamplingIsPaidBySampledCallsAlone) {
  const Workplace place;
  const auto scenario = place.write(
      "s.yaml",
      short_scenario("topology: { servers: [ { name: tools, listen: http } ] }\n",
                     "load: { arrivals: { process: constant, rate: 100/s }, calls: [ { tool: lookup } ] }\n"
                     "arms:\n"
                     "  plain: { role: control, tracing: { sampler: none } }\n"
                     "  off: { role: treatment, tracing: { sampler: always_off } }\n"
                     "  on: { role: treatment, tracing: { sampler: always_on } }\n"
                     "plan: { warmup: 100ms, settle: 50ms, window: 500ms, blocks: 3, seed: 1, phases: [blocks] }\n"
                     "budgets: [ { metric: latency.p50, max: 10ms } ]\n"));
  const Ended run =
      place.tracetax({"run", scenario, "-o", place.folder() / "out", "--set", "tools.lookup.added_delay_sampled=30ms"});
  EXPECT_EQ(run.code, 1) << run.err << run.out;
  for (const Json& b : read_json(place.folder() / "out/result.json").at("budgets")) {
    EXPECT_EQ(b.at("verdict"), b.at("arm") == "on" ? "exceeded" : "within");
    if (b.at("arm") == "on") {
      EXPECT_NEAR(b.at("estimate").get<double>(), 30e6, 5e6);
    }
  }
}

}  // namespace
}  // namespace tracetax::test
