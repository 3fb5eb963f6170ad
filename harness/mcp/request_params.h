#pragma once
// The methods that a server's application may have, and what their parameters must be before it sees them. Values only.

#include <optional>
#include <string_view>

#include "harness/mcp/message.h"

namespace tracetax::mcp {

bool is_list(std::string_view method);  // "tools/list" and its like: in pages, with params.cursor

// The server capability beside `tools` that a method belongs to; null: none.
const char* capability_of(std::string_view method);

// -32602 for parameters that are not of the types which the specification gives the method; empty: they are, or the
// method is none of an application's.
std::optional<ErrorObject> check_params(const Request& request);

}  // namespace tracetax::mcp
