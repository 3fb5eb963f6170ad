#pragma once
// Regular expressions as JSON Schema has them (2020-12, Core 6.4): ECMA-262 with Unicode, found anywhere in the text.
// Searched for by RE2, in time linear in the text whatever the expression is, since both come from a peer.

#include <optional>
#include <string_view>

namespace tracetax::mcp {

// Whether the expression is found in the text (UTF-8). Empty: it cannot be said, because the expression is none, is
// over 10,000 bytes, or has what linear time does not allow: looking around, references back, more than 1,000
// repetitions.
std::optional<bool> finds_pattern(std::string_view expression, std::string_view text);

}  // namespace tracetax::mcp
