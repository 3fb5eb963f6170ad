// What the command line takes, says and returns without running anything.

#include <gtest/gtest.h>

#include "tests/integration/tracetax/program.h"

namespace tracetax::test {
namespace {

TEST(Cli, BundledScenariosAreListedAndValid) {
  const Workplace place;
  const Ended list = place.tracetax({"list"});
  ASSERT_EQ(list.code, 0) << list.err;
  std::vector<std::string> check{"check"};
  for (const char* name : {"quickstart", "direct", "same", "planted", "ratio-sweep"}) {
    EXPECT_NE(list.out.find(name), std::string::npos) << name;
    check.emplace_back(name);
  }
  const Ended checked = place.tracetax(check);
  EXPECT_EQ(checked.code, 0) << checked.err;
}

TEST(Cli, BudgetsComeFromAFileApart) {
  const Workplace place;
  EXPECT_EQ(place.tracetax({"check", "quickstart", "same", "--budgets", "strict"}).code, 0);
  EXPECT_EQ(place.tracetax({"list"}).out.find("strict"), std::string::npos);
  const auto file = place.write("b.yaml", "version: 1\nbudgets: [ { metric: latency.p5, max: 1% } ]\n");
  for (const char* verb : {"check", "run"}) {
    const Ended ended = place.tracetax({verb, "quickstart", "--budgets", file});
    EXPECT_EQ(ended.code, 2);
    EXPECT_NE(ended.err.find("b.yaml:2:22: budgets.0.metric: unknown word `latency.p5`"), std::string::npos)
        << ended.err;
  }
}

TEST(Cli, EveryMistakeIsNamedWithItsPlaceAndNothingIsWritten) {
  const Workplace place;
  const auto file =
      place.write("wrong.yaml",
                  "version: 1\nname: wrong\nloda: 3\ntopology: { servers: [ { name: a, listen: carrier-pigeon } ] }\n");
  const Ended run = place.tracetax({"run", file, "-o", place.folder() / "out"});
  EXPECT_EQ(run.code, 2);
  EXPECT_NE(run.err.find("wrong.yaml:3:"), std::string::npos) << run.err;
  EXPECT_NE(run.err.find("did you mean `load`"), std::string::npos) << run.err;
  EXPECT_NE(run.err.find("wrong.yaml:4:"), std::string::npos) << run.err;
  EXPECT_TRUE(run.out.empty());
  EXPECT_FALSE(std::filesystem::exists(place.folder() / "out"));
  EXPECT_EQ(place.tracetax({"check", file}).code, 2);
  EXPECT_EQ(place.tracetax({"check", place.folder() / "nowhere.yaml"}).code, 2);
}

TEST(Cli, UsageErrorsAreTwo) {
  const Workplace place;
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{},
                                             {"fly"},
                                             {"run"},
                                             {"run", "quickstart", "--blocks", "0"},
                                             {"run", "quickstart", "--blocks", "many"},
                                             {"run", "quickstart", "--max-time", "soon"},
                                             {"run", "quickstart", "--progress", "loud"},
                                             {"run", "quickstart", "--seed", "-x"},
                                             {"run", "quickstart", "--set", "load.arrivals.rate"},
                                             {"report", "x", "--as", "hologram"},
                                             {"report", place.folder() / "nothing"}}) {
    const Ended ended = place.tracetax(arguments);
    EXPECT_EQ(ended.code, 2) << ended.out << ended.err;
    EXPECT_FALSE(ended.err.empty());
  }
}

TEST(Cli, AFolderThatHoldsSomethingIsNotWrittenOver) {
  const Workplace place;
  std::filesystem::create_directory(place.folder() / "out");
  place.write("out/precious", "mine");
  const Ended run = place.tracetax({"run", "quickstart", "-o", place.folder() / "out"});
  EXPECT_EQ(run.code, 2);
  EXPECT_NE(run.err.find("not an empty folder"), std::string::npos) << run.err;
  EXPECT_FALSE(std::filesystem::exists(place.folder() / "out/scenario.yaml"));
}

TEST(Cli, HelpAndVersionAreAnswers) {
  const Workplace place;
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"--help"}, {"--version"}, {"run", "--help"}}) {
    const Ended ended = place.tracetax(arguments);
    EXPECT_EQ(ended.code, 0);
    EXPECT_FALSE(ended.out.empty());
    EXPECT_TRUE(ended.err.empty()) << ended.err;
  }
}

TEST(Cli, EveryReportFormatIsMadeFromASavedResult) {
  const Workplace place;
  const auto scenario = place.write(
      "s.yaml", short_scenario("topology: { servers: [ { name: tools, listen: http } ] }\n",
                               "load: { arrivals: { process: constant, rate: 100/s }, calls: [ { tool: lookup } ] }\n"
                               "arms:\n  a: { role: control, tracing: { sampler: none } }\n  b: { role: treatment, "
                               "tracing: { sampler: none } }\n"
                               "plan: { warmup: 0s, settle: 0s, window: 300ms, blocks: 2, launches: 1 }\n"
                               "budgets: [ { metric: latency.p50, max: 5s } ]\n"));
  const Ended run = place.tracetax({"run", scenario, "-o", place.folder() / "out", "--quiet"});
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_TRUE(run.out.empty());
  const std::vector<std::pair<std::string, std::string>> formats{
      {"text", "latency p50"},       {"html", "<!doctype html>"}, {"markdown", "|"},     {"junit", "<testsuite"},
      {"json", "tracetax.result/1"}, {"csv", "latency.p50"},      {"hgrm", "TotalCount"}};
  for (const auto& [format, mark] : formats) {
    const Ended report = place.tracetax({"report", place.folder() / "out", "--as", format});
    EXPECT_EQ(report.code, 0) << format << report.err;
    EXPECT_NE(report.out.find(mark), std::string::npos) << format << report.out.substr(0, 300);
    const auto file = place.folder() / ("report." + format);
    EXPECT_EQ(place.tracetax({"report", place.folder() / "out", "--as", format, "-o", file}).code, 0);
    EXPECT_TRUE(std::filesystem::exists(file));
  }
}

}  // namespace
}  // namespace tracetax::test
