#include "harness/scenario/fingerprint.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include <fmt/format.h>

#include "harness/scenario/yaml_tree.h"

namespace tracetax {
namespace {

constexpr std::array<std::string_view, 10> left_out{"name",          "description", "budgets",    "checks",
                                                    "plan.blocks",   "plan.seed",   "plan.looks", "plan.confidence",
                                                    "plan.launches", "version"};

// Lengths in front, so that no text can look like structure.
void append(const Node& node, const std::string& path, std::string& out) {
  switch (node.kind) {
    case Node::Kind::null:
      out += 'n';
      break;
    case Node::Kind::scalar:
      out += fmt::format("s{}:{}", node.text.size(), node.text);
      break;
    case Node::Kind::list:
      out += fmt::format("l{}", node.items.size());
      for (const Node& item : node.items) append(item, path + "[]", out);
      break;
    case Node::Kind::map: {
      std::vector<const Entry*> entries;
      for (const Entry& entry : node.entries) {
        if (std::ranges::find(left_out, path + entry.key) == left_out.end()) entries.push_back(&entry);
      }
      // The order of arms is the order of columns only; which arm runs when is drawn.
      std::ranges::sort(entries, {}, &Entry::key);
      out += fmt::format("m{}", entries.size());
      for (const Entry* entry : entries) {
        out += fmt::format("{}:{}", entry->key.size(), entry->key);
        append(entry->value, path + entry->key + ".", out);
      }
      break;
    }
  }
}

// FNV-1a, 64 bits (Fowler, Noll & Vo): tells mistakes apart, not attackers.
std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 14695981039346656037u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return hash;
}

}  // namespace

std::string hash_of(std::string_view bytes) {
  return fmt::format("{:016x}", fnv1a(bytes));
}

std::string fingerprint_of(const std::string& resolved_yaml) {
  Findings findings;
  const auto root =
      parse_yaml(resolved_yaml, std::make_shared<const Source>(Source{"scenario.resolved.yaml", 0}), findings);
  throw_findings(std::move(findings));
  std::string text;
  if (root) append(*root, "", text);
  return hash_of(text);
}

}  // namespace tracetax
