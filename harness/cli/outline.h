#pragma once
// The command line as values: what help, completion, the man page and the tests of the documents are made from. It is
// read off the definition that parses (command_line.cc), so that none of them can say anything else.

#include <string>
#include <vector>

namespace tracetax::cli {

// An option, or an argument without a name.
struct OptionOutline {
  std::vector<std::string> names{};  // "-o", "--output"; empty: it is known by its place
  std::string label{};               // of an argument: what help calls it, "BASELINE"
  // What stands for the value: "text|json" names all there are; FILE, DIR, FOLDER, SCENARIO, BUDGETS, RESULT, SYSTEM
  // and METRIC are what a shell can offer; others are for people. Empty: a flag.
  std::string value{};
  std::string description{};
  std::string group{};
  bool required = false;
  bool repeatable = false;

  // Of "text|json"; empty for other values.
  std::vector<std::string> words() const;
};

struct Example {
  std::string command;
  std::string what{};  // may be empty
};

struct ExitMeaning {
  int code = 0;
  std::string meaning;
};

struct VerbOutline {
  std::string name;
  std::string group{};    // under which the verbs are listed
  std::string summary{};  // a line
  std::string details{};  // a paragraph; may be empty
  std::vector<OptionOutline> arguments{}, options{};
  std::vector<ExitMeaning> exit_codes{};  // without those that all verbs have
  std::vector<Example> examples{};

  // Its argument is a command of another program's, whose own options stand behind `--`.
  bool takes_command() const { return arguments.size() == 1 && arguments.front().value == "COMMAND"; }
  // The option of that name ("-o"); nullptr: there is none.
  const OptionOutline* option(const std::string& name) const;
};

struct Outline {
  std::string program;
  std::string version;
  std::string description;
  std::vector<OptionOutline> options{};  // before any verb
  std::vector<VerbOutline> verbs{};
  std::vector<ExitMeaning> exit_codes{};  // of all verbs, unless one says otherwise
  std::vector<Example> examples{};

  const VerbOutline* verb(const std::string& name) const;
};

}  // namespace tracetax::cli
