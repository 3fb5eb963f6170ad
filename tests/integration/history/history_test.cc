// `tracetax history` as a script sees it: what it takes, says and returns. Nothing is measured.

#include <algorithm>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/tracetax/program.h"
#include "tests/support/made_history.h"

namespace tracetax::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class History : public testing::Test {
 protected:
  // Result folders, result files and folders of folders: as they come.
  void save(const std::vector<DatedResult>& results, const std::string& folder = "out") const {
    for (std::size_t i = 0; i < results.size(); ++i) {
      const std::string number = std::to_string(i);
      const std::string file = i % 3 == 0   ? "run-" + number + "/result.json"
                               : i % 3 == 1 ? "ci/2026/kept/run-" + number + "/result.json"
                                            : "files/" + number + ".json";
      write(folder + "/" + file, write_result_json(results[i].result));
    }
  }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((place_.folder() / name).parent_path());
    place_.write(name, text);
  }
  Ended history(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "history");
    return place_.tracetax(arguments);
  }
  std::string in(const std::string& name) const { return place_.folder() / name; }

  static double rising(std::size_t i) { return i < 14 ? 0.01 : 0.03; }
  static double steady(std::size_t) { return 0.01; }

  Workplace place_{};
};

TEST_F(History, TheExitCodeIsTheVerdict) {
  save(made::days(24, rising), "risen");
  const Ended risen = history({in("risen")});
  EXPECT_EQ(risen.code, 1) << risen.out << risen.err;
  EXPECT_THAT(risen.out, AllOf(HasSubstr("risen"), HasSubstr("2026-01-16T10:15:00Z")));
  EXPECT_TRUE(risen.err.empty()) << risen.err;
  save(made::days(24, steady), "steady");
  EXPECT_EQ(history({in("steady")}).code, 0);
  save(made::days(5, steady), "few");
  const Ended few = history({in("few")});
  EXPECT_EQ(few.code, 3);
  EXPECT_THAT(few.out, HasSubstr("from 8 on"));
}

TEST_F(History, WhatCannotBeReadIsNamedAndLeftOut) {
  save(made::days(24, rising));
  write("out/broken/result.json", "{");
  write("out/other.json", R"({"schema": "tracetax.scoreboard/1"})");
  write("out/killed/run.json", "{}");
  write("out/run-0/trials/00-on.json", "not read: of a result folder");
  const Ended ended = history({in("out")});
  EXPECT_EQ(ended.code, 1) << ended.err;
  EXPECT_THAT(ended.err, AllOf(HasSubstr("out/broken: not JSON"), HasSubstr("out/other.json: schema"),
                               HasSubstr("out/killed: the run was cut short"), Not(HasSubstr("00-on.json"))));
}

TEST_F(History, AFolderOfSomethingElseIsNotNamedWhole) {
  for (int i = 0; i < 30; ++i) write("out/" + std::to_string(i) + ".json", "{}");
  const Ended ended = history({in("out")});
  EXPECT_EQ(ended.code, 3);
  EXPECT_THAT(ended.err, HasSubstr("skipped 20 more"));
  EXPECT_EQ(std::ranges::count(ended.err, '\n'), 11);
}

TEST_F(History, ReadsNothingButResults) {
  save(made::days(24, rising));
  const Ended before = history({in("out"), "--as", "json"});
  // Trials that could not be read, if anybody tried.
  for (int i = 0; i < 24; i += 3) write("out/run-" + std::to_string(i) + "/trials/00-on.csv.gz", "no gzip");
  EXPECT_EQ(history({in("out"), "--as", "json"}).out, before.out);
}

TEST_F(History, OptionsChooseWhatIsShown) {
  std::vector<DatedResult> results = made::days(24, rising);
  made::add_cpu(results, steady);
  save(results);
  EXPECT_EQ(history({in("out")}).code, 1);
  EXPECT_EQ(history({in("out"), "--metric", "cpu_per_call"}).code, 0);
  EXPECT_EQ(history({in("out"), "--metric", "cpu_per_call", "--metric", "latency.p50", "--arm", "on"}).code, 1);
  const Ended since = history({in("out"), "--since", "2026-01-16"});
  EXPECT_EQ(since.code, 0) << since.out;
  EXPECT_THAT(since.out, HasSubstr("14 results older than asked for"));
  EXPECT_TRUE(since.err.empty());
  EXPECT_EQ(history({in("out"), "--since", "2026-01-22T00:00:00Z"}).code, 3);
}

TEST_F(History, MachinesOfDifferentClassesAreMixedByForce) {
  std::vector<DatedResult> results = made::days(24, rising);
  for (std::size_t i = 14; i < 24; ++i) results[i].result.environment.cores = 64;
  save(results);
  EXPECT_EQ(history({in("out")}).code, 0);
  EXPECT_EQ(history({in("out"), "--force"}).code, 1);
}

TEST_F(History, UsageErrorsAreTwo) {
  save(made::days(8, steady));
  std::filesystem::create_directories(in("empty"));
  const std::vector<std::pair<std::vector<std::string>, std::string>> wrong{
      {{}, ""},
      {{in("nothing")}, "does not exist"},
      {{in("empty")}, "holds no results"},
      {{in("out/files/2.json")}, "is a file"},
      {{in("out"), "--metric", "latency.p5"}, "did you mean latency.p50?"},
      {{in("out"), "--metric", "wholly-other"}, "it is one of latency.mean"},
      {{in("out"), "--arm", "another"}, "they have on"},
      {{in("out"), "--since", "2026-02-31"}, "expected a date"},
      {{in("out"), "--since", "yesterday"}, "expected a date"},
      {{in("out"), "--as", "hologram"}, "hologram"}};
  for (const auto& [arguments, says] : wrong) {
    const Ended ended = history(arguments);
    EXPECT_EQ(ended.code, 2) << says << ended.out << ended.err;
    EXPECT_THAT(ended.err, HasSubstr(says));
    EXPECT_TRUE(ended.out.empty());
  }
}

TEST_F(History, EveryFormGoesToStdoutOrToAFile) {
  save(made::days(24, rising));
  for (const auto& [form, mark] :
       std::vector<std::pair<std::string, std::string>>{{"text", "history of"},
                                                        {"markdown", "| latency p50 of on |"},
                                                        {"json", "tracetax.history/1"},
                                                        {"html", "<!doctype html>"},
                                                        {"csv", "scenario,fingerprint"}}) {
    const Ended ended = history({in("out"), "--as", form});
    EXPECT_EQ(ended.code, 1) << ended.err;
    EXPECT_THAT(ended.out, HasSubstr(mark));
    const Ended kept = history({in("out"), "--as", form, "-o", in("history." + form)});
    EXPECT_EQ(kept.code, 1) << kept.err;
    EXPECT_TRUE(kept.out.empty());
    EXPECT_TRUE(std::filesystem::exists(in("history." + form)));
  }
  EXPECT_EQ(read_json(in("history.json")).at("series").at(0).at("trend"), "risen");
  EXPECT_EQ(history({in("out"), "-o", in("no/such/folder/x")}).code, 2);
}

}  // namespace
}  // namespace tracetax::test
