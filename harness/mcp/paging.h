#pragma once
// Pages of a list that does not change, with cursors that need no memory (MCP, "Pagination"). Values only.

#include <cstddef>
#include <string_view>
#include <variant>

#include "harness/mcp/message.h"

namespace tracetax::mcp {

// `{<member>: […], nextCursor?}`: the page of `all` (an array) that params.cursor asks for. `page_size` 0: all at once.
// -32602 for a cursor that this list of that page size has not given out.
std::variant<Json, ErrorObject> page_of(std::string_view member, const Json& all, std::size_t page_size,
                                        const Json& params);

}  // namespace tracetax::mcp
