#pragma once
// What is wrong with what was typed, in our words: the parser's name no verb and give no hint. Internal to harness/cli.

#include <string>
#include <string_view>
#include <vector>

#include <CLI/Error.hpp>

#include "harness/cli/outline.h"

namespace tracetax::cli {

// "did you mean `run`? ", or nothing where no word is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& known);

// `verb`: null when none was named. `unexpected`: what the parser had no place for.
std::string mistake(const CLI::ParseError& error, const VerbOutline* verb, const std::vector<std::string>& unexpected);

// The text with the way to more help in the line of its hint.
std::string with_hint(std::string text, const std::string& help);

}  // namespace tracetax::cli
