#include "harness/cli/mistakes.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/cli/help.h"

namespace tracetax::cli {

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
  const std::vector<std::string_view> candidates(known.begin(), known.end());
  const auto near = nearest(word, candidates);
  return near ? fmt::format("did you mean `{}`? ", *near) : "";
}

std::string mistake(const CLI::ParseError& error, const VerbOutline* verb, const std::vector<std::string>& unexpected) {
  const std::string what = error.what();
  const bool extras = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr;
  if (!unexpected.empty() && (extras || verb == nullptr)) {
    const std::string& first = unexpected.front();
    if (!first.starts_with('-')) return fmt::format("unexpected argument `{}`", first);
    std::vector<std::string> known;
    if (verb != nullptr) {
      for (const OptionOutline& option : verb->options)
        known.insert(known.end(), option.names.begin(), option.names.end());
    }
    std::string near = did_you_mean(first.substr(0, first.find('=')), known);
    if (verb != nullptr && verb->takes_command()) near += "what is the command's stands behind `--`";
    return fmt::format("unknown option `{}`{}{}", first, near.empty() ? "" : "\n  hint: ", near);
  }
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr && verb != nullptr) {
    std::string missing;
    for (const OptionOutline& argument : verb->arguments) {
      if (argument.required) missing += (missing.empty() ? "" : " and ") + option_head(argument);
    }
    const std::string example = verb->examples.empty() ? "" : "\n  hint: e.g. " + verb->examples.front().command;
    return fmt::format("needs {}{}", missing, example);
  }
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr && verb != nullptr) {
    const OptionOutline* const option = verb->option(what.substr(0, what.find(':')));
    if (option != nullptr && !option->value.empty()) return fmt::format("{} needs a value", option_head(*option));
  }
  constexpr std::string_view not_converted = "Could not convert: ";
  if (what.starts_with(not_converted)) {
    const std::size_t equals = what.find(" = ");
    if (equals != std::string::npos)
      return fmt::format("{}: `{}` is not a number", what.substr(not_converted.size(), equals - not_converted.size()),
                         what.substr(equals + 3));
  }
  return what;
}

std::string with_hint(std::string text, const std::string& help) {
  while (text.ends_with(' ')) text.pop_back();
  if (text.find("\n  hint: ") != std::string::npos) return text + (text.ends_with('?') ? " " : "; ") + help;
  return text + (text.ends_with("\n  hint:") ? " " : "\n  hint: ") + help;
}

}  // namespace tracetax::cli
