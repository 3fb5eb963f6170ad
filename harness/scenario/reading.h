#pragma once
// What goes along while a tree is read: the key it is at, and what was found wrong so far.

#include <algorithm>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/scenario/yaml_tree.h"

namespace tracetax::shapes {

// Names become parts of file names, of histogram tags and of CSV cells.
inline constexpr const char* name_pattern = "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$";
bool is_name(std::string_view text);

// "one of: a, b, c".
std::string one_of(std::span<const std::string_view> words);
// "did you mean `b`?" when one is near, otherwise one_of().
std::string hint_towards(std::string_view word, std::span<const std::string_view> words);

class Reading {
 public:
  using Path = std::vector<std::string>;

  explicit Reading(Findings& findings) : findings_(findings) {}

  // The key is part of the path while the result lives.
  class [[nodiscard]] Inside {
   public:
    Inside(Path& path, std::size_t depth) : path_(path), depth_(depth) {}
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
    ~Inside() { path_.resize(depth_); }

   private:
    Path& path_;
    std::size_t depth_;
  };
  Inside inside(std::string_view key) {
    path_.emplace_back(key);
    return {path_, path_.size() - 1};
  }
  Inside here() { return {path_, path_.size()}; }

  // At the key where the reading is.
  void finding(const Place& place, std::string what, std::string hint = {});
  // At a key of `node`, or, where the document leaves it out, at `node`.
  void finding_at(const Node& node, std::string_view key, std::string what, std::string hint = {});

  // True when the node is of the kind; otherwise a finding: "must be a map, got `5`".
  // `hint` is for a value of another kind; for none at all there is a hint anyway.
  bool expect(const Node& node, Node::Kind kind, std::string_view wanted, std::string hint = {});
  bool check_key(const Entry& entry, std::span<const std::string_view> known);
  // A key that belongs to another form of the map than the one that `chosen` (the entry of `key`) selects.
  void not_with(const Entry& entry, std::string_view key, const Entry& chosen);
  void check_name(const Place& place, std::string_view name);

  // Nothing was found at this path, above it or below it: what stands there can be relied on.
  bool sound(const Path& path) const;
  // Nothing was found at this path or above it: the names below it can be relied on.
  bool reached(const Path& path) const;
  const Path& path() const { return path_; }

 private:
  Findings& findings_;
  Path path_{};
  std::vector<Path> troubled_{};
};

std::string dotted(const Reading::Path& path);

// The element whose member is the node's word; otherwise a finding, and nullptr.
template <class Range, class Member>
auto find_word(Reading& reading, const Node& node, const Range& range, Member member) -> decltype(&*std::begin(range)) {
  if (!reading.expect(node, Node::Kind::scalar, "a word")) return nullptr;
  const auto found = std::ranges::find_if(
      range, [&](const auto& element) { return std::string_view(std::invoke(member, element)) == node.text; });
  if (found != std::end(range)) return &*found;
  std::vector<std::string_view> words;
  for (const auto& element : range) words.emplace_back(std::invoke(member, element));
  reading.finding(node.place, "unknown word " + describe(node), hint_towards(node.text, words));
  return nullptr;
}

}  // namespace tracetax::shapes
