#pragma once
// Texts that refer to the environment: "Bearer ${env:TOKEN}". Pure: the caller looks variables up.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tracetax {

// Empty when every "${" begins a reference of the form ${env:NAME}, with a NAME of letters, digits and "_" that does
// not begin with a digit; else what is wrong. "$" without "{" is a "$".
std::optional<std::string> wrong_reference(std::string_view text);

bool has_reference(std::string_view text);

// The text with every reference replaced. Throws std::invalid_argument naming the variable that `look_up` does not know
// (null), or what is wrong with a reference. Values are not looked into: references do not nest.
std::string resolve_references(std::string_view text, const std::function<const char*(const std::string&)>& look_up);

}  // namespace tracetax
