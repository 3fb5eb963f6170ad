#pragma once
// What a server says of its tools, as the client that is to call them reads it. Values only.

#include <optional>
#include <string>
#include <vector>

#include "harness/mcp/message.h"
#include "harness/mcp/protocol.h"

namespace tracetax::mcp {

struct Tool {
  std::string name{};
  Json input_schema = Json::object();
};

struct ToolsPage {
  std::vector<Tool> tools{};
  std::string next_cursor{};  // empty: the last page
};
// Empty: the result is none of `tools/list`.
std::optional<ToolsPage> read_tools_page(const Json& result);

// The Mcp-Param-… fields of a call over http (2026-07-28, "Custom Headers from Tool Parameters"): the arguments whose
// properties have an `x-mcp-header`, at any depth of `properties`; none for what is null or absent.
struct MirroredArguments {
  HeaderFields headers{};
  std::string problem{};  // not empty: the schema's annotations are against the rules, and the tool must not be called
};
// Whether the schema has such a property at all.
bool mirrors_arguments(const Json& input_schema);
MirroredArguments mirrored_arguments(const Json& input_schema, const Json& arguments);

}  // namespace tracetax::mcp
