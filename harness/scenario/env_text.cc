#include "harness/scenario/env_text.h"

#include <algorithm>
#include <stdexcept>

namespace tracetax {

namespace {

constexpr std::string_view opening = "${env:";

bool is_variable_name(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return !name.empty() && letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return letter(c) || digit(c); });
}

// Calls plain(text) and reference(name) for the parts in their order; what is wrong ends it.
template <class Plain, class Reference>
std::optional<std::string> walk(std::string_view text, Plain plain, Reference reference) {
  while (!text.empty()) {
    const auto start = text.find("${");
    plain(text.substr(0, start));
    if (start == std::string_view::npos) break;
    text.remove_prefix(start);
    const auto end = text.find('}');
    const bool closed = end != std::string_view::npos;
    if (!text.starts_with(opening) || !closed || !is_variable_name(text.substr(opening.size(), end - opening.size()))) {
      return "must refer to the environment as ${env:NAME}, got `" +
             std::string(text.substr(0, closed ? end + 1 : std::string_view::npos)) + "`";
    }
    reference(text.substr(opening.size(), end - opening.size()));
    text.remove_prefix(end + 1);
  }
  return {};
}

}  // namespace

std::optional<std::string> wrong_reference(std::string_view text) {
  const auto ignore = [](std::string_view) {};
  return walk(text, ignore, ignore);
}

bool has_reference(std::string_view text) {
  return text.find(opening) != std::string_view::npos;
}

std::string resolve_references(std::string_view text, const std::function<const char*(const std::string&)>& look_up) {
  std::string resolved;
  const auto wrong = walk(
      text, [&](std::string_view plain) { resolved += plain; },
      [&](std::string_view name) {
        const char* const value = look_up(std::string(name));
        if (value == nullptr) throw std::invalid_argument("the environment has no variable " + std::string(name));
        resolved += value;
      });
  if (wrong) throw std::invalid_argument(*wrong);
  return resolved;
}

}  // namespace tracetax
