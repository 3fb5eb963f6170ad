#pragma once
// One tree out of a scenario, what it `extends`, and --set.

#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "harness/scenario/yaml_tree.h"

namespace tracetax {

// The file's bytes. Throws ScenarioError when it cannot be read.
std::string read_document(const std::filesystem::path& file);

// `text` is the document, `name` its file. The result has no `extends` key. Empty, with findings, when there is nothing
// to read further.
std::optional<Node> compose(const std::string& text, const std::string& name, std::span<const std::string> sets,
                            Findings& findings);

}  // namespace tracetax
