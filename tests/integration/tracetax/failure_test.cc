// A world that fails: what was measured is kept, the reason is said, nothing is left running.

#include <algorithm>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include "tests/integration/tracetax/program.h"

namespace tracetax::test {
namespace {

using Json = nlohmann::json;

// Long enough that the test always finds it running.
std::string long_scenario(int rate = 100) {
  return short_scenario(
      "topology:\n  router: { listen: stdio }\n  gateway: { listen: ws }\n  servers: [ { name: tools, listen: http } "
      "]\n",
      "load:\n  arrivals: { process: poisson, rate: " + std::to_string(rate) +
          "/s }\n  sessions: 1\n  timeout: 2s\n  calls: [ { tool: lookup } "
          "]\n"
          "arms:\n"
          "  untraced: { role: control, tracing: { sampler: none } }\n"
          "  all: { role: treatment, tracing: { sampler: always_on, batch: { delay: 200ms } } }\n"
          "plan: { warmup: 100ms, settle: 50ms, window: 700ms, blocks: 60, launches: 1, seed: 3 }\n"
          "budgets: [ { metric: latency.p50, max: 5s } ]\n");
}

std::size_t saved_trials(const std::filesystem::path& folder) {
  std::size_t count = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "trials", error))
    count += entry.path().extension() == ".json";
  return count;
}

int server_of(const std::filesystem::path& folder) {
  for (const int pid : processes_with(folder.string())) {
    const auto named = processes_with("mcp-server");
    if (std::ranges::find(named, pid) != named.end()) return pid;
  }
  return 0;
}

TEST(Failure, AServerKilledMidRunEndsItWithWhatWasMeasured) {
  const Workplace place;
  const auto folder = place.folder() / "out";
  const Ended run = place.tracetax({"run", place.write("s.yaml", long_scenario()), "-o", folder}, [&](int) {
    ASSERT_TRUE(eventually([&] { return saved_trials(folder) >= 3; }));
    ASSERT_EQ(::kill(server_of(folder), SIGKILL), 0);
  });
  EXPECT_EQ(run.code, 4) << run.err;
  EXPECT_NE(run.err.find("tools-0"), std::string::npos) << run.err;
  EXPECT_NE(run.err.find("signal 9"), std::string::npos) << run.err;
  const Json result = read_json(folder / "result.json");
  expect_calls_add_up(result);
  EXPECT_FALSE(result.at("valid").get<bool>());
  const Ended report = place.tracetax({"report", folder});
  EXPECT_EQ(report.code, 0) << report.err;
  EXPECT_NE(report.out.find("latency p50"), std::string::npos) << report.out;
  EXPECT_TRUE(processes_with(place.folder().string()).empty());
}

TEST(Failure, AnInterruptKeepsWhatWasMeasured) {
  const Workplace place;
  const auto folder = place.folder() / "out";
  const Ended run = place.tracetax({"run", place.write("s.yaml", long_scenario()), "-o", folder}, [&](int pid) {
    ASSERT_TRUE(eventually([&] { return saved_trials(folder) >= 2; }));
    ::kill(pid, SIGINT);
  });
  EXPECT_EQ(run.code, 130) << run.err;
  const Json result = read_json(folder / "result.json");
  expect_calls_add_up(result);
  EXPECT_FALSE(result.at("finished").get<bool>());
  EXPECT_TRUE(processes_with(place.folder().string()).empty());
}

TEST(Failure, AKilledRunLeavesNoProcessAndAFolderThatReportReads) {
  const Workplace place;
  const auto folder = place.folder() / "out";
  const Ended run = place.tracetax({"run", place.write("s.yaml", long_scenario()), "-o", folder}, [&](int pid) {
    ASSERT_TRUE(eventually([&] { return saved_trials(folder) >= 4; }));
    ::kill(pid, SIGKILL);
  });
  EXPECT_EQ(run.code, 128 + SIGKILL);
  EXPECT_TRUE(eventually([&] { return processes_with(folder.string()).empty(); }));
  EXPECT_FALSE(std::filesystem::exists(folder / "result.json"));
  const Ended report = place.tracetax({"report", folder, "--as", "json"});
  ASSERT_EQ(report.code, 0) << report.err;
  const Json result = Json::parse(report.out);
  expect_calls_add_up(result);
  EXPECT_FALSE(result.at("finished").get<bool>());
  EXPECT_GT(result.at("arms").at(0).at("calls").at("ok").get<int>(), 0);
}

TEST(Failure, AFullDiskIsSaidWithTheFile) {
  const Workplace place;
  const auto folder = place.folder() / "out";
  const Ended run = place.tracetax({"run", place.write("s.yaml", long_scenario(800)), "-o", folder}, [&](int pid) {
    ASSERT_TRUE(eventually([&] { return saved_trials(folder) >= 2; }));
    // Too little for the samples of a trial, enough for what is said on stderr, which is a file here too.
    const rlimit no_room{4096, 4096};
    ::prlimit(pid, RLIMIT_FSIZE, &no_room, nullptr);
  });
  EXPECT_EQ(run.code, 4) << run.err;
  EXPECT_NE(run.err.find(folder.string()), std::string::npos) << run.err;
  EXPECT_TRUE(processes_with(folder.string()).empty());
  EXPECT_EQ(place.tracetax({"report", folder}).code, 0);
}

TEST(Failure, AProgramThatEndsAtOnceIsNamedWithItsLastWords) {
  const Workplace place;
  const Ended run = place.tracetax(
      {"run",
       place.write("s.yaml",
                   short_scenario("topology: { servers: [ { name: mine, listen: http, command: [sh, -c, \"echo my last "
                                  "words >&2; exit 7\"] } ] }\n",
                                  "load: { arrivals: { process: constant, rate: 10/s }, calls: [ { tool: echo } ] }\n"
                                  "arms:\n  a: { role: control, tracing: { sampler: none } }\n  b: { role: treatment, "
                                  "tracing: { sampler: none } }\n")),
       "-o", place.folder() / "out"});
  EXPECT_EQ(run.code, 4);
  EXPECT_NE(run.err.find("my last words"), std::string::npos) << run.err;
  EXPECT_NE(run.err.find("exited with status 7"), std::string::npos) << run.err;
}

TEST(Failure, AGeneratorThatCannotKeepUpGivesNoVerdict) {
  const Workplace place;
  // One call in flight at a time, each 30 s of work cut off after 400 ms, at 20/s: lag grows by the second.
  const Ended run = place.tracetax(
      {"run",
       place.write("s.yaml",
                   short_scenario("topology: { servers: [ { name: tools, listen: http, connections: 1 } ] }\n",
                                  "load: { arrivals: { process: constant, rate: 60/s }, sessions: 1, max_in_flight: 1, "
                                  "timeout: 2s, calls: [ { tool: sleep, arguments: { ms: 60 } } ] }\n"
                                  "arms:\n  a: { role: control, tracing: { sampler: none } }\n  b: { role: treatment, "
                                  "tracing: { sampler: none } }\n"
                                  "plan: { warmup: 0s, settle: 0s, window: 1s, blocks: 1 }\n"
                                  "budgets: [ { metric: latency.p50, max: 5s } ]\n")),
       "-o", place.folder() / "out"});
  EXPECT_EQ(run.code, 4) << run.err;
  EXPECT_NE(run.err.find("the generator was late"), std::string::npos) << run.err;
  expect_calls_add_up(read_json(place.folder() / "out/result.json"));
}

}  // namespace
}  // namespace tracetax::test
