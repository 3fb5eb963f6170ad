#include "harness/cli/man_page.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "harness/cli/help.h"
#include "reports/table.h"

namespace tracetax::cli {
namespace {

// Text as roff means it: a hyphen that can be copied, no requests at the start of a line, signs by name.
std::string roff(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '`' || c == '\'') {
      out += c == '`' ? "\\(ga" : "\\(aq";
    } else if (c == '~') {
      out += "\\(ti";
    } else if (c == '^') {
      out += "\\(ha";
    } else if (c == '|') {
      out += "|\\:";  // a line may end between the words of a choice
    } else if (text.compare(i, 3, "…") == 0) {
      out += "...";
      i += 2;
    } else {
      out += c;
    }
  }
  if (out.starts_with('.')) out.insert(0, "\\&");
  return out;
}

std::string bold(const std::string& text) {
  return "\\fB" + roff(text) + "\\fR";
}
std::string italic(const std::string& text) {
  return "\\fI" + roff(text) + "\\fR";
}

// Lines of the source are best kept short (mandoc says so); none may begin like a request.
std::string filled(const std::string& text) {
  constexpr std::size_t columns = 79;
  std::string lines = wrapped(roff(text), columns, 0);
  for (std::size_t at = lines.find("\n."); at != std::string::npos; at = lines.find("\n.", at + 1))
    lines.insert(at + 1, "\\&");
  return lines + "\n";
}

std::string paragraph(const std::string& head, const std::string& text) {
  return ".TP\n" + head + "\n" + (text.empty() ? "\\&\n" : filled(text));
}

std::string head_of(const OptionOutline& option) {
  const bool words = !option.words().empty();
  if (option.names.empty()) return italic(words ? option.value : option.label) + (option.repeatable ? " ..." : "");
  std::string head;
  for (const std::string& name : option.names) head += (head.empty() ? "" : ", ") + bold(name);
  if (option.value.empty()) return head;
  return head + " " + (words ? roff(option.value) : italic(option.value));
}

// In the man page the words stand in the head.
std::string text_of(const OptionOutline& option) {
  return option.description + (option.repeatable && !option.names.empty() ? "; may be repeated" : "") + ".";
}

std::string examples(const std::vector<Example>& all) {
  std::string text;
  for (const Example& example : all) text += paragraph(bold(example.command), example.what);
  return text;
}

std::string section_of(const Outline& outline, const VerbOutline& verb) {
  std::string text = ".SS " + roff(usage_line(outline, verb)) + "\n";
  text += filled(verb.summary + ".");
  if (!verb.details.empty()) text += filled(verb.details);
  for (const OptionOutline& argument : verb.arguments) text += paragraph(head_of(argument), text_of(argument));
  for (const OptionOutline& option : verb.options) {
    if (option.names.back() != "--help") text += paragraph(head_of(option), text_of(option));
  }
  if (!verb.exit_codes.empty()) {
    text += ".PP\n";
    std::string codes;
    for (const ExitMeaning& code : exit_codes_of(outline, verb))
      codes += fmt::format("{}{} {}", codes.empty() ? "" : "; ", code.code, code.meaning);
    text += filled("Exit codes: " + codes + ".");
  }
  return text + examples(verb.examples);
}

}  // namespace

std::string man_page(const Outline& outline, const std::string& date) {
  std::string upper = outline.program;
  std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  std::string text =
      fmt::format(".TH {} 1 \"{}\" \"{} {}\" \"User Commands\"\n", upper, date, outline.program, outline.version);
  text += ".nh\n.ad l\n";  // names of keys are not hyphenated
  text += fmt::format(".SH NAME\n{} \\- what distributed tracing costs, held to a budget\n", outline.program);
  text += ".SH SYNOPSIS\n";
  for (const VerbOutline& verb : outline.verbs) {
    const std::string usage = usage_line(outline, verb);
    text += (verb.name == outline.verbs.front().name ? "" : ".br\n") + bold(outline.program + " " + verb.name) +
            roff(usage.substr(outline.program.size() + 1 + verb.name.size())) + "\n";
  }
  text += ".SH DESCRIPTION\n" + filled(outline.description) + ".PP\n" +
          filled("Diagnostics go to stderr, the answer to stdout.");
  text += ".SH OPTIONS\n";
  for (const OptionOutline& option : outline.options) text += paragraph(head_of(option), text_of(option));
  text += ".SH VERBS\n";
  for (const VerbOutline& verb : outline.verbs) text += section_of(outline, verb);
  text += ".SH EXIT STATUS\n";
  for (const ExitMeaning& code : outline.exit_codes)
    text += paragraph(bold(std::to_string(code.code)), code.meaning + ".");
  text += ".SH ENVIRONMENT\n";
  text += paragraph(bold("NO_COLOR"), "When it is set and not empty, nothing is coloured.");
  text += paragraph(bold("TERM"), "A terminal that is called dumb gets plain lines without colours.");
  text +=
      paragraph(bold("TRACETAX_SCENARIOS"), "The folder of the bundled scenarios, when it is not beside the program.");
  text += ".SH FILES\n";
  text += paragraph(italic("out/"), "Where result folders are made unless -o names one.");
  text += ".SH EXAMPLES\n" + examples(outline.examples);
  return text;
}

}  // namespace tracetax::cli
