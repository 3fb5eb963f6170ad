#include "harness/scenario/sampling_file.h"

#include <cstdlib>
#include <filesystem>

#include "harness/scenario/compose.h"
#include "harness/scenario/definitions.h"
#include "harness/scenario/strategies.h"

namespace tracetax {
namespace {

namespace fs = std::filesystem;
using shapes::Json;
using shapes::Reading;

std::optional<std::string> environment(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  return value ? std::optional<std::string>(value) : std::nullopt;
}

// ${NAME} and ${NAME:-text} in all scalars, as shells have it: the text also where the variable is empty.
void fill_in(Node& node, const Variables& variables) {
  for (Node& item : node.items) fill_in(item, variables);
  for (Entry& entry : node.entries) fill_in(entry.value, variables);
  if (node.kind != Node::Kind::scalar) return;
  for (auto at = node.text.find("${"); at != std::string::npos; at = node.text.find("${", at)) {
    const auto end = node.text.find('}', at);
    if (end == std::string::npos) return;
    const std::string inside = node.text.substr(at + 2, end - at - 2);
    const auto dash = inside.find(":-");
    std::string value = variables ? variables(inside.substr(0, dash)).value_or("") : std::string();
    if (value.empty() && dash != std::string::npos) value = inside.substr(dash + 2);
    node.text.replace(at, end + 1 - at, value);
    at += value.size();
    node.quoted = false;  // a number in a template is a number
  }
}

std::optional<SamplerConfig> read(const std::string& text, std::shared_ptr<const Source> source,
                                  const Variables& variables, Findings& findings) {
  std::optional<Node> root = parse_yaml(text, source, findings);
  if (!root) return std::nullopt;
  fill_in(*root, variables);
  Findings own;
  Reading reading(own);
  std::optional<SamplerConfig> config = shapes::read_strategies(reading, *root);
  const bool good = own.empty();
  for (Finding& finding : own) findings.push_back(std::move(finding));
  return good ? config : std::nullopt;
}

void place_at(Node& node, const Place& place) {
  node.place = place;
  for (Node& item : node.items) place_at(item, place);
  for (Entry& entry : node.entries) {
    entry.place = place;
    place_at(entry.value, place);
  }
}

fs::path file_of(const Node& path) {
  const bool typed = path.place.source->name.starts_with("--set ");
  return typed ? fs::path(path.text) : fs::path(path.place.source->name).parent_path() / path.text;
}

}  // namespace

SamplerConfig parse_sampling_file(const std::string& text, const std::string& name, const Variables& variables) {
  Findings findings;
  const auto config = read(text, std::make_shared<const Source>(Source{name, 0}), variables, findings);
  throw_findings(std::move(findings));
  return config.value();
}

void inline_sampling_file(Node& sampler, const std::string& key, Findings& findings) {
  const Entry* type = sampler.find("type");
  const Entry* path = sampler.find("path");
  if (!type || !path || type->value.text != "file" || path->value.kind != Node::Kind::scalar) return;
  if (path->value.text.empty()) return;  // told with the other keys
  const fs::path file = file_of(path->value);
  std::string text;
  try {
    text = read_document(file);
  } catch (const ScenarioError& error) {
    for (const Problem& problem : error.problems())
      add_finding(findings, path->value.place, key + ".path", file.string() + " " + problem.what,
                  "the path is relative to the folder of " + path->value.place.source->name);
    return;
  }
  const int rank = path->value.place.source->rank;
  const auto source = std::make_shared<const Source>(Source{file.string(), rank});
  const std::optional<SamplerConfig> config = read(text, source, environment, findings);
  if (!config) return;
  Findings none;
  std::optional<Node> node = parse_yaml(shapes::sampler().write(*config).dump(), path->value.place.source, none);
  place_at(*node, path->value.place);
  for (Entry& entry : sampler.entries) {
    if (entry.key == "type" || entry.key == "path") continue;
    if (Entry* made = node->find(entry.key)) {
      *made = std::move(entry);
    } else {
      node->entries.push_back(std::move(entry));
    }
  }
  node->place = sampler.place;
  sampler = std::move(*node);
}

void inline_sampling_files(Node& scenario, Findings& findings) {
  Entry* arms = scenario.find("arms");
  if (!arms) return;
  for (Entry& arm : arms->value.entries) {
    Entry* tracing = arm.value.find("tracing");
    Entry* sampler = tracing ? tracing->value.find("sampler") : nullptr;
    if (sampler) inline_sampling_file(sampler->value, "arms." + arm.key + ".tracing.sampler", findings);
  }
}

}  // namespace tracetax
