#pragma once
// URI templates (RFC 6570) as far as MCP servers use them: {name} stands for a part without slashes, {+name} for
// anything. Values only.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tracetax::mcp {

using Variables = std::map<std::string, std::string>;

// What the variables are in `uri`, percent-decoded; empty: it is none of the template's. A variable takes at least one
// byte, and as few as let the rest match; with braces left open the template is a plain text.
std::optional<Variables> match_uri(std::string_view uri_template, std::string_view uri);

// `text` with each `{name}` replaced as `value` says; empty: the braces stay, with what is in them.
std::string fill_in(std::string_view text,
                    const std::function<std::optional<std::string>(std::string_view name)>& value);

}  // namespace tracetax::mcp
