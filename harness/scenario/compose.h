#pragma once
// One tree out of a scenario, what it `extends`, and --set.

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/scenario/yaml_tree.h"

namespace tracetax {

// The file's bytes. Throws ScenarioError when it cannot be read.
std::string read_document(const std::filesystem::path& file);

// Of a source that comes after all scenario files and before --set.
inline constexpr int budgets_rank = 999;

// `text` is the document, `name` its file. `instead` are top-level entries that take the place of the files' own,
// before
// --set. The result has no `extends` key. Empty, with findings, when there is nothing to read further.
std::optional<Node> compose(const std::string& text, const std::string& name, std::vector<Entry> instead,
                            std::span<const std::string> sets, Findings& findings);

}  // namespace tracetax
