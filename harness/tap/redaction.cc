#include "harness/tap/redaction.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "harness/scenario/secret_names.h"

namespace tracetax::tap {
namespace {

using Json = nlohmann::ordered_json;

std::string in_small_letters(std::string_view text) {
  std::string small(text);
  for (char& c : small) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return small;
}

}  // namespace

Redaction::Redaction(std::vector<std::string> keys, bool keep_secrets)
    : keys_(std::move(keys)), keep_secrets_(keep_secrets) {
  for (std::string& key : keys_) key = in_small_letters(key);
}

bool Redaction::hides(std::string_view key, bool can_hold_a_secret) const {
  if (std::ranges::find(keys_, in_small_letters(key)) != keys_.end()) return true;
  return !keep_secrets_ && can_hold_a_secret && is_secret_name(key);
}

// Whether anything was replaced.
bool Redaction::replace_in(Json& value) const {
  bool changed = false;
  if (value.is_object()) {
    for (auto& [key, member] : value.items()) {
      if (hides(key, !member.is_boolean() && !member.is_null())) {
        member = std::string(redacted);
        changed = true;
      } else {
        changed = replace_in(member) || changed;
      }
    }
  } else if (value.is_array()) {
    for (Json& item : value) changed = replace_in(item) || changed;
  }
  return changed;
}

std::string Redaction::arguments(std::string_view text) const {
  Json value = Json::parse(text);
  // What is kept keeps its bytes: a tree would lose digits of large numbers.
  return replace_in(value) ? value.dump() : std::string(text);
}

std::string Redaction::query(std::string_view text) const {
  std::string kept;
  while (!text.empty()) {
    const std::size_t end = text.find_first_of("&;");
    const std::string_view parameter = text.substr(0, end);
    const std::size_t equals = parameter.find('=');
    if (equals != std::string_view::npos && hides(parameter.substr(0, equals), true)) {
      kept.append(parameter.substr(0, equals + 1)).append(redacted);
    } else {
      kept += parameter;
    }
    if (end == std::string_view::npos) break;
    kept += text[end];
    text.remove_prefix(end + 1);
  }
  return kept;
}

std::string Redaction::uri(std::string_view text) const {
  const std::size_t fragment = std::min(text.find('#'), text.size());
  const std::size_t question = std::min(text.find('?'), fragment);
  std::string kept(text.substr(0, question));
  if (const std::size_t slashes = kept.find("://"); !keep_secrets_ && slashes != std::string::npos) {
    const std::size_t begin = slashes + 3;
    const std::size_t at = kept.substr(0, kept.find('/', begin)).rfind('@');
    if (at != std::string::npos && at > begin) kept.replace(begin, at - begin, redacted);
  }
  if (question < fragment) kept += "?" + query(text.substr(question + 1, fragment - question - 1));
  return kept.append(text.substr(fragment));
}

}  // namespace tracetax::tap
