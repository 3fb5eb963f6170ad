#pragma once
// A YAML document as plain values that know where they stand, also after files have been merged. Aliases and merge keys
// (<<) are already resolved; no mapping has a key twice.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/scenario/load_scenario.h"

namespace tracetax {

// A file, or a --set: what messages name. Problems are shown in the order of `rank`.
struct Source {
  std::string name;
  int rank = 0;
};

struct Place {
  std::shared_ptr<const Source> source;
  int line = 0;    // from 1; 0: the source as a whole
  int column = 0;  // from 1, in characters
};

struct Entry;

struct Node {
  enum class Kind { null, scalar, list, map } kind = Kind::null;
  std::string text{};   // scalar
  bool quoted = false;  // scalar: a text, whatever it looks like
  Place place{};
  std::vector<Node> items{};     // list
  std::vector<Entry> entries{};  // map, in the file's order

  const Entry* find(std::string_view key) const;
  Entry* find(std::string_view key);
};

struct Entry {
  std::string key;
  Place place;
  Node value;
};

// How a message calls the value: "`-5`", "a map", "nothing".
std::string describe(const Node& node);

// Problems with their rank, so that they can be brought into the order of the files.
struct Finding {
  Place place;
  Problem problem;
};
using Findings = std::vector<Finding>;

void add_finding(Findings& findings, const Place& place, std::string key, std::string what, std::string hint = {});
// Throws a ScenarioError of all findings in the order of sources, lines and columns, when there are any.
void throw_findings(Findings findings);

// Bounds against documents made to exhaust the reader (nested aliases, deep nesting).
constexpr std::size_t max_document_bytes = 1u << 20;
constexpr std::size_t max_nodes = 50'000;
constexpr std::size_t max_depth = 64;

// Empty when the text is no YAML; `findings` then say why. Duplicate keys and the like are findings too, but leave a
// tree that can be read further. An empty text is a null.
std::optional<Node> parse_yaml(const std::string& text, std::shared_ptr<const Source> source, Findings& findings);

// YAML text that parses to the same tree.
std::string write_yaml(const Node& root);

}  // namespace tracetax
