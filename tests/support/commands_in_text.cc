#include "tests/support/commands_in_text.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

namespace tracetax::test {
namespace {

bool is_name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '/' || c == '.';
}

// The end of a command: what a shell puts behind it, and in prose a sentence or Markdown.
constexpr std::string_view ends_command = "|;&()<>#\n";
constexpr std::string_view ends_in_prose = "`\"";

// "[--quick]" of a synopsis is --quick, "…)" of a sentence is nothing.
std::string bare(std::string word) {
  std::erase_if(word, [](char c) { return c == '[' || c == ']' || c == '\'' || c == '"' || c == ','; });
  while (word.ends_with("...")) word.resize(word.size() - 3);
  return word;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text) {
    if (c == ' ') {
      if (!word.empty()) words.push_back(bare(word));
      word.clear();
    } else {
      word += c;
    }
  }
  if (!word.empty()) words.push_back(bare(word));
  return words;
}

// A place for a value ("FORMAT", "$form", "text|json") is no word.
bool is_literal(const std::string& word) {
  return !word.empty() &&
         std::ranges::all_of(word, [](char c) { return std::islower(static_cast<unsigned char>(c)) != 0 || c == '-'; });
}

// In a script: at a line's start, or behind what separates commands.
bool begins_command(const std::string& text, std::size_t at) {
  while (at > 0 && text[at - 1] == ' ') --at;
  return at == 0 || std::string_view("\n;&|(").find(text[at - 1]) != std::string_view::npos;
}

}  // namespace

std::vector<CommandInText> commands_in(std::string_view text, const cli::Outline& outline, bool script) {
  constexpr std::string_view program = "tracetax ";
  std::vector<CommandInText> found;
  // A line that goes on has a backslash at its end.
  std::string joined(text);
  for (std::size_t at = joined.find("\\\n"); at != std::string::npos; at = joined.find("\\\n", at))
    joined.replace(at, 2, "  ");
  int line = 1;
  std::size_t counted = 0;
  for (std::size_t at = joined.find(program); at != std::string::npos; at = joined.find(program, at + 1)) {
    if (at > 0 && is_name_character(joined[at - 1]) && joined[at - 1] != '/') continue;
    line += static_cast<int>(std::count(joined.begin() + static_cast<std::ptrdiff_t>(counted),
                                        joined.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
    counted = at;
    const std::size_t begin = at + program.size();
    // In a synopsis `|` stands between words, not between commands.
    std::size_t end = begin;
    while (end < joined.size()) {
      const bool between_words =
          joined[end] == '|' && end + 1 < joined.size() && joined[end - 1] != ' ' && joined[end + 1] != ' ';
      const bool prose_ends = !script && ends_in_prose.find(joined[end]) != std::string_view::npos;
      if (prose_ends || (ends_command.find(joined[end]) != std::string_view::npos && !between_words)) break;
      ++end;
    }
    std::vector<std::string> words = words_of(std::string_view(joined).substr(begin, end - begin));
    if (words.empty()) continue;
    const std::string verb = words.front();
    const bool command = script && begins_command(joined, at);
    if (outline.verb(verb) == nullptr && !(command && is_literal(verb))) continue;
    words.erase(words.begin());
    // What stands behind `--` are another program's words.
    words.erase(std::ranges::find(words, "--"), words.end());
    found.push_back({line, verb, std::move(words)});
  }
  return found;
}

std::vector<std::string> wrong_commands(std::string_view text, const cli::Outline& outline, bool script) {
  std::vector<std::string> wrong;
  for (const CommandInText& command : commands_in(text, outline, script)) {
    const cli::VerbOutline* const verb = outline.verb(command.verb);
    if (verb == nullptr) {
      wrong.push_back(fmt::format("line {}: there is no verb {}", command.line, command.verb));
      continue;
    }
    for (std::size_t i = 0; i < command.words.size(); ++i) {
      const std::string& word = command.words[i];
      if (word.size() < 2 || word[0] != '-' ||
          std::isalpha(static_cast<unsigned char>(word[word[1] == '-' ? 2 : 1])) == 0)
        continue;
      const std::size_t equals = word.find('=');
      const std::string name = word.substr(0, equals);
      const cli::OptionOutline* const option = verb->option(name);
      if (option == nullptr) {
        wrong.push_back(fmt::format("line {}: {} has no option {}", command.line, command.verb, name));
        continue;
      }
      const std::string value = equals != std::string::npos    ? word.substr(equals + 1)
                                : i + 1 < command.words.size() ? command.words[i + 1]
                                                               : "";
      const std::vector<std::string> takes = option->words();
      if (!takes.empty() && is_literal(value) && std::ranges::find(takes, value) == takes.end())
        wrong.push_back(fmt::format("line {}: {} {} does not take {}", command.line, command.verb, name, value));
    }
  }
  return wrong;
}

}  // namespace tracetax::test
