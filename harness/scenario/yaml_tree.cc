#include "harness/scenario/yaml_tree.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

namespace tracetax {
namespace {

constexpr std::size_t longest_shown = 60;  // bytes of a value in a message

// On one line, without control characters, and not cut inside a UTF-8 sequence.
std::string shown(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool starts_character = (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    if (out.size() >= longest_shown && starts_character) return out + "…";
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    out += control ? ' ' : c;
  }
  return out;
}

void emit(YAML::Emitter& out, const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      out << YAML::Null;
      break;
    case Node::Kind::scalar:
      if (node.quoted) out << YAML::DoubleQuoted;
      out << node.text;
      break;
    case Node::Kind::list:
      out << YAML::BeginSeq;
      for (const Node& item : node.items) emit(out, item);
      out << YAML::EndSeq;
      break;
    case Node::Kind::map:
      out << YAML::BeginMap;
      for (const Entry& entry : node.entries) {
        // A quoted key cannot be taken for a merge key or an alias.
        const bool plain = std::ranges::all_of(
            entry.key, [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '-' || c == '.'; });
        out << YAML::Key;
        if (!plain) out << YAML::DoubleQuoted;
        out << entry.key << YAML::Value;
        emit(out, entry.value);
      }
      out << YAML::EndMap;
      break;
  }
}

}  // namespace

const Entry* Node::find(std::string_view key) const {
  const auto found = std::ranges::find(entries, key, &Entry::key);
  return found == entries.end() ? nullptr : &*found;
}
Entry* Node::find(std::string_view key) {
  const auto found = std::ranges::find(entries, key, &Entry::key);
  return found == entries.end() ? nullptr : &*found;
}

std::string describe(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::scalar:
      return node.text.empty() ? "an empty text" : "`" + shown(node.text) + "`";
    case Node::Kind::list:
      return "a list";
    case Node::Kind::map:
      return "a map";
  }
  return {};
}

void add_finding(Findings& findings, const Place& place, std::string key, std::string what, std::string hint) {
  Problem problem{place.source->name, place.line, place.column, shown(key), std::move(what), std::move(hint)};
  findings.push_back({place, std::move(problem)});
}

void throw_findings(Findings findings) {
  if (findings.empty()) return;
  const auto position = [](const Finding& f) { return std::tuple(f.place.source->rank, f.place.line, f.place.column); };
  std::ranges::stable_sort(findings, {}, position);
  std::vector<Problem> problems;
  for (Finding& finding : findings) problems.push_back(std::move(finding.problem));
  throw ScenarioError(std::move(problems));
}

std::string write_yaml(const Node& root) {
  YAML::Emitter out;
  emit(out, root);
  return std::string(out.c_str(), out.size()) + "\n";
}

}  // namespace tracetax
