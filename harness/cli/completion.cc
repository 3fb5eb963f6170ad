#include "harness/cli/completion.h"

#include <fmt/format.h>

#include "harness/base/ensure.h"
#include "harness/scenario/metric.h"

namespace tracetax::cli {
namespace {

// Within single quotes of a shell.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, " "));
}

std::vector<std::string> names_of(const std::vector<OptionOutline>& options) {
  std::vector<std::string> names;
  for (const OptionOutline& option : options) names.insert(names.end(), option.names.begin(), option.names.end());
  return names;
}

std::vector<std::string> verbs_of(const Outline& outline) {
  std::vector<std::string> names;
  for (const VerbOutline& verb : outline.verbs) names.push_back(verb.name);
  return names;
}

// The words that a value can be, as far as the program knows them by heart.
std::vector<std::string> words_of(const OptionOutline& option) {
  std::vector<std::string> words = option.words();
  if (option.value == "METRIC") {
    for (const MetricInfo& metric : all_metrics()) words.emplace_back(metric.name);
  }
  return words;
}

// What the scripts' own function offers for a value: the words there are, or a kind.
std::string kind_of(const OptionOutline& option) {
  const std::vector<std::string> words = words_of(option);
  return words.empty() ? option.value : "words " + joined(words);
}

// bash ---------------------------------------------------------------------------------------------------------------

constexpr const char* bash_head = R"sh(# Completion of {0} for bash, made by `{0} completion bash`.
_{0}_offer() {{  # KIND CURRENT
  local IFS=$'\n'
  case "$1" in
    words\ *) COMPREPLY=($(compgen -W "$(printf '%s\n' ${{1#words }} | tr ' ' '\n')" -- "$2")) ;;
    SCENARIO) COMPREPLY=($(compgen -W "$("$tracetax_program" list --names 2>/dev/null)" -- "$2"; compgen -f -X '!*.y*ml' -- "$2"; compgen -d -- "$2")) ;;
    BUDGETS) COMPREPLY=($(compgen -W "$("$tracetax_program" list budgets --names 2>/dev/null)" -- "$2"; compgen -f -X '!*.y*ml' -- "$2"; compgen -d -- "$2")) ;;
    SYSTEM) COMPREPLY=($(compgen -W "$("$tracetax_program" list systems --names 2>/dev/null)" -- "$2"; compgen -f -X '!*.y*ml' -- "$2"; compgen -d -- "$2")) ;;
    RESULT) COMPREPLY=($(compgen -W "$(printf '%s\n' out/*/result.json | sed -n 's,/result\.json$,,p' | grep -v '\*')" -- "$2"; compgen -f -X '!*.json' -- "$2"; compgen -d -- "$2")) ;;
    DIR|FOLDER) COMPREPLY=($(compgen -d -- "$2")) ;;
    FILE) COMPREPLY=($(compgen -f -- "$2")) ;;
    *) COMPREPLY=() ;;
  esac
  case "$1" in SCENARIO|BUDGETS|SYSTEM|RESULT|DIR|FOLDER|FILE) compopt -o filenames 2>/dev/null ;; esac
}}

_{0}() {{
  local tracetax_program="${{COMP_WORDS[0]}}" cur="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}"
  local verb= number=0 i word last options= kinds=() takes=()
  COMPREPLY=()
  # `=` is a word of its own: --as=json is --as, =, json.
  if [ "$cur" = = ]; then cur=; elif [ "$before" = = ]; then before="${{COMP_WORDS[COMP_CWORD-2]}}"; fi
)sh";

constexpr const char* bash_tail = R"sh(
  if [ -z "$verb" ]; then
    COMPREPLY=($(compgen -W "$options" -- "$cur"))
    return
  fi
  # The value of an option.
  for word in "${{takes[@]}}"; do
    if [ "${{word%%=*}}" = "$before" ]; then _{0}_offer "${{word#*=}}" "$cur"; return; fi
  done
  case "$cur" in -*) COMPREPLY=($(compgen -W "$options" -- "$cur")); return ;; esac
  # An argument: which one it is, without options and their values.
  last=
  for ((i = at + 1; i < COMP_CWORD; ++i)); do
    word="${{COMP_WORDS[i]}}"
    case "$word" in -*|=) last="$word"; continue ;; esac
    if [ "$last" != = ]; then
      local taken= option
      for option in "${{takes[@]}}"; do [ "${{option%%=*}}" = "$last" ] && taken=yes; done
      [ -z "$taken" ] && number=$((number + 1))
    fi
    last=
  done
  [ "$number" -ge "${{#kinds[@]}}" ] && [ -n "$many" ] && number=$((${{#kinds[@]}} - 1))
  [ "$number" -lt "${{#kinds[@]}}" ] && _{0}_offer "${{kinds[number]}}" "$cur"
}}
complete -F _{0} {0}
)sh";

std::string bash_script(const Outline& outline) {
  std::string text = fmt::format(fmt::runtime(bash_head), outline.program);
  text += "  local at many=\n  for ((at = 1; at < COMP_CWORD; ++at)); do\n    case \"${COMP_WORDS[at]}\" in\n";
  text += fmt::format("      {}) verb=\"${{COMP_WORDS[at]}}\"; break ;;\n    esac\n  done\n",
                      fmt::join(verbs_of(outline), "|"));
  text += "  case \"$verb\" in\n";
  for (const VerbOutline& verb : outline.verbs) {
    text += fmt::format("    {})\n      options={}\n", verb.name, quoted(joined(names_of(verb.options))));
    std::string takes;
    for (const OptionOutline& option : verb.options) {
      if (option.value.empty()) continue;
      for (const std::string& name : option.names) takes += " " + quoted(name + "=" + kind_of(option));
    }
    if (!takes.empty()) text += fmt::format("      takes=({})\n", takes.substr(1));
    std::string kinds;
    for (const OptionOutline& argument : verb.arguments) kinds += " " + quoted(kind_of(argument));
    if (!kinds.empty()) text += fmt::format("      kinds=({})\n", kinds.substr(1));
    if (!verb.arguments.empty() && verb.arguments.back().repeatable) text += "      many=yes\n";
    text += "      ;;\n";
  }
  std::vector<std::string> first = verbs_of(outline);
  const std::vector<std::string> global = names_of(outline.options);
  first.insert(first.end(), global.begin(), global.end());
  text += fmt::format("    *) options={} ;;\n  esac\n", quoted(joined(first)));
  return text + fmt::format(fmt::runtime(bash_tail), outline.program);
}

// zsh ----------------------------------------------------------------------------------------------------------------

// Within a specification of _arguments: brackets end a description, colons a part.
std::string zsh_escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_action(const OptionOutline& option) {
  const std::vector<std::string> words = words_of(option);
  if (!words.empty()) return "(" + joined(words) + ")";
  if (option.value == "DIR" || option.value == "FOLDER") return "_files -/";
  if (option.value == "FILE") return "_files";
  for (const char* kind : {"SCENARIO", "BUDGETS", "SYSTEM", "RESULT"}) {
    if (option.value == kind)
      return fmt::format(" _tracetax_offer {}", kind);  // the blank: without _arguments' own words
  }
  return " ";
}

// One specification for each name, quoted.
std::string zsh_option(const OptionOutline& option) {
  const std::string label = zsh_escaped(option.words().empty() ? option.value : "word");
  const std::string value = option.value.empty() ? "" : ":" + label + ":" + zsh_action(option);
  const std::string exclusive = option.repeatable ? "*" : "(" + joined(option.names) + ")";
  std::string specs;
  for (const std::string& name : option.names) {
    const char* const assigned = option.value.empty() ? "" : name.starts_with("--") ? "=" : "+";
    specs += (specs.empty() ? "" : " ") +
             quoted(exclusive + name + assigned + "[" + zsh_escaped(option.description) + "]" + value);
  }
  return specs;
}

std::string zsh_argument(const OptionOutline& argument, std::size_t position) {
  const std::string label = zsh_escaped(argument.words().empty() ? argument.label : "word");
  const std::string place = argument.repeatable ? "*" : std::to_string(position) + (argument.required ? "" : ":");
  return quoted(place + ":" + label + ":" + zsh_action(argument));
}

constexpr const char* zsh_head = R"sh(#compdef {0}
# Completion of {0} for zsh, made by `{0} completion zsh`.
_tracetax_offer() {{  # KIND
  local -a names
  case $1 in
    SCENARIO) names=(${{(f)"$({0} list --names 2>/dev/null)"}}) ;;
    BUDGETS) names=(${{(f)"$({0} list budgets --names 2>/dev/null)"}}) ;;
    SYSTEM) names=(${{(f)"$({0} list systems --names 2>/dev/null)"}}) ;;
    RESULT) names=(out/*/result.json(N:h)) ;;
  esac
  case $1 in
    RESULT) _alternative 'results:result:compadd -a names' 'files:file:_files -g "*.json"' ;;
    *) _alternative 'names:name:compadd -a names' 'files:file:_files -g "*.(yaml|yml)"' ;;
  esac
}}

_{0}() {{
  local curcontext="$curcontext" state line
  typeset -A opt_args
)sh";

std::string zsh_script(const Outline& outline) {
  std::string text = fmt::format(fmt::runtime(zsh_head), outline.program);
  text += "  _arguments -C";
  for (const OptionOutline& option : outline.options) text += " \\\n    " + zsh_option(option);
  text += " \\\n    '1: :->verb' \\\n    '*:: :->rest' && return\n";
  text += "  case $state in\n    verb)\n      local -a verbs=(\n";
  for (const VerbOutline& verb : outline.verbs) text += "        " + quoted(verb.name + ":" + verb.summary) + "\n";
  text += "      )\n      _describe -t verbs verb verbs\n      ;;\n    rest)\n      case $line[1] in\n";
  for (const VerbOutline& verb : outline.verbs) {
    text += "        " + verb.name + ")\n          _arguments -S";
    for (const OptionOutline& option : verb.options) text += " \\\n            " + zsh_option(option);
    for (std::size_t i = 0; i < verb.arguments.size(); ++i)
      text += " \\\n            " + zsh_argument(verb.arguments[i], i + 1);
    text += "\n          ;;\n";
  }
  text += "      esac\n      ;;\n  esac\n}\n\n";
  // As a file in $fpath it is the function's body; sourced it has to be tied to the program.
  return text +
         fmt::format("if [ \"$funcstack[1]\" = _{0} ]; then _{0} \"$@\"; else compdef _{0} {0}; fi\n", outline.program);
}

}  // namespace

std::string completion_script(const Outline& outline, const std::string& shell) {
  ensure(shell == "bash" || shell == "zsh", "the command line knows these two shells");
  return shell == "bash" ? bash_script(outline) : zsh_script(outline);
}

}  // namespace tracetax::cli
