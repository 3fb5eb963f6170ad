// Blocks and pairs, looks and their end, and costs that were planted: whole runs over real processes.

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/results/files.h"
#include "tests/integration/tracetax/program.h"

namespace tracetax::test {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;

const std::string direct = "topology: { servers: [ { name: tools, listen: http, connections: 8 } ] }\n";
const std::string load =
    "load:\n  arrivals: { process: poisson, rate: 200/s }\n  sessions: 2\n  timeout: 5s\n"
    "  calls: [ { tool: lookup, arguments: { text: hello } } ]\n";
const std::string two_arms =
    "arms:\n"
    "  untraced: { role: control, tracing: { sampler: none } }\n"
    "  all: { role: treatment, tracing: { sampler: always_on, batch: { delay: 100ms } } }\n";

const Json& comparison(const Json& result, const std::string& metric, const std::string& phase,
                       const std::string& service, const std::string& treatment) {
  for (const Json& c : result.at("comparisons")) {
    if (c.at("metric") == metric && c.at("phase") == phase && c.value("service", "") == service &&
        c.at("treatment") == treatment)
      return c;
  }
  throw std::runtime_error("no comparison of " + metric + " in " + phase);
}

TEST(Phases, BothRunAndEveryCallOfBothIsRecorded) {
  const Workplace place;
  const auto scenario =
      place.write("s.yaml", short_scenario(direct, load + two_arms +
                                                       "plan: { warmup: 200ms, settle: 100ms, window: 1s, "
                                                       "pairs_window: 2s, blocks: 2, launches: 1, seed: 42 }\n"
                                                       "checks: [ complete_traces ]\n"));
  const Ended run = place.tracetax({"run", scenario, "-o", place.folder() / "out"});
  const Json result = read_json(place.folder() / "out/result.json");
  expect_calls_add_up(result);
  EXPECT_EQ(comparison(result, "latency.p50", "pairs", "", "all").at("blocks"), 2);
  EXPECT_EQ(comparison(result, "latency.p50", "blocks", "", "all").at("blocks"), 2);
  EXPECT_EQ(result.at("checks").at(0).at("verdict"), "within") << run.out;

  const auto trials = read_trials(place.folder() / "out", {"lookup"});
  ASSERT_EQ(trials.size(), 8U);
  std::uint64_t calls = 0;
  for (const TrialRecord& trial : trials) {
    calls += trial.calls.planned;
    EXPECT_EQ(trial.calls.ok, trial.calls.planned);
    EXPECT_EQ(trial.spans.empty() ? 0 : trial.spans.at("tools").lost(), 0U);
    EXPECT_EQ(trial.window, std::chrono::seconds(trial.phase == Phase::pairs ? 2 : 1));
    if (trial.phase != Phase::pairs) continue;
    // The i-th calls of both arms of a window are neighbours in one schedule.
    const auto other = std::ranges::find_if(trials, [&](const TrialRecord& t) {
      return t.phase == Phase::pairs && t.block == trial.block && t.arm != trial.arm;
    });
    ASSERT_EQ(other->samples.size(), trial.samples.size());
    for (std::size_t i = 1; i < trial.samples.size(); ++i) {
      EXPECT_LT(std::max(trial.samples[i - 1].intended, other->samples[i - 1].intended),
                std::min(trial.samples[i].intended, other->samples[i].intended));
    }
    EXPECT_EQ(other->started_at_unix_ns / 10'000'000, trial.started_at_unix_ns / 10'000'000) << "they began together";
  }
  std::uint64_t reported = 0;
  for (const Json& arm : result.at("arms")) reported += arm.at("calls").at("planned").get<std::uint64_t>();
  EXPECT_EQ(reported, calls);
  EXPECT_TRUE(processes_with(place.folder().string()).empty());

  // What fewer blocks would have said, from the same trials.
  const Ended all = place.tracetax({"report", place.folder() / "out", "--blocks", "0-1", "--as", "json"});
  ASSERT_EQ(all.code, 0) << all.err;
  EXPECT_EQ(Json::parse(all.out).at("comparisons"), result.at("comparisons"));
  const Ended one = place.tracetax({"report", place.folder() / "out", "--blocks", "1", "--as", "json"});
  EXPECT_EQ(Json::parse(one.out).at("blocks_done"), 1);
  EXPECT_TRUE(Json::parse(one.out).at("comparisons").empty()) << "one block has no spread";
  for (const char* range : {"2-3", "1-0", "x", "0-", "-1"}) {
    const Ended refused = place.tracetax({"report", place.folder() / "out", std::string("--blocks=") + range});
    EXPECT_EQ(refused.code, 2) << range;
    EXPECT_THAT(refused.err, HasSubstr("blocks")) << range;
  }
}

std::string with_many_blocks(const std::string& budget) {
  return short_scenario(direct, load + two_arms +
                                    "plan: { warmup: 100ms, settle: 50ms, window: 300ms, blocks: { min: 3, max: 60 }, "
                                    "looks: 4, launches: 1, seed: 42 }\n" +
                                    budget);
}

TEST(Looking, EndsTheRunWhenAllIsDecided) {
  const Workplace place;
  const auto scenario = place.write("s.yaml", with_many_blocks("budgets: [ { metric: latency.p50, max: 5s } ]\n"));
  const Ended run = place.tracetax({"run", scenario, "-o", place.folder() / "out"});
  EXPECT_EQ(run.code, 0) << run.err << run.out;
  const Json result = read_json(place.folder() / "out/result.json");
  EXPECT_EQ(result.at("stopped"), "decided");
  EXPECT_TRUE(result.at("finished").get<bool>());
  EXPECT_EQ(result.at("blocks_done"), 3);
  EXPECT_EQ(result.at("blocks_planned"), 60);
  ASSERT_EQ(result.at("looks").size(), 1U);
  EXPECT_EQ(result.at("looks").at(0).at("blocks"), 3);
  EXPECT_LT(result.at("looks").at(0).at("level").get<double>(), 0.025 * 0.01) << "an early look has little to spend";
  EXPECT_THAT(run.out, HasSubstr("all decided at look 1"));
}

TEST(Looking, GoesOnWhileSomethingIsOpenAndTheClockEndsIt) {
  const Workplace place;
  const auto scenario = place.write("s.yaml", with_many_blocks("budgets: [ { metric: latency.p50, max: 1ns } ]\n"));
  const Ended run = place.tracetax({"run", scenario, "-o", place.folder() / "out", "--max-time", "12s"});
  const Json result = read_json(place.folder() / "out/result.json");
  EXPECT_EQ(result.at("stopped"), "max time") << run.err;
  EXPECT_GT(result.at("blocks_done").get<int>(), 1);
  EXPECT_LT(result.at("blocks_done").get<int>(), 60);
  EXPECT_FALSE(result.at("finished").get<bool>());
  EXPECT_EQ(result.at("looks").back().at("blocks"), result.at("blocks_done"));
  expect_calls_add_up(result);
}

// docs/measuring.md: a window must hold whole export cycles. With a batch delay far above the window no export happens
// while calls are timed: what the window misses is all of it.
TEST(Windows, ThatAreShorterThanTheExportCyclesMissTheirCost) {
  const Workplace place;
  const auto scenario = place.write(
      "s.yaml",
      short_scenario(direct,
                     load + "arms:\n"
                            "  untraced: { role: control, tracing: { sampler: none } }\n"
                            "  often: { role: treatment, tracing: { sampler: always_on, batch: { delay: 100ms } } }\n"
                            "  seldom: { role: treatment, tracing: { sampler: always_on, batch: { delay: 30s } } }\n"
                            "plan: { warmup: 100ms, settle: 100ms, window: 1s, blocks: 2, launches: 1, seed: 42, "
                            "phases: [blocks] }\n"));
  const Ended run = place.tracetax({"run", scenario, "-o", place.folder() / "out"});
  EXPECT_THAT(run.err, HasSubstr("arm seldom: a window of 1.00 s holds less than two export cycles"));
  EXPECT_THAT(run.err, testing::Not(HasSubstr("arm often:")));
  for (const TrialRecord& trial : read_trials(place.folder() / "out", {"lookup"})) {
    std::uint64_t bytes = 0;
    for (const auto& [service, counts] : trial.spans) bytes += counts.bytes;
    std::uint64_t in_window = 0, arrived = 0;
    for (const ExportStep& step : trial.exports) {
      arrived += step.bytes;
      if (step.at_ns < trial.duration.count()) in_window += step.bytes;
    }
    EXPECT_EQ(arrived, bytes) << "every byte came at some time";
    if (trial.arm == "seldom") {
      EXPECT_EQ(trial.bytes_in_window, 0U);
      EXPECT_EQ(in_window, 0U);
      EXPECT_GT(bytes, 10'000U) << "the flush after the window brings it all, so that nothing is lost";
    } else if (trial.arm == "often") {
      EXPECT_GT(trial.bytes_in_window, bytes / 2);
      EXPECT_GT(in_window, bytes / 2);
    }
  }
  const Json result = read_json(place.folder() / "out/result.json");
  const auto doubts = result.at("doubts").get<std::vector<std::string>>();
  EXPECT_THAT(doubts, testing::Contains(HasSubstr("arm seldom: only 0 %")));
  EXPECT_THAT(doubts, testing::Not(testing::Contains(HasSubstr("arm often: only"))));
}

TEST(Planted, CpuAndMemoryAreFoundInTheirServiceAndInNoOther) {
  const Workplace place;
  const auto scenario = place.write(
      "s.yaml",
      short_scenario(
          "topology:\n  gateway: { listen: http }\n  servers: [ { name: tools, listen: http } ]\n",
          load + "arms:\n"
                 "  plain: { role: control, tracing: { sampler: none } }\n"
                 "  burns: { role: treatment, tracing: { sampler: none }, tools: { lookup: { cpu_share: 0.4 } } }\n"
                 "  keeps: { role: treatment, tracing: { sampler: none }, tools: { lookup: { memory: 3MB } } }\n"
                 "plan: { warmup: 300ms, settle: 100ms, window: 1s, blocks: 7, seed: 4, confidence: 0.995, "
                 "phases: [blocks] }\n"));
  const Ended run = place.tracetax({"run", scenario, "-o", place.folder() / "out"});
  const Json result = read_json(place.folder() / "out/result.json");
  const auto of = [&](const char* metric, const char* service, const char* arm) {
    return comparison(result, metric, "blocks", service, arm).at("absolute");
  };
  // 1 ms × (0.4 − 0.1) = 300 µs, far above the noise of a busy machine.
  const Json cpu = of("cpu_per_call", "tools", "burns");
  EXPECT_GT(cpu.at("low").get<double>(), 0) << cpu;
  EXPECT_LE(cpu.at("low").get<double>(), 300e3) << cpu;
  EXPECT_GE(cpu.at("high").get<double>(), 300e3) << cpu;
  const Json elsewhere = of("cpu_per_call", "gateway", "burns");
  EXPECT_NEAR(elsewhere.at("estimate").get<double>(), 0, 100e3) << elsewhere;

  EXPECT_NEAR(of("memory", "tools", "keeps").at("estimate").get<double>(), 3e6, 0.5e6);
  EXPECT_NEAR(of("memory", "gateway", "keeps").at("estimate").get<double>(), 0, 0.5e6);
  EXPECT_NEAR(of("memory", "tools", "burns").at("estimate").get<double>(), 0, 0.5e6);
}

}  // namespace
}  // namespace tracetax::test
