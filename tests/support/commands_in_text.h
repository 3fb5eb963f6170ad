#pragma once
// The commands that a document or a script tells people to type, held to the command line that there is.

#include <string>
#include <string_view>
#include <vector>

#include "harness/cli/outline.h"

namespace tracetax::test {

struct CommandInText {
  int line = 0;
  std::string verb;
  std::vector<std::string> words{};  // after the verb, up to the end of the command
};

// Every "tracetax VERB …" with a verb that there is; in `script` those with another verb, too, since there it is no
// prose.
std::vector<CommandInText> commands_in(std::string_view text, const cli::Outline& outline, bool script = false);

// What is wrong with them: a verb or option that does not exist, a word that an option does not take.
std::vector<std::string> wrong_commands(std::string_view text, const cli::Outline& outline, bool script = false);

}  // namespace tracetax::test
