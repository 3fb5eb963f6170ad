#pragma once
// Whether the arguments of a call are what the tool's inputSchema asks for, said so that whoever wrote them can mend
// them. JSON Schema 2020-12 as far as tools use it: type, enum, const, properties, required, additionalProperties,
// patternProperties, items, minItems, maxItems, minimum, maximum, exclusiveMinimum, exclusiveMaximum, minLength,
// maxLength, pattern, anyOf, oneOf, allOf, and $ref within the schema. Other keywords are taken as kept, and so are
// expressions that ecma_pattern.h cannot judge: the server has the last word. `format` is one of them: 2020-12 has it
// say what a text means, and not assert that it is so (Validation 7.2.1).

#include <string>
#include <vector>

#include "harness/mcp/message.h"

namespace tracetax::mcp {

struct ArgumentProblem {
  std::vector<std::string> path{};  // from the arguments on; items of lists by number
  std::string what{};               // "must be an integer, got \"five\""
  std::string hint{};               // may be empty
};

// Empty: they fit.
std::vector<ArgumentProblem> check_arguments(const Json& arguments, const Json& input_schema);

}  // namespace tracetax::mcp
