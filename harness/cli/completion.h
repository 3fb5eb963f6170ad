#pragma once
// Scripts that complete the command line in a shell.

#include <string>

#include "harness/cli/outline.h"

namespace tracetax::cli {

// `shell`: "bash" or "zsh". Words that are fixed stand in the script; names of scenarios, budgets files and systems
// come from `tracetax list --names` when they are asked for, results from the folders in out/. Needs no other package
// of completions.
std::string completion_script(const Outline& outline, const std::string& shell);

}  // namespace tracetax::cli
