#pragma once
// What --help says, made from the outline, on lines of at most 80 columns.

#include <string>

#include "harness/cli/outline.h"

namespace tracetax::cli {

std::string program_help(const Outline& outline);
std::string verb_help(const Outline& outline, const VerbOutline& verb);
// For whoever typed the program's name alone: the verbs and where to read on.
std::string short_help(const Outline& outline);

// "tracetax run SCENARIO [OPTIONS]".
std::string usage_line(const Outline& outline, const VerbOutline& verb);
// The exit codes of the verb: its own, and of the common ones those it does not say otherwise of.
std::vector<ExitMeaning> exit_codes_of(const Outline& outline, const VerbOutline& verb);
// "-o, --output DIR"; a long list of words is called WORD, and stands in the description.
std::string option_head(const OptionOutline& option);
std::string option_text(const OptionOutline& option);

}  // namespace tracetax::cli
