#pragma once
// The parts of a line of MCP that say what was called and what became of it. Nothing is built of the rest.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/scenario/recording.h"

namespace tracetax::tap {

struct MessageParts {
  std::string id{};  // as it stands in the text, texts with their quotes; empty: none
  std::string method{};

  // Of a request for a tool, a resource or a prompt that names it:
  std::optional<RecordedCall::Kind> kind{};
  std::string name{};
  std::string arguments{};  // JSON, as it stands in the text; empty: none

  std::string cancelled{};  // of notifications/cancelled: the id, as above

  // Of an answer, what it says in the words of a recording: ok, tool_error, protocol_error, input_required.
  std::string outcome{};
};

// The messages of a line: one, or those of a batch. Nothing for what is no JSON of at most 64 levels; what of JSON is
// no message has neither method nor outcome.
std::vector<MessageParts> read_line(std::string_view line);

}  // namespace tracetax::tap
