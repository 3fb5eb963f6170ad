#include "harness/scenario/reading.h"

#include <cctype>

#include <fmt/format.h>

#include "harness/base/text.h"

namespace tracetax::shapes {

bool is_name(std::string_view text) {
  const auto letter = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  return !text.empty() && text.size() <= 64 && letter(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return letter(c) || c == '.' || c == '-'; });
}

std::string one_of(std::span<const std::string_view> words) {
  return fmt::format("one of: {}", fmt::join(words, ", "));
}

std::string hint_towards(std::string_view word, std::span<const std::string_view> words) {
  if (const auto meant = nearest(word, words)) return fmt::format("did you mean `{}`?", *meant);
  return words.empty() ? std::string() : one_of(words);
}

std::string dotted(const Reading::Path& path) {
  return fmt::format("{}", fmt::join(path, "."));
}

void Reading::finding(const Place& place, std::string what, std::string hint) {
  add_finding(findings_, place, dotted(path_), std::move(what), std::move(hint));
  troubled_.push_back(path_);
}

void Reading::finding_at(const Node& node, std::string_view key, std::string what, std::string hint) {
  const auto at = inside(key);
  const Entry* entry = node.find(key);
  finding(entry ? entry->value.place : node.place, std::move(what), std::move(hint));
}

bool Reading::expect(const Node& node, Node::Kind kind, std::string_view wanted, std::string hint) {
  if (node.kind == kind) return true;
  const bool null = node.kind == Node::Kind::null;
  finding(node.place, fmt::format("must be {}, got {}", wanted, describe(node)),
          null ? "give it a value, or remove the key" : std::move(hint));
  return false;
}

bool Reading::check_key(const Entry& entry, std::span<const std::string_view> known) {
  if (std::ranges::find(known, entry.key) != known.end()) return true;
  const auto key = inside(entry.key);
  finding(entry.place, "unknown key", hint_towards(entry.key, known));
  return false;
}

void Reading::not_with(const Entry& entry, std::string_view key, const Entry& chosen) {
  const bool inherited = entry.place.source != chosen.place.source;
  const auto inside_key = inside(entry.key);
  finding(entry.place, fmt::format("has no meaning with `{}: {}`", key, chosen.value.text),
          inherited ? fmt::format("it comes from {}; take it away with `{}: null`", entry.place.source->name, entry.key)
                    : fmt::format("remove it, or choose another `{}`", key));
}

void Reading::check_name(const Place& place, std::string_view name) {
  if (is_name(name)) return;
  Node as_node{Node::Kind::scalar, std::string(name)};
  finding(place, "must be a name, got " + describe(as_node),
          "up to 64 letters, digits, `_`, `.` and `-`, beginning with a letter, a digit or `_`");
}

namespace {

bool leads_to(const Reading::Path& above, const Reading::Path& below) {
  return above.size() <= below.size() && std::equal(above.begin(), above.end(), below.begin());
}

}  // namespace

bool Reading::reached(const Path& path) const {
  return std::ranges::none_of(troubled_, [&](const Path& troubled) { return leads_to(troubled, path); });
}

bool Reading::sound(const Path& path) const {
  const auto is_below = [&](const Path& troubled) { return leads_to(path, troubled); };
  return reached(path) && std::ranges::none_of(troubled_, is_below);
}

}  // namespace tracetax::shapes
