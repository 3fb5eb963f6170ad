#include "harness/cli/help.h"

#include <algorithm>

#include <fmt/format.h>

#include "reports/table.h"

namespace tracetax::cli {
namespace {

constexpr std::size_t columns = 80;
constexpr std::size_t heads = 24;       // where descriptions begin
constexpr std::size_t most_words = 24;  // columns of "a|b|c" before it is called WORD

std::string entry(const std::string& head, const std::string& text) {
  std::string line = "  " + head;
  const std::size_t used = display_width(line);
  line += used + 2 <= heads ? std::string(heads - used, ' ') : "\n" + std::string(heads, ' ');
  return line + wrapped(text, columns, heads) + "\n";
}

std::string options_text(const std::vector<OptionOutline>& options) {
  std::vector<std::string> groups;
  for (const OptionOutline& option : options) {
    if (std::ranges::find(groups, option.group) == groups.end()) groups.push_back(option.group);
  }
  std::string text;
  for (const std::string& group : groups) {
    text += "\n" + group + ":\n";
    for (const OptionOutline& option : options) {
      if (option.group == group) text += entry(option_head(option), option_text(option));
    }
  }
  return text;
}

std::string examples_text(const std::vector<Example>& examples) {
  std::string text;
  for (const Example& example : examples) {
    text += "  " + example.command + "\n";
    if (!example.what.empty()) text += "      " + wrapped(example.what, columns, 6) + "\n";
  }
  return text.empty() ? text : "\nExamples:\n" + text;
}

std::string codes_text(const std::vector<ExitMeaning>& codes) {
  std::string text;
  for (const ExitMeaning& code : codes)
    text += fmt::format("  {:<5}{}\n", code.code, wrapped(code.meaning, columns, 7));
  return text.empty() ? text : "\nExit codes:\n" + text;
}

std::string verb_line(const VerbOutline& verb) {
  return fmt::format("  {:<12}{}\n", verb.name, wrapped(verb.summary, columns, 14));
}

std::string verbs_text(const Outline& outline) {
  std::vector<std::string> groups;
  for (const VerbOutline& verb : outline.verbs) {
    if (std::ranges::find(groups, verb.group) == groups.end()) groups.push_back(verb.group);
  }
  std::string text;
  for (const std::string& group : groups) {
    text += "\n" + group + ":\n";
    for (const VerbOutline& verb : outline.verbs) {
      if (verb.group == group) text += verb_line(verb);
    }
  }
  return text;
}

}  // namespace

std::string option_head(const OptionOutline& option) {
  if (option.names.empty())
    return option.words().empty() ? option.label + (option.repeatable ? "…" : "") : option.value;
  const std::string value = option.words().empty() || option.value.size() <= most_words ? option.value : "WORD";
  std::string head = fmt::format("{}", fmt::join(option.names, ", "));
  return value.empty() ? head : head + " " + value;
}

std::string option_text(const OptionOutline& option) {
  std::string text = option.description;
  if (!option.names.empty() && option.value.size() > most_words && !option.words().empty())
    text += fmt::format("; one of {}", fmt::join(option.words(), ", "));
  if (option.repeatable && !option.names.empty()) text += "; may be repeated";
  return text;
}

std::string usage_line(const Outline& outline, const VerbOutline& verb) {
  std::string line = outline.program + " " + verb.name;
  // Every verb has --help; that alone is not worth a word.
  const std::string options = verb.options.size() > 1 ? " [OPTIONS]" : "";
  if (verb.takes_command()) return line + options + " -- " + option_head(verb.arguments.front());
  for (const OptionOutline& argument : verb.arguments) {
    const std::string shown = option_head(argument);
    line += argument.required ? " " + shown : " [" + shown + "]";
  }
  return line + options;
}

std::vector<ExitMeaning> exit_codes_of(const Outline& outline, const VerbOutline& verb) {
  if (verb.exit_codes.empty()) return outline.exit_codes;
  std::vector<ExitMeaning> codes = verb.exit_codes;
  const auto usage = std::ranges::find(outline.exit_codes, 2, &ExitMeaning::code);
  if (std::ranges::find(codes, 2, &ExitMeaning::code) == codes.end() && usage != outline.exit_codes.end())
    codes.push_back(*usage);
  std::ranges::sort(codes, {}, &ExitMeaning::code);
  return codes;
}

std::string verb_help(const Outline& outline, const VerbOutline& verb) {
  std::string text = verb.summary + "\n\nUsage: " + usage_line(outline, verb) + "\n";
  if (!verb.details.empty()) text += "\n" + wrapped(verb.details, columns, 0) + "\n";
  if (!verb.arguments.empty()) {
    text += "\nArguments:\n";
    for (const OptionOutline& argument : verb.arguments) text += entry(option_head(argument), option_text(argument));
  }
  text += options_text(verb.options);
  return text + codes_text(exit_codes_of(outline, verb)) + examples_text(verb.examples);
}

std::string program_help(const Outline& outline) {
  std::string text = wrapped(outline.description, columns, 0) + "\n\nUsage: " + outline.program + " VERB [OPTIONS]\n";
  text += verbs_text(outline) + options_text(outline.options) + codes_text(outline.exit_codes);
  text += examples_text(outline.examples);
  return text +
         fmt::format("\n{} VERB --help says more. Diagnostics go to stderr, the answer to stdout.\n", outline.program);
}

std::string short_help(const Outline& outline) {
  std::string text = outline.program + " " + outline.version + ": " +
                     wrapped(outline.description, columns, outline.program.size() + outline.version.size() + 3) +
                     "\n\n";
  for (const VerbOutline& verb : outline.verbs) text += verb_line(verb);
  return text + fmt::format("\nTry `{0} run quickstart`, or `{0} --help`.\n", outline.program);
}

}  // namespace tracetax::cli
