#pragma once
// What the load wants to know of a JSON-RPC answer, read without building a tree of it.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "harness/results/sample.h"
#include "harness/scenario/recording.h"

namespace tracetax {

// Bytes behind a text that must be readable, whatever they hold.
inline constexpr std::size_t json_padding = 64;

struct AnswerHead {
  std::optional<std::int64_t> id{};  // absent: null or no integer
  Outcome outcome = Outcome::protocol_error;
  // Of a result: what it would be as the answer to a resources/read or a prompts/get.
  Outcome of_resource = Outcome::protocol_error;
  Outcome of_prompt = Outcome::protocol_error;

  Outcome outcome_of(RecordedCall::Kind kind) const {
    using Kind = RecordedCall::Kind;
    return kind == Kind::tool ? outcome : kind == Kind::resource ? of_resource : of_prompt;
  }
};

class AnswerReader {
 public:
  AnswerReader();
  ~AnswerReader();
  AnswerReader(const AnswerReader&) = delete;
  AnswerReader& operator=(const AnswerReader&) = delete;

  // A tools/call response: ok; tool_error (isError: true); protocol_error for a JSON-RPC error and for a result that
  // has no `content` array, an `isError` that is no boolean, or a resultType other than "complete". As
  // mcp::read_call_result() judges it. A resource's result must have a `contents` array, a prompt's `messages`. Empty:
  // no JSON-RPC 2.0 response (a notification, a request, no JSON). Values it has no need of are checked for UTF-8 and
  // matching brackets only. `text` needs json_padding bytes behind it.
  std::optional<AnswerHead> read(std::string_view text);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace tracetax
