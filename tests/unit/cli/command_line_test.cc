// Help, and the documents, say what the parser takes.

#include "harness/cli/command_line.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>
#include <yaml-cpp/yaml.h>

#include "harness/cli/commands.h"
#include "harness/cli/help.h"
#include "reports/table.h"
#include "tests/support/commands_in_text.h"

namespace tracetax::cli {
namespace {

using test::commands_in;
using test::wrong_commands;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;

const Outline& outline() {
  static const Outline all = CommandLine().outline();
  return all;
}

std::string read(const std::filesystem::path& file) {
  std::ifstream in(TRACETAX_SOURCE_DIR / file, std::ios::binary);
  EXPECT_TRUE(in) << file;
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(Outline, IsReadOffTheDefinition) {
  const VerbOutline* const run = outline().verb("run");
  ASSERT_NE(run, nullptr);
  ASSERT_EQ(run->arguments.size(), 1U);
  EXPECT_EQ(run->arguments[0].value, "SCENARIO");
  EXPECT_TRUE(run->arguments[0].required);
  ASSERT_NE(run->option("-o"), nullptr);
  EXPECT_THAT(run->option("-o")->names, ElementsAre("-o", "--output"));
  EXPECT_TRUE(run->option("--set")->repeatable);
  EXPECT_FALSE(run->option("--seed")->repeatable);
  EXPECT_EQ(run->option("--quick")->value, "");
  EXPECT_THAT(run->option("--progress")->words(), ElementsAre("auto", "plain", "none"));
  EXPECT_EQ(run->option("--as"), nullptr);
  EXPECT_EQ(outline().verb("fly"), nullptr);
  EXPECT_THAT(outline().verb("report")->option("--as")->words(),
              IsSupersetOf({"text", "html", "markdown", "junit", "openmetrics", "benchmark-action", "bencher", "csv"}));
}

TEST(Help, EveryVerbHasASummaryGroupedOptionsAndExamplesThatWork) {
  for (const VerbOutline& verb : outline().verbs) {
    SCOPED_TRACE(verb.name);
    EXPECT_FALSE(verb.summary.empty());
    EXPECT_FALSE(verb.group.empty());
    ASSERT_FALSE(verb.examples.empty());
    EXPECT_EQ(verb.options.back().names.back(), "--help");
    for (const Example& example : verb.examples) {
      EXPECT_THAT(example.command, HasSubstr("tracetax " + verb.name));
      EXPECT_THAT(wrong_commands(example.command, outline(), true), IsEmpty());
      EXPECT_FALSE(commands_in(example.command, outline(), true).empty());
    }
    for (const OptionOutline& option : verb.options) {
      EXPECT_FALSE(option.description.empty()) << option.names.back();
      EXPECT_FALSE(option.group.empty()) << option.names.back();
    }
  }
}

TEST(Help, FitsATerminalAndNamesEverything) {
  for (const VerbOutline& verb : outline().verbs) {
    const std::string text = verb_help(outline(), verb);
    for (const OptionOutline& option : verb.options) EXPECT_THAT(text, HasSubstr(option.names.back()));
    for (const std::string& line : lines_of(text)) {
      if (line.find("tracetax " + verb.name) != std::string::npos) continue;  // commands are not broken
      EXPECT_LE(display_width(line), 80U) << line;
    }
    EXPECT_THAT(text, HasSubstr("Examples:\n"));
    EXPECT_THAT(text, HasSubstr("Exit codes:\n"));
    EXPECT_THAT(program_help(outline()), HasSubstr("\n  " + verb.name));
    EXPECT_THAT(short_help(outline()), HasSubstr("\n  " + verb.name));
  }
  EXPECT_LE(lines_of(short_help(outline())).size(), 25U) << "a screen";
}

// The synopsis of docs/cli.md has every option; no document has one that is not there.
TEST(Documents, NameTheOptionsThatThereAre) {
  std::vector<std::filesystem::path> files{"README.md", "CONTRIBUTING.md", "scenarios/README.md"};
  for (const auto& entry : std::filesystem::directory_iterator(TRACETAX_SOURCE_DIR "/docs")) {
    if (entry.path().extension() == ".md") files.push_back(std::filesystem::path("docs") / entry.path().filename());
  }
  std::size_t commands = 0;
  for (const auto& file : files) {
    const std::string text = read(file);
    EXPECT_THAT(wrong_commands(text, outline()), IsEmpty()) << file;
    commands += commands_in(text, outline()).size();
  }
  EXPECT_GT(commands, 50U);
}

TEST(Documents, TheSynopsisIsWhole) {
  const std::string synopsis = read("docs/cli.md");
  const auto commands = commands_in(synopsis, outline());
  for (const VerbOutline& verb : outline().verbs) {
    const auto found = std::ranges::find(commands, verb.name, &test::CommandInText::verb);
    ASSERT_NE(found, commands.end()) << verb.name;
    for (const OptionOutline& option : verb.options) {
      if (option.names.back() == "--help") continue;
      const bool named = std::ranges::any_of(option.names, [&](const std::string& name) {
        return std::ranges::find(found->words, name) != found->words.end();
      });
      EXPECT_TRUE(named) << verb.name << " " << option.names.back();
    }
  }
}

// Recipes --------------------------------------------------------------------------------------------------------

// Every text under a key of that name.
void gather(const YAML::Node& node, const std::string& key, std::vector<std::string>& texts) {
  if (node.IsMap()) {
    for (const auto& entry : node) {
      const bool named = entry.first.as<std::string>() == key;
      if (named && entry.second.IsScalar()) texts.push_back(entry.second.as<std::string>());
      if (named && entry.second.IsSequence()) {
        for (const auto& item : entry.second) {
          if (item.IsScalar()) texts.push_back(item.as<std::string>());
        }
      }
      gather(entry.second, key, texts);
    }
  } else if (node.IsSequence()) {
    for (const auto& item : node) gather(item, key, texts);
  }
}

std::vector<std::string> scripts_in(const std::string& yaml) {
  std::vector<std::string> scripts;
  for (const char* key : {"run", "script", "before_script"}) gather(YAML::Load(yaml), key, scripts);
  return scripts;
}

std::vector<std::string> code_blocks(const std::string& markdown, const std::string& language) {
  std::vector<std::string> blocks;
  bool inside = false;
  for (const std::string& line : lines_of(markdown)) {
    if (line == "```" + language) {
      blocks.emplace_back();
      inside = true;
    } else if (line.starts_with("```")) {
      inside = false;
    } else if (inside) {
      blocks.back() += line + "\n";
    }
  }
  return blocks;
}

TEST(Recipes, AreYamlWhoseCommandsExist) {
  std::size_t commands = 0;
  for (const std::string& block : code_blocks(read("docs/ci.md"), "yaml")) {
    for (const std::string& script : scripts_in(block)) {
      EXPECT_THAT(wrong_commands(script, outline(), true), IsEmpty()) << script;
      commands += commands_in(script, outline(), true).size();
    }
  }
  EXPECT_GT(commands, 6U);
}

TEST(Recipes, TheActionIsOneThatGithubTakes) {
  const YAML::Node action = YAML::Load(read("action.yml"));
  EXPECT_EQ(action["runs"]["using"].as<std::string>(), "composite");
  EXPECT_TRUE(action["name"].IsScalar());
  EXPECT_TRUE(action["description"].IsScalar());
  std::vector<std::string> inputs;
  for (const auto& input : action["inputs"]) {
    inputs.push_back(input.first.as<std::string>());
    EXPECT_TRUE(input.second["description"].IsScalar()) << inputs.back();
  }
  std::size_t commands = 0;
  for (const auto& step : action["runs"]["steps"]) {
    if (!step["run"]) continue;
    const auto script = step["run"].as<std::string>();
    // A composite action's scripts must name their shell; what a user typed must come as a variable, not as script
    // text.
    EXPECT_EQ(step["shell"].as<std::string>(), "bash") << script;
    EXPECT_EQ(script.find("${{"), std::string::npos) << script;
    EXPECT_THAT(wrong_commands(script, outline(), true), IsEmpty()) << script;
    commands += commands_in(script, outline(), true).size();
    for (const auto& variable : step["env"]) {
      const auto value = variable.second.as<std::string>();
      const std::string prefix = "${{ inputs.";
      if (value.starts_with(prefix)) {
        EXPECT_THAT(inputs, Contains(value.substr(prefix.size(), value.find(' ', prefix.size()) - prefix.size())));
      }
    }
  }
  EXPECT_GT(commands, 4U);
}

// The last step's script, as GitHub runs it (bash -e -o pipefail), with the codes of the run and of the growth.
TEST(Recipes, TheActionEndsWithTheWorstVerdict) {
  std::string script;
  const YAML::Node action = YAML::Load(read("action.yml"));
  for (const auto& step : action["runs"]["steps"]) {
    if (step["id"] && step["id"].as<std::string>() == "verdict") script = step["run"].as<std::string>();
  }
  ASSERT_FALSE(script.empty());
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("tracetax-verdict-" + std::to_string(::getpid()));
  std::ofstream(file) << script;
  const auto ended = [&](const std::string& variables) {
    const std::string command = "GITHUB_OUTPUT=/dev/stdout " + variables + " bash -e -o pipefail " + file.string();
    std::FILE* const pipe = ::popen(command.c_str(), "r");
    std::string said;
    char buffer[1024];
    while (const std::size_t n = std::fread(buffer, 1, sizeof buffer, pipe)) said.append(buffer, n);
    const int status = ::pclose(pipe);
    return std::pair(WEXITSTATUS(status), said.substr(0, said.find('\n')));
  };
  using Ended = std::pair<int, std::string>;
  EXPECT_EQ(ended("RUN=0 GROWTH= INCONCLUSIVE=warn"), Ended(0, "verdict=within"));
  EXPECT_EQ(ended("RUN=0 GROWTH=1 INCONCLUSIVE=warn"), Ended(1, "verdict=exceeded"));
  EXPECT_EQ(ended("RUN=1 GROWTH=3 INCONCLUSIVE=warn"), Ended(1, "verdict=exceeded"));
  EXPECT_EQ(ended("RUN=3 GROWTH=0 INCONCLUSIVE=warn"), Ended(0, "verdict=inconclusive"));
  EXPECT_EQ(ended("RUN=3 GROWTH=0 INCONCLUSIVE=fail"), Ended(3, "verdict=inconclusive"));
  EXPECT_EQ(ended("RUN=4 GROWTH=1 INCONCLUSIVE=warn"), Ended(4, "verdict=not valid"));
  EXPECT_EQ(ended("RUN=2 GROWTH= INCONCLUSIVE=warn"), Ended(2, "verdict=usage"));
  EXPECT_EQ(ended("RUN= GROWTH= INCONCLUSIVE=warn"), Ended(2, "verdict=usage"));  // the step before it broke
  std::filesystem::remove(file);
}

// Whoever uses the action by docs/ci.md gives it inputs that it has.
TEST(Recipes, GiveTheActionWhatItTakes) {
  const YAML::Node action = YAML::Load(read("action.yml"));
  bool used = false;
  for (const std::string& block : code_blocks(read("docs/ci.md"), "yaml")) {
    const YAML::Node workflow = YAML::Load(block);
    if (!workflow.IsMap() || !workflow["jobs"]) continue;
    for (const auto& job : workflow["jobs"]) {
      for (const auto& step : job.second["steps"]) {
        if (!step["uses"] || !step["uses"].as<std::string>().starts_with("OWNER/tracetax@")) continue;
        used = true;
        for (const auto& input : step["with"])
          EXPECT_TRUE(action["inputs"][input.first.as<std::string>()]) << input.first;
        for (const auto& input : action["inputs"]) {
          if (input.second["required"] && input.second["required"].as<bool>()) {
            EXPECT_TRUE(step["with"][input.first.as<std::string>()]) << input.first;
          }
        }
      }
    }
  }
  EXPECT_TRUE(used);
}

// The reader of documents has to find what it is there for.
TEST(CommandsInText, FindsEachMistake) {
  EXPECT_THAT(wrong_commands("`tracetax run x --blocs 3`", outline()),
              ElementsAre("line 1: run has no option --blocs"));
  EXPECT_THAT(wrong_commands("a\nb tracetax report x --as yaml -o y", outline()),
              ElementsAre("line 2: report --as does not take yaml"));
  EXPECT_THAT(wrong_commands("tracetax report x --as=yaml", outline()),
              ElementsAre("line 1: report --as does not take yaml"));
  EXPECT_THAT(wrong_commands("tracetax fly --high", outline(), true), ElementsAre("line 1: there is no verb fly"));
  EXPECT_THAT(wrong_commands("tracetax itself --as this", outline()), IsEmpty());
  EXPECT_THAT(wrong_commands("tracetax run x \\\n  --blocs 3", outline()),
              ElementsAre("line 1: run has no option --blocs"));
  EXPECT_THAT(wrong_commands("tracetax report R [--as text|html] [--wide] | grep -q --as", outline()), IsEmpty());
}

}  // namespace
}  // namespace tracetax::cli
