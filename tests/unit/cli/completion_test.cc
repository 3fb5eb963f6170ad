// The scripts in the shells that they are for, and the manual page in the programs that show it.

#include "harness/cli/completion.h"

#include <cstdlib>
#include <filesystem>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/cli/command_line.h"
#include "harness/cli/man_page.h"
#include "tests/support/shell.h"
#include "tests/support/temporary_folder.h"

namespace tracetax::cli {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

class Completion : public testing::Test {
 protected:
  Completion() {
    // Stands for the program where the script asks it for names.
    write("tracetax",
          "#!/bin/sh\ncase \"$*\" in\n'list --names') printf 'quickstart\\nsampling/errors\\n' ;;\n"
          "'list budgets --names') echo strict ;;\n'list systems --names') printf 'honua\\nggen-mcp\\n' ;;\nesac\n");
    std::filesystem::permissions(folder_ / "tracetax", std::filesystem::perms::owner_all);
    write("my.yaml", "");
    write("notes.txt", "");
    std::filesystem::create_directories(folder_ / "out/quick-1");
    std::filesystem::create_directories(folder_ / "out/half");
    write("out/quick-1/result.json", "{}");
    write("bash", completion_script(CommandLine().outline(), "bash"));
    write("_tracetax", completion_script(CommandLine().outline(), "zsh"));
  }

  void write(const std::string& name, const std::string& text) const { files_.write(name, text); }

  // What bash offers when these words are typed and the last is being completed. Bash breaks words at `=`.
  std::vector<std::string> offered(const std::vector<std::string>& words) const {
    std::string script = "cd '" + folder_.string() + "'; PATH=\"$PWD:$PATH\"; source ./bash; COMP_WORDS=(";
    for (const std::string& word : words) script += "'" + word + "' ";
    script += "); COMP_CWORD=" + std::to_string(words.size() - 1) + "; _tracetax; printf '%s\\n' \"${COMPREPLY[@]}\"\n";
    write("harness.bash", script);
    const test::Told told = test::shell("bash --norc --noprofile '" + (folder_ / "harness.bash").string() + "'");
    EXPECT_EQ(told.code, 0) << told.text;
    std::vector<std::string> lines;
    std::istringstream in(told.text);
    for (std::string line; std::getline(in, line);) {
      if (!line.empty()) lines.push_back(line);
    }
    return lines;
  }

  TemporaryFolder files_{};
  const std::filesystem::path& folder_ = files_.path();
};

TEST_F(Completion, BashTakesTheScript) {
  const test::Told told =
      test::shell("bash --norc --noprofile -c 'source \"" + (folder_ / "bash").string() + "\"; complete -p tracetax'");
  EXPECT_EQ(told.text, "complete -F _tracetax tracetax\n");
  EXPECT_EQ(test::shell("bash -n '" + (folder_ / "bash").string() + "'").text, "");
}

TEST_F(Completion, BashOffersVerbs) {
  EXPECT_THAT(offered({"tracetax", ""}), AllOf(Contains("run"), Contains("completion"), Contains("--help")));
  EXPECT_THAT(offered({"tracetax", "s"}), UnorderedElementsAre("sampling", "scoreboard"));
  EXPECT_THAT(offered({"tracetax", "--v"}), ElementsAre("--version"));
}

TEST_F(Completion, BashOffersTheOptionsOfTheVerb) {
  EXPECT_THAT(offered({"tracetax", "run", "--b"}), UnorderedElementsAre("--budgets", "--blocks"));
  EXPECT_THAT(offered({"tracetax", "report", "out", "--w"}), ElementsAre("--wide"));
  EXPECT_THAT(offered({"tracetax", "check", "--q"}), IsEmpty());
}

TEST_F(Completion, BashOffersTheWordsThatAnOptionTakes) {
  EXPECT_THAT(offered({"tracetax", "run", "--progress", ""}), UnorderedElementsAre("auto", "plain", "none"));
  EXPECT_THAT(offered({"tracetax", "report", "out/x", "--as", "be"}),
              UnorderedElementsAre("benchmark-action", "bencher"));
  EXPECT_THAT(offered({"tracetax", "report", "--as", "=", ""}), Contains("junit"));
  EXPECT_THAT(offered({"tracetax", "report", "--as", "=", "ju"}), ElementsAre("junit"));
  EXPECT_THAT(offered({"tracetax", "completion", ""}), UnorderedElementsAre("bash", "zsh"));
  EXPECT_THAT(offered({"tracetax", "run", "--seed", ""}), IsEmpty());
}

TEST_F(Completion, BashOffersNamesOfScenariosBudgetsSystemsAndResults) {
  EXPECT_THAT(offered({"tracetax", "run", ""}), AllOf(Contains("quickstart"), Contains("sampling/errors"),
                                                      Contains("my.yaml"), Not(Contains("notes.txt"))));
  EXPECT_THAT(offered({"tracetax", "run", "quick"}), ElementsAre("quickstart"));
  EXPECT_THAT(offered({"tracetax", "check", "quickstart", "sampling/"}), ElementsAre("sampling/errors"));
  EXPECT_THAT(offered({"tracetax", "run", "quickstart", "--budgets", "str"}), ElementsAre("strict"));
  EXPECT_THAT(offered({"tracetax", "scoreboard", "h"}), ElementsAre("honua"));
  EXPECT_THAT(offered({"tracetax", "report", "out/q"}), Contains("out/quick-1"));
  EXPECT_THAT(offered({"tracetax", "report", ""}), Contains("out/quick-1"));
  // The second argument of compare is a result as well, an option between them or not.
  EXPECT_THAT(offered({"tracetax", "compare", "a", "--allow", "50%", "out/q"}), Contains("out/quick-1"));
  // A third there is none of.
  EXPECT_THAT(offered({"tracetax", "compare", "a", "b", "out/q"}), IsEmpty());
  EXPECT_THAT(offered({"tracetax", "run", "quickstart", "-o", "o"}), ElementsAre("out"));
  EXPECT_THAT(offered({"tracetax", "history", "o"}), ElementsAre("out"));
  EXPECT_THAT(offered({"tracetax", "history", "out", "--metric", "latency.p99"}),
              UnorderedElementsAre("latency.p99", "latency.p99_9"));
}

TEST_F(Completion, ZshTakesTheScript) {
  if (!test::has_program("zsh")) GTEST_SKIP() << "zsh is not here";
  EXPECT_EQ(test::shell("zsh -n '" + (folder_ / "_tracetax").string() + "'").text, "");
  const std::string load = "fpath=(" + folder_.string() + " $fpath); autoload -Uz compinit; compinit -u -D; ";
  EXPECT_EQ(test::shell("zsh -fc '" + load + "print -- $_comps[tracetax]'").text, "_tracetax\n");
  const std::string sourced =
      "autoload -Uz compinit; compinit -u -D; source " + (folder_ / "_tracetax").string() + "; ";
  EXPECT_EQ(test::shell("zsh -fc '" + sourced + "print -- $_comps[tracetax]'").text, "_tracetax\n");
}

// A terminal of zsh's own (zpty), in which Tab is pressed until what is expected is on it; what never comes ends by
// `timeout`.
TEST_F(Completion, ZshOffersVerbsOptionsAndNames) {
  if (!test::has_program("zsh")) GTEST_SKIP() << "zsh is not here";
  const auto appears = [&](const std::string& typed, const std::string& expected) {
    write("tab.zsh",
          "zmodload zsh/zpty\nzpty z zsh -f -i\nw() { zpty -w z \"$1\" }\n"
          "w 'cd " +
              folder_.string() +
              "; PATH=$PWD:$PATH; PS1=; fpath=($PWD $fpath)'\n"
              "w 'autoload -Uz compinit; compinit -u -D; LISTMAX=1000'\n"
              "w 'bindkey \"^I\" complete-word; setopt no_beep; echo rea\"\"dy'\n"
              "zpty -r z seen '*ready*'\n"
              "zpty -w -n z $'" +
              typed + "\\t'\nzpty -r z seen '*" + expected + "*'\nzpty -d z\nprint -r -- there\n");
    return test::shell("timeout 30 zsh -f '" + (folder_ / "tab.zsh").string() + "'").text == "there\n";
  };
  EXPECT_TRUE(appears("tracetax sc", "scoreboard"));
  EXPECT_TRUE(appears("tracetax run --stri", "--strict"));
  EXPECT_TRUE(appears("tracetax run quick", "quickstart"));
  EXPECT_TRUE(appears("tracetax report --as benchm", "benchmark-action"));
  EXPECT_TRUE(appears("tracetax report out/qu", "out/quick-1"));
}

TEST(ManPage, NamesEveryVerbOptionAndExitCode) {
  const Outline outline = CommandLine().outline();
  const std::string page = man_page(outline, "2026-01-02");
  EXPECT_THAT(page, testing::StartsWith(".TH TRACETAX 1 \"2026-01-02\" \"tracetax "));
  for (const char* section :
       {"NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "VERBS", "EXIT STATUS", "ENVIRONMENT", "EXAMPLES"})
    EXPECT_THAT(page, HasSubstr(std::string(".SH ") + section + "\n"));
  for (const VerbOutline& verb : outline.verbs) {
    EXPECT_THAT(page, HasSubstr(".SS tracetax " + verb.name));
    for (const OptionOutline& option : verb.options) {
      std::string name = "\\fB";
      for (const char c : option.names.back()) name += c == '-' ? std::string("\\-") : std::string(1, c);
      EXPECT_THAT(page, HasSubstr(name + "\\fR"));
    }
  }
}

// man(1) with every warning on, groff likewise, and mandoc's stricter reading where it is.
TEST(ManPage, ManShowsItWithoutAWarning) {
  const TemporaryFolder folder;
  const std::string file = folder.write("tracetax.1", man_page(CommandLine().outline(), "2026-01-02"));
  if (test::has_program("groff")) {
    EXPECT_EQ(test::shell("groff -man -Tutf8 -ww -z '" + file + "'").text, "");
  }
  if (test::has_program("man")) {
    const test::Told told =
        test::shell("LC_ALL=C.UTF-8 MANWIDTH=80 MANROFFOPT=-ww man --warnings -l '" + file + "' | cat");
    EXPECT_EQ(told.code, 0);
    EXPECT_THAT(told.text, Not(HasSubstr("warning")));
    EXPECT_THAT(told.text, HasSubstr("tracetax run SCENARIO [OPTIONS]"));
  }
  if (test::has_program("mandoc")) {
    EXPECT_EQ(test::shell("mandoc -Tlint -Wwarning '" + file + "'").text, "");
  }
  if (!test::has_program("groff") && !test::has_program("man") && !test::has_program("mandoc"))
    GTEST_SKIP() << "neither groff, man nor mandoc is here";
}

}  // namespace
}  // namespace tracetax::cli
