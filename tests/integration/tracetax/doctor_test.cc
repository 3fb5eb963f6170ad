// The doctor with real services. What it finds is this machine's affair; that it finds it, leaves nothing behind and
// remembers, is held here.

#include "harness/results/doctor.h"

#include <cmath>
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/tracetax/program.h"

namespace tracetax::test {
namespace {

// For the time of a test.
class CacheHome {
 public:
  explicit CacheHome(const std::filesystem::path& folder) {
    if (const char* now = std::getenv("XDG_CACHE_HOME")) before_ = now;
    ::setenv("XDG_CACHE_HOME", folder.c_str(), 1);
  }
  ~CacheHome() { ::setenv("XDG_CACHE_HOME", before_.c_str(), 1); }

 private:
  std::string before_{};
};

TEST(Doctor, ExaminesJudgesRemembersAndCleansUp) {
  const Workplace place;
  const CacheHome cache(place.folder() / "cache");
  ::setenv("TMPDIR", place.folder().c_str(), 1);
  const Ended ended = place.tracetax({"doctor", "--time", "20s", "--as", "json", "--progress", "none"});
  ::unsetenv("TMPDIR");
  const DoctorReport report = read_doctor_json(ended.out);
  EXPECT_TRUE(report.failures.empty()) << ended.err;
  EXPECT_EQ(ended.code, exit_code(report));
  // On a single core it is right to be unfit.
  EXPECT_TRUE(report.cores.usable() < 2 || ended.code == 0 || ended.code == 3) << ended.out;

  EXPECT_FALSE(report.host.empty());
  EXPECT_EQ(report.started_at.size(), 20U);
  EXPECT_GT(report.duration.count(), 0);
  EXPECT_GT(report.timers.read_ns, 0);
  EXPECT_GE(report.timers.sleeps, 500U);
  EXPECT_GT(report.timers.sleep_late_p99_ns, 0);
  EXPECT_GT(report.cores.usable(), 0);
  EXPECT_GT(report.noise.calls, 0U);
  EXPECT_GT(report.noise.sent_rate_per_s, 0);
  EXPECT_GT(report.noise.seconds_per_unit, 0);
  for (const auto& [metric, phase] : {std::pair{"latency.p50", Phase::pairs},
                                      {"latency.p50", Phase::blocks},
                                      {"latency.p99", Phase::blocks},
                                      {"cpu_per_call", Phase::blocks},
                                      {"memory", Phase::blocks}}) {
    const NoiseFloor* floor = report.floor(metric, phase);
    ASSERT_NE(floor, nullptr) << metric;
    EXPECT_GT(floor->level, 0) << metric;
    EXPECT_GE(floor->units, 2U);
    ASSERT_EQ(floor->resolutions.size(), 3U);
    EXPECT_GE(floor->resolutions[1].absolute, floor->resolutions[2].absolute) << "more time resolves more";
  }
  for (const DoctorFinding& finding : report.findings) EXPECT_FALSE(finding.what.empty());

  const auto file = place.folder() / "cache/tracetax" / ("doctor-" + report.host + ".json");
  ASSERT_TRUE(std::filesystem::exists(file));
  EXPECT_EQ(read_json(file), nlohmann::json::parse(ended.out));
  EXPECT_TRUE(eventually([&] { return processes_with(place.folder()).empty(); }));
  for (const auto& entry : std::filesystem::directory_iterator(place.folder()))
    EXPECT_EQ(entry.path().filename().string().find("tracetax-doctor-"), std::string::npos) << entry.path();

  // A budget far below what it found is announced before the run, and stays in the result.
  const auto scenario = place.write(
      "s.yaml", short_scenario("topology: { servers: [ { name: tools, listen: http } ] }\n",
                               "load: { arrivals: { process: constant, rate: 100/s }, calls: [ { tool: lookup } ] }\n"
                               "arms:\n  a: { role: control, tracing: { sampler: none } }\n  b: { role: treatment, "
                               "tracing: { sampler: none } }\n"
                               "plan: { warmup: 0s, settle: 0s, window: 2s, blocks: 3 }\n"
                               "budgets: [ { metric: cpu_per_call, max: 0.0001% } ]\n"));
  const Ended run = place.tracetax({"run", scenario, "-o", place.folder() / "out", "--progress", "none"});
  EXPECT_THAT(run.err, testing::HasSubstr("budget cpu_per_call of"));
  EXPECT_THAT(read_json(place.folder() / "out/result.json").at("warnings").dump(),
              testing::HasSubstr("is below what this machine is likely to resolve"));
}

TEST(Doctor, TimesOutOfRangeAreUsageErrors) {
  const Workplace place;
  for (const char* time : {"19s", "11m", "soon", "-60s"}) {
    const Ended ended = place.tracetax({"doctor", std::string("--time=") + time});
    EXPECT_EQ(ended.code, 2) << time;
    EXPECT_THAT(ended.err, testing::HasSubstr("20s to 10m"));
  }
}

}  // namespace
}  // namespace tracetax::test
