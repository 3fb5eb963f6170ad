// A recording replayed, and calls whose arguments are drawn: whole runs over real processes.
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
const std::string arms_and_plan =
    "arms:\n"
    "  untraced: { role: control, tracing: { sampler: none } }\n"
    "  all: { role: treatment, tracing: { sampler: always_on, batch: { delay: 100ms } } }\n"
    "plan: { warmup: 100ms, settle: 100ms, window: 400ms, blocks: 2, launches: 1, seed: 42 }\n";

// 20 calls in 200 ms (with the gap at the end), by 3 sessions.
std::string recording() {
  std::string lines;
  for (int i = 0; i < 20; ++i) {
    lines += Json{{"at_us", 50'000 + 10'000 * i},
                  {"session", i % 3},
                  {"tool", i % 4 == 0 ? "echo" : "lookup"},
                  {"arguments", {{"text", "call " + std::to_string(i)}}}}
                 .dump() +
             "\n";
  }
  return lines;
}

TEST(Traffic, ARecordingIsReplayedAlikeInAllArmsAndReportedFromItsFolderAlone) {
  const Workplace place;
  const auto file = place.write("calls.jsonl", recording());
  const auto scenario =
      place.write("s.yaml", short_scenario(direct,
                                           "load:\n  arrivals: { process: replay, file: calls.jsonl, loop: true }\n"
                                           "  timeout: 5s\n" +
                                               arms_and_plan + "checks: [ complete_traces ]\n"));
  const Ended run = place.tracetax({"run", scenario, "-o", place.folder() / "out"});
  const Json result = read_json(place.folder() / "out/result.json");
  expect_calls_add_up(result);
  EXPECT_EQ(result.at("checks").at(0).at("verdict"), "within") << run.out << run.err;

  const auto trials = read_trials(place.folder() / "out", {"echo", "lookup"});
  ASSERT_EQ(trials.size(), 8U);
  for (const TrialRecord& trial : trials) {
    EXPECT_EQ(trial.calls.ok, trial.calls.planned) << trial.failure;
    if (trial.phase != Phase::blocks) continue;
    // Windows of 400 ms are two rounds of 200 ms.
    ASSERT_EQ(trial.samples.size(), 40U);
    for (std::size_t i = 0; i < 40; ++i) {
      const Sample& sample = trial.samples[i];
      EXPECT_EQ(sample.intended, std::chrono::milliseconds(10 * i));
      EXPECT_EQ(sample.session, i % 20 % 3);
      EXPECT_EQ(sample.tool, i % 20 % 4 == 0 ? 0 : 1);
    }
  }
  // Nothing but the folder is needed afterwards.
  std::filesystem::remove(file);
  const Ended report = place.tracetax({"report", place.folder() / "out", "--blocks", "0-1", "--as", "json"});
  ASSERT_EQ(report.code, 0) << report.err;
  EXPECT_EQ(Json::parse(report.out).at("comparisons"), result.at("comparisons"));
  EXPECT_EQ(place.tracetax({"check", place.folder() / "out/scenario.resolved.yaml"}).code, 0);
}

TEST(Traffic, CallsWithDrawnArgumentsSucceedInAClosedLoop) {
  const Workplace place;
  place.write("words.txt", "one\ntwo \"quoted\"\nthree\n");
  place.write("calls.jsonl", recording());
  const auto scenario = place.write(
      "s.yaml", short_scenario(direct,
                               "load:\n  arrivals: { process: closed, think_time: 5ms }\n"
                               "  sessions: 2\n  timeout: 5s\n  calls:\n"
                               "    - { tool: echo, arguments: { text: \"${counter} ${uuid} ${line:words.txt}\" } }\n"
                               "    - { tool: sleep, arguments: { ms: \"${float:0..1}\" } }\n"
                               "    - { recording: calls.jsonl, order: random }\n" +
                                   arms_and_plan));
  const Ended run = place.tracetax({"run", scenario, "-o", place.folder() / "out"});
  const Json result = read_json(place.folder() / "out/result.json");
  expect_calls_add_up(result);
  for (const Json& arm : result.at("arms")) {
    EXPECT_EQ(arm.at("calls").at("ok"), arm.at("calls").at("planned")) << run.err;
    EXPECT_GT(arm.at("calls").at("ok"), 20);
  }
  const auto trials = read_trials(place.folder() / "out", {"echo", "sleep", "lookup"});
  std::array<std::size_t, 3> seen{};
  for (const TrialRecord& trial : trials) {
    for (const Sample& sample : trial.samples) ++seen.at(sample.tool);
  }
  EXPECT_GT(*std::ranges::min_element(seen), 0U);
}

TEST(Traffic, SamplingRefusesCallsThatItCannotCheckAndSaysSo) {
  const Workplace place;
  const auto scenario = place.write("s.yaml", short_scenario(direct,
                                                             "load:\n  arrivals: { process: poisson, rate: 50/s }\n"
                                                             "  calls: [ { tool: echo }, { prompt: greet } ]\n" +
                                                                 arms_and_plan));
  const Ended ended = place.tracetax({"sampling", scenario, "-o", place.folder() / "out"});
  EXPECT_EQ(ended.code, 2) << ended.out;
  EXPECT_THAT(ended.err, HasSubstr("`prompt greet` is no call of a tool, and `tracetax sampling` checks no others"));
}

}  // namespace
}  // namespace tracetax::test
