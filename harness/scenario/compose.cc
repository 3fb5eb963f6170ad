#include "harness/scenario/compose.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "harness/base/text.h"

namespace tracetax {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_chain = 16;  // of files that extend each other
constexpr int first_set_rank = budgets_rank + 1;

// Empty, and why in `trouble`.
std::optional<std::string> read_file(const fs::path& file, std::string& trouble) {
  std::error_code error;
  if (fs::is_directory(file, error)) {
    trouble = "is a directory, not a file";
    return std::nullopt;
  }
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  // One byte more than is allowed is enough to know that it is too much; a device may have no end.
  std::string text(max_document_bytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.eof() && in.fail()) {
    trouble = std::string("cannot be read: ") + (errno != 0 ? std::strerror(errno) : "unknown error");
    return std::nullopt;
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

// `over` wins: maps are merged, everything else is replaced, null removes.
void merge_over(Node& base, Node over) {
  if (base.kind != Node::Kind::map || over.kind != Node::Kind::map) {
    base = std::move(over);
    return;
  }
  base.place = over.place;
  for (Entry& entry : over.entries) {
    const auto below = std::ranges::find(base.entries, entry.key, &Entry::key);
    if (below == base.entries.end()) {
      base.entries.push_back(std::move(entry));
    } else if (entry.value.kind == Node::Kind::null) {
      base.entries.erase(below);
    } else {
      below->place = entry.place;
      merge_over(below->value, std::move(entry.value));
    }
  }
}

struct Chain {
  std::vector<fs::path> files{};  // canonical where the file exists
  Findings& findings;
};

std::optional<Node> with_bases(const std::string& text, const std::string& name, Chain& chain);

std::optional<Node> base_of(const Node& wanted, const std::string& name, Chain& chain) {
  const auto finding = [&](std::string what, std::string hint = {}) {
    add_finding(chain.findings, wanted.place, "extends", std::move(what), std::move(hint));
    return std::nullopt;
  };
  if (wanted.kind != Node::Kind::scalar || wanted.text.empty())
    return finding("must be the name of a scenario file, got " + describe(wanted));
  const fs::path file = fs::path(name).parent_path() / wanted.text;
  std::error_code error;
  const fs::path canonical = fs::weakly_canonical(file, error);
  if (std::ranges::find(chain.files, canonical) != chain.files.end()) {
    return finding(file.string() + " is extended in a circle");
  }
  if (chain.files.size() >= longest_chain) return finding(fmt::format("a chain of more than {} files", longest_chain));
  std::string trouble;
  const std::optional<std::string> text = read_file(file, trouble);
  if (!text) return finding(file.string() + " " + trouble, "the name is relative to the folder of " + name);
  chain.files.push_back(canonical);
  return with_bases(*text, file.string(), chain);
}

std::optional<Node> with_bases(const std::string& text, const std::string& name, Chain& chain) {
  const int rank = static_cast<int>(chain.files.size()) - 1;
  const auto source = std::make_shared<const Source>(Source{name, rank});
  std::optional<Node> root = parse_yaml(text, source, chain.findings);
  if (!root) return std::nullopt;
  if (root->kind == Node::Kind::null) {
    add_finding(chain.findings, {source}, {}, "the file is empty",
                "a scenario begins with `version: 1`; docs/scenario.md lists the keys");
    return std::nullopt;
  }
  const auto extends = std::ranges::find(root->entries, std::string("extends"), &Entry::key);
  if (extends == root->entries.end()) return root;
  const Node wanted = std::move(extends->value);
  root->entries.erase(extends);
  std::optional<Node> base = base_of(wanted, name, chain);
  if (!base) return std::nullopt;
  merge_over(*base, std::move(*root));
  return base;
}

// The path of one --set, walked through the tree.
class Setter {
 public:
  Setter(const std::string& set, int rank, Findings& findings)
      : set_(set), source_(std::make_shared<const Source>(Source{"--set " + set, rank})), findings_(findings) {}

  void apply(Node& root) {
    const std::size_t equals = set_.find('=');
    if (equals == std::string::npos || equals == 0) {
      finding("must have the form key.path=value", "for example --set load.arrivals.rate=800/s");
      return;
    }
    path_ = set_.substr(0, equals);
    Findings of_value;
    std::optional<Node> value = parse_yaml(set_.substr(equals + 1), source_, of_value);
    for (const Finding& f : of_value) finding(f.problem.what, f.problem.hint);
    if (!value) return;
    place_without_line(*value);
    walk(root, path_, std::move(*value));
  }

 private:
  void finding(std::string what, std::string hint = {}) {
    add_finding(findings_, {source_}, path_, std::move(what), std::move(hint));
  }
  // Lines and columns of the few characters after "=" help nobody.
  void place_without_line(Node& node) const {
    node.place = {source_};
    for (Node& item : node.items) place_without_line(item);
    for (Entry& entry : node.entries) {
      entry.place = {source_};
      place_without_line(entry.value);
    }
  }
  void walk(Node& node, std::string_view rest, Node value);
  void into_map(Node& map, std::string_view rest, Node value);
  void into_list(Node& list, std::string_view rest, Node value);
  std::string before(std::string_view rest) const {
    const std::size_t length = path_.size() - rest.size();
    return length == 0 ? "the scenario" : path_.substr(0, length - 1);
  }

  const std::string& set_;
  std::shared_ptr<const Source> source_;
  Findings& findings_;
  std::string path_{};
};

// Cuts the first key off. Names of arms may contain points, so the longest key that is there comes first.
std::string_view take_key(const Node& map, std::string_view& rest) {
  std::string_view best = rest.substr(0, rest.find('.'));
  for (const Entry& entry : map.entries) {
    const bool fits = rest == entry.key || rest.starts_with(entry.key + ".");
    if (fits && entry.key.size() > best.size()) best = rest.substr(0, entry.key.size());
  }
  rest.remove_prefix(std::min(rest.size(), best.size() + 1));
  return best;
}

void Setter::walk(Node& node, std::string_view rest, Node value) {
  if (node.kind == Node::Kind::map || node.kind == Node::Kind::null) return into_map(node, rest, std::move(value));
  if (node.kind == Node::Kind::list) return into_list(node, rest, std::move(value));
  finding(fmt::format("{} is {} and has no keys", before(rest), describe(node)),
          fmt::format("set it as a whole: --set '{}={{ … }}'", before(rest)));
}

void Setter::into_map(Node& map, std::string_view rest, Node value) {
  const std::string_view all = rest;
  const std::string key(take_key(map, rest));
  const bool last = key.size() == all.size();
  if (key.empty() || (!last && rest.empty())) return finding("an empty key in the path");
  const auto found = std::ranges::find(map.entries, key, &Entry::key);
  if (found == map.entries.end()) {
    const std::string outer = before(all);
    // These maps have names of the user's as keys: a typing error would make one more arm.
    if ((outer == "arms" || outer == "tools") && !last) {
      std::vector<std::string_view> names;
      for (const Entry& entry : map.entries) names.push_back(entry.key);
      const auto meant = nearest(key, names);
      return finding(fmt::format("there is no `{}` in {}", key, outer),
                     meant           ? fmt::format("did you mean `{}`?", *meant)
                     : names.empty() ? ""
                                     : fmt::format("there are: {}", fmt::join(names, ", ")));
    }
    if (last && value.kind == Node::Kind::null) return finding("there is nothing to remove");
    map.kind = Node::Kind::map;
    map.entries.push_back({key, {source_}, {}});
    map.entries.back().value.place = {source_};
    if (!last) return walk(map.entries.back().value, rest, std::move(value));
    map.entries.back().value = std::move(value);
    return;
  }
  if (!last) return walk(found->value, rest, std::move(value));
  if (value.kind == Node::Kind::null) {
    map.entries.erase(found);
  } else {
    found->place = {source_};
    found->value = std::move(value);
  }
}

void Setter::into_list(Node& list, std::string_view rest, Node value) {
  const std::string outer = before(rest);
  const std::string_view word = rest.substr(0, rest.find('.'));
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), index);
  if (word.empty() || error != std::errc{} || end != word.data() + word.size() || index >= list.items.size()) {
    const std::string there =
        list.items.empty() ? "is empty" : fmt::format("has the items 0 to {}", list.items.size() - 1);
    return finding(fmt::format("{} is a list and {}, got `{}`", outer, there, word));
  }
  if (word.size() == rest.size()) {
    if (value.kind == Node::Kind::null)
      return finding("an item of a list cannot be removed", fmt::format("set the whole list: --set '{}=[ … ]'", outer));
    list.items[index] = std::move(value);
    return;
  }
  walk(list.items[index], rest.substr(word.size() + 1), std::move(value));
}

}  // namespace

std::string read_document(const fs::path& file) {
  std::string trouble;
  if (std::optional<std::string> text = read_file(file, trouble)) return std::move(*text);
  Problem problem{file.string(), 0, 0, {}, trouble, {}};
  throw ScenarioError({problem});
}

std::optional<Node> compose(const std::string& text, const std::string& name, std::vector<Entry> instead,
                            std::span<const std::string> sets, Findings& findings) {
  std::error_code error;
  Chain chain{{fs::weakly_canonical(name, error)}, findings};
  std::optional<Node> root = with_bases(text, name, chain);
  if (!root) return std::nullopt;
  if (root->kind != Node::Kind::map) {
    add_finding(findings, root->place, {}, "must be a map, got " + describe(*root),
                "a scenario begins with `version: 1`; docs/scenario.md lists the keys");
    return std::nullopt;
  }
  for (Entry& entry : instead) {
    if (Entry* own = root->find(entry.key)) {
      *own = std::move(entry);
    } else {
      root->entries.push_back(std::move(entry));
    }
  }
  int rank = first_set_rank;
  for (const std::string& set : sets) Setter(set, rank++, findings).apply(*root);
  return root;
}

}  // namespace tracetax
