#pragma once
// Whether two results measured the same thing.

#include <string>
#include <string_view>

namespace tracetax {

// 16 hexadecimal digits of a resolved scenario (LoadedScenario::resolved): the same whenever topology, tools, load,
// arms and what the plan says of windows are the same, in whatever order the keys are written. Names, budgets, checks,
// the number of blocks and looks, the seed and the confidence may differ: they change how sure one is, not what is
// measured. Throws ScenarioError when the text is no YAML.
std::string fingerprint_of(const std::string& resolved_yaml);

// 16 hexadecimal digits that differ where the bytes do, but for chance and ill will.
std::string hash_of(std::string_view bytes);

}  // namespace tracetax
