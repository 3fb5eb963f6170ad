// What the command line takes, says and returns without running anything.

#include <algorithm>
#include <sstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "reports/table.h"
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
      {"text", "latency p50"},       {"html", "<!doctype html>"},      {"markdown", "|"},      {"junit", "<testsuite"},
      {"json", "tracetax.result/1"}, {"csv", "latency.p50"},           {"hgrm", "TotalCount"}, {"openmetrics", "# EOF"},
      {"bencher", "upper_value"},    {"benchmark-action", "\"range\""}};
  for (const auto& [format, mark] : formats) {
    const Ended report = place.tracetax({"report", place.folder() / "out", "--as", format});
    EXPECT_EQ(report.code, 0) << format << report.err;
    EXPECT_NE(report.out.find(mark), std::string::npos) << format << report.out.substr(0, 300);
    const auto file = place.folder() / ("report." + format);
    EXPECT_EQ(place.tracetax({"report", place.folder() / "out", "--as", format, "-o", file}).code, 0);
    EXPECT_TRUE(std::filesystem::exists(file));
  }
  const auto widest = [](const std::string& text) {
    std::size_t columns = 0;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) columns = std::max(columns, display_width(line));
    return columns;
  };
  EXPECT_LE(widest(place.tracetax({"report", place.folder() / "out"}).out), 80U);
  EXPECT_GT(widest(place.tracetax({"report", place.folder() / "out", "--wide"}).out), 80U);
}

// Verb, what is wrong, what is said of it.
TEST(Cli, EveryMistakeHasAHint) {
  const Workplace place;
  place.write("no-result/x", "");
  std::filesystem::create_directory(place.folder() / "empty");
  const std::string result = place.write("r.json", "{}");
  const std::string locked = place.folder() / "locked";
  std::filesystem::create_directory(locked);
  std::filesystem::permissions(locked, std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  struct Mistake {
    std::vector<std::string> arguments;
    std::vector<std::string> said;
  };
  std::vector<Mistake> mistakes{
      {{}, {"scoreboard  What", "tracetax run quickstart"}},
      {{"rnu"}, {"there is no verb `rnu`", "did you mean `run`?"}},
      {{"run"}, {"tracetax run: needs SCENARIO", "e.g. tracetax run quickstart"}},
      {{"compare"}, {"needs BASELINE and RESULT", "e.g. tracetax compare"}},
      {{"run", "quickstrat"}, {"quickstrat: there is no such file", "did you mean `quickstart`?"}},
      {{"run", "nowhere.yaml"}, {"nowhere.yaml: there is no such file", "tracetax list"}},
      {{"run", "quickstart", "--budgets", "strcit"}, {"no bundled budgets file", "did you mean `strict`?"}},
      {{"run", "quickstart", "--blocs", "3"}, {"unknown option `--blocs`", "did you mean `--blocks`?", "run --help"}},
      {{"run", "quickstart", "more"}, {"unexpected argument `more`", "run --help"}},
      {{"run", "quickstart", "--blocks", "many"},
       {"--blocks: must be a whole number from 1 to 100000, got `many`", "run --help"}},
      {{"run", "quickstart", "--seed"}, {"--seed NUMBER needs a value"}},
      {{"run", "quickstart", "--progress", "plian"}, {"`plian` is none of auto, plain, none", "did you mean `plain`?"}},
      {{"run", "quickstart", "--set", "lod.rate=3"}, {"lod", "did you mean `load`"}},
      {{"run", "quickstart", "--set", "load.arrivals.rate"}, {"load.arrivals.rate", "hint"}},
      {{"run", "quickstart", "-o", locked + "/a/b"}, {"cannot be made", "hint: name a folder elsewhere"}},
      {{"report", "x", "--as", "jsn"}, {"`jsn` is none of text, html", "did you mean `json`?"}},
      {{"report", place.folder() / "nothing"}, {"does not exist", "hint: tracetax run names the folder"}},
      {{"report", place.folder() / "no-result"}, {"is no result folder", "hint"}},
      {{"report", place.folder() / "empty"}, {"is no result folder", "hint"}},
      {{"report", result}, {"r.json: schema: is missing", "hint: is it the result.json"}},
      {{"report", result, "-o", place.folder() / "no/folder/x"}, {"there is no folder", "hint: mkdir -p"}},
      {{"report", result, "-o", place.folder()}, {"is a folder", "hint: name a file in it"}},
      {{"report", result, "-o", locked + "/x"}, {"may not be written", "hint"}},
      {{"report", result, "--as", "csv", "--wide"}, {"--wide is for --as text", "hint"}},
      {{"report", result, "--strict"}, {"--strict is for --as junit", "hint"}},
      {{"report", result, "--blocks", "a-b"}, {"--blocks: must be a range", "hint"}},
      {{"model", place.folder() / "empty"}, {"is no result folder", "hint"}},
      {{"doctor", "--time", "1s"}, {"--time: must be a duration from 20s to 10m", "hint"}},
      {{"scoreboard", "nobody"}, {"no claims of `nobody`", "hint: one of"}},
      {{"tune", "quickstart", "--knob", "no.such"}, {"--knob no.such needs a range: --min X --max Y"}},
      {{"completion", "fish"}, {"`fish` is none of bash, zsh", "completion --help"}},
  };
  const bool root = ::geteuid() == 0;  // may write anywhere
  for (const Mistake& mistake : mistakes) {
    const bool about_rights = std::ranges::any_of(
        mistake.arguments, [&](const std::string& argument) { return argument.starts_with(locked); });
    if (root && about_rights) continue;
    const Ended ended = place.tracetax(mistake.arguments);
    std::string typed;
    for (const std::string& argument : mistake.arguments) typed += " " + argument;
    EXPECT_EQ(ended.code, 2) << typed << "\n" << ended.out << ended.err;
    EXPECT_TRUE(ended.out.empty()) << typed;
    for (const std::string& said : mistake.said)
      EXPECT_NE(ended.err.find(said), std::string::npos) << typed << "\n" << ended.err;
  }
  EXPECT_FALSE(std::filesystem::exists(place.folder() / "out"));
}

TEST(Cli, NamesForCompletionAreNamesAlone) {
  const Workplace place;
  for (const auto& [what, name] : std::vector<std::pair<std::string, std::string>>{
           {"scenarios", "quickstart\n"}, {"budgets", "strict\n"}, {"systems", "honua\n"}}) {
    const Ended list = place.tracetax({"list", what, "--names"});
    EXPECT_EQ(list.code, 0);
    EXPECT_NE(list.out.find(name), std::string::npos) << list.out;
    EXPECT_EQ(list.out.find(' '), std::string::npos) << list.out;
  }
  EXPECT_NE(place.tracetax({"completion", "bash"}).out.find("complete -F _tracetax tracetax"), std::string::npos);
  EXPECT_TRUE(place.tracetax({"man"}).out.starts_with(".TH TRACETAX 1"));
}

}  // namespace
}  // namespace tracetax::test
