// `tracetax compare` as a script sees it: what it takes, says and returns. Nothing is measured.

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/tracetax/program.h"
#include "tests/support/made_result.h"

namespace tracetax::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t day = 86'400;

// Sentences are wrapped where a line ends.
std::string unwrapped(const std::string& text) {
  std::string line;
  for (const char c : text) {
    if (c != ' ' && c != '\n') {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  return line;
}

// The median call of 2 ms costs `share` more, known to 0.1 %; 5 % are allowed.
Result with_cost(double share, std::int64_t days = 0) {
  Result r = made::result(1'767'348'900 + days * day);
  r.comparisons = {made::comparison({"latency.p50", 2e6, share, 0.001})};
  r.budgets = {made::budget("latency.p50", 0.05, true)};
  return r;
}

class Compare : public testing::Test {
 protected:
  std::string save(const std::string& name, const Result& result) const {
    std::filesystem::create_directories((place_.folder() / name).parent_path());
    return place_.write(name, write_result_json(result));
  }
  Ended compare(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "compare");
    return place_.tracetax(arguments);
  }
  std::string in(const std::string& name) const { return place_.folder() / name; }

  Workplace place_{};
};

TEST_F(Compare, TheExitCodeIsTheVerdict) {
  const std::string before = save("before.json", with_cost(0.01));
  const Ended same = compare({before, save("same.json", with_cost(0.012, 1))});
  EXPECT_EQ(same.code, 0) << same.out << same.err;
  EXPECT_THAT(same.out, AllOf(HasSubstr("made, growth: within"), HasSubstr("latency p50"), HasSubstr("+2.5 %")));
  const Ended worse = compare({before, save("worse.json", with_cost(0.06, 1))});
  EXPECT_EQ(worse.code, 1) << worse.out;
  EXPECT_THAT(unwrapped(worse.out), HasSubstr("more than the 2.5 % that one change may add"));
  const Ended unsure = compare({before, save("unsure.json", with_cost(0.0355, 1))});
  EXPECT_EQ(unsure.code, 3) << unsure.out;
  Result broken = with_cost(0.01, 1);
  broken.valid = false;
  broken.failures = {"the gateway died"};
  const Ended invalid = compare({before, save("broken.json", broken)});
  EXPECT_EQ(invalid.code, 4);
  EXPECT_THAT(unwrapped(invalid.out), HasSubstr("the gateway died"));
  EXPECT_EQ(compare({save("broken_before.json", broken), before}).code, 4);
}

TEST_F(Compare, WhatMayGrowIsAnOption) {
  const std::string before = save("before.json", with_cost(0.01));
  const std::string now = save("now.json", with_cost(0.06, 1));
  EXPECT_EQ(compare({before, now, "--allow", "100%"}).code, 3);
  EXPECT_EQ(compare({before, save("little.json", with_cost(0.02, 1)), "--allow", "0.1"}).code, 1);
  for (const char* wrong : {"much", "150%", "-1", "50x", ""}) {
    const Ended ended = compare({before, now, std::string("--allow=") + wrong});
    EXPECT_EQ(ended.code, 2) << wrong;
    EXPECT_FALSE(ended.err.empty());
  }
}

TEST_F(Compare, WhatCannotBeComparedIsRefusedWithEveryReason) {
  const std::string before = save("before.json", with_cost(0.01));
  Result other = with_cost(0.01, 1);
  other.fingerprint = "fedcba9876543210";
  other.method = 1;
  other.environment.cores = 64;
  const Ended refused = compare({before, save("other.json", other)});
  EXPECT_EQ(refused.code, 2);
  EXPECT_TRUE(refused.out.empty());
  EXPECT_THAT(refused.err, AllOf(HasSubstr("different scenarios"), HasSubstr("method 3"), HasSubstr("--force")));
  const Ended forced = compare({before, in("other.json"), "--force"});
  EXPECT_EQ(forced.code, 2);
  EXPECT_THAT(forced.err, AllOf(HasSubstr("different scenarios"), Not(HasSubstr("--force"))));

  Result elsewhere = with_cost(0.01, 1);
  elsewhere.environment.cores = 64;
  EXPECT_EQ(compare({before, save("elsewhere.json", elsewhere)}).code, 2);
  const Ended all_the_same = compare({before, in("elsewhere.json"), "--force"});
  EXPECT_EQ(all_the_same.code, 0) << all_the_same.err;
  EXPECT_THAT(unwrapped(all_the_same.out), HasSubstr("different machines"));
}

TEST_F(Compare, UsageErrorsAreTwo) {
  const std::string one = save("one.json", with_cost(0.01));
  place_.write("text.json", "not JSON");
  std::filesystem::create_directories(in("empty"));
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{},
                                             {one},
                                             {one, in("nothing.json")},
                                             {in("nothing"), one},
                                             {in("empty"), one},
                                             {in("text.json"), one},
                                             {one, one, "--as", "hologram"}}) {
    const Ended ended = compare(arguments);
    EXPECT_EQ(ended.code, 2) << ended.out << ended.err;
    EXPECT_FALSE(ended.err.empty());
  }
  EXPECT_THAT(compare({in("text.json"), one}).err, HasSubstr("text.json: not JSON"));
}

TEST_F(Compare, OfManyBaselinesTheNewestFittingOneIsTaken) {
  save("kept/old.json", with_cost(0.06, 0));
  save("kept/2026/run/result.json", with_cost(0.01, 2));
  Result other = with_cost(0.06, 3);
  other.fingerprint = "fedcba9876543210";
  save("kept/other.json", other);
  Result broken = with_cost(0.06, 4);
  broken.valid = false;
  save("kept/2026/broken.json", broken);
  save("kept/future.json", with_cost(0.06, 9));
  place_.write("kept/text.json", "not JSON");
  save("kept/2026/run/trials/00-on.json", with_cost(0.06, 2));  // not looked at: of a result folder
  save("kept/a/b/c/deep.json", with_cost(0.06, 2));             // too deep
  const std::string now = save("kept/now.json", with_cost(0.06, 5));
  const Ended ended = compare({in("kept"), now});
  EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
  EXPECT_THAT(unwrapped(ended.out),
              AllOf(HasSubstr("2026/run: the newest of 2 comparable results among 7 in"), HasSubstr("result itself"),
                    HasSubstr("different scenarios"), HasSubstr("not valid"), HasSubstr("newer than")));
  EXPECT_THAT(ended.out, Not(HasSubstr("deep.json")));
}

TEST_F(Compare, AmongManyBaselinesTheOwnClassOfMachineComesFirst) {
  save("kept/same.json", with_cost(0.01, 1));
  Result elsewhere = with_cost(0.06, 2);
  elsewhere.environment.cores = 64;
  save("kept/elsewhere.json", elsewhere);
  const std::string now = save("now.json", with_cost(0.06, 5));
  EXPECT_EQ(compare({in("kept"), now}).code, 1);
  EXPECT_EQ(compare({in("kept"), now, "--force"}).code, 1);
  std::filesystem::remove(in("kept/same.json"));
  const Ended none = compare({in("kept"), now});
  EXPECT_EQ(none.code, 2);
  EXPECT_THAT(none.err, AllOf(HasSubstr("none of the 1 results"), HasSubstr("different machines")));
  EXPECT_EQ(compare({in("kept"), now, "--force"}).code, 0);
}

TEST_F(Compare, EveryFormGoesToStdoutOrToAFile) {
  const std::string before = save("before.json", with_cost(0.01));
  const std::string now = save("now.json", with_cost(0.06, 1));
  const std::vector<std::pair<std::string, std::string>> forms{{"text", "growth: exceeded"},
                                                               {"markdown", "| latency p50 |"},
                                                               {"json", "tracetax.compare/1"},
                                                               {"junit", "<failure"}};
  for (const auto& [form, mark] : forms) {
    const Ended ended = compare({before, now, "--as", form});
    EXPECT_EQ(ended.code, 1) << ended.err;
    EXPECT_THAT(ended.out, HasSubstr(mark));
    const Ended kept = compare({before, now, "--as", form, "-o", in("growth." + form)});
    EXPECT_EQ(kept.code, 1) << kept.err;
    EXPECT_TRUE(kept.out.empty());
    EXPECT_TRUE(std::filesystem::exists(in("growth." + form)));
  }
  EXPECT_EQ(read_json(in("growth.json")).at("baseline").at("source"), before);
}

}  // namespace
}  // namespace tracetax::test
