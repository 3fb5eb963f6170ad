#pragma once
// A tools/call and its result as the bytes that came, for hops that pass them on: only what the hop itself has a say in
// is written anew, everything else stays as it is to the byte.
//
// What is here serves the form in which nearly all messages come. A message in another form (members twice, escaped
// names, members of no request, keys of another type than the protocol's) is none for read_call() or read_result(), and
// goes the way of parse_message(), which knows all forms.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/wire.h"
#include "harness/mcp/client_rules.h"
#include "harness/mcp/json_reader.h"
#include "harness/mcp/notices.h"
#include "harness/mcp/protocol.h"

namespace tracetax::mcp {

// Where in a tools/call is what hops look at.
struct CallParts {
  Id id{};
  TextRange id_at{};        // as it is written, a string with its quotes
  TextRange params{};       // an object
  TextRange name{};         // params.name, a string's inside
  TextRange meta{};         // params._meta, an object; empty: none
  TextRange meta_member{};  // the same with its key
  // Of `_meta`. modern: it has protocolVersion, a string, and clientCapabilities, an object; else it has neither of
  // them, and no clientInfo.
  bool modern = false;
  bool has_client_info = false;
  bool has_trace = false;   // traceparent or tracestate, also an empty one
  TextRange version{};      // a string's inside
  TextRange traceparent{};  // likewise; empty: none
  TextRange tracestate{};
  std::optional<std::uint64_t> draw{};
  TextRange progress_token{};  // as it is written, a string with its quotes; empty: none
  TextRange log_level{};       // a string's inside, one of MCP's levels; empty: none
};

// Empty: no tools/call, none that is good, or none in the usual form.
std::optional<CallParts> read_call(std::string_view text);

struct CallText {
  std::string text;
  CallParts parts;

  std::string_view name() const { return parts.name.in(text); }
  std::string_view traceparent() const { return parts.traceparent.in(text); }
  std::string_view tracestate() const { return parts.tracestate.in(text); }
  Era era() const { return parts.modern ? Era::modern : Era::legacy; }
  Json params() const;  // as a tree
};

// What becomes of the trace context in `_meta`.
struct TraceEdit {
  enum class Kind : std::uint8_t { keep, remove, write } kind = Kind::keep;
  std::string_view traceparent{};  // to be written; an empty text takes its key away
  std::string_view tracestate{};
};

// What the caller wants to hear while the call runs, as read_wishes() has it.
Wishes wishes_of(std::string_view text, const CallParts& parts);

// The request that goes on to the next hop, in the era in which it came: what make_request_text() makes of the same
// params, but for the order and the spelling of what stays. A progress token becomes the `id`: those of different
// callers may be equal.
std::string forward_text(const CallText& call, std::int64_t id, const TraceEdit& trace, const ClientInfo& client);

// Where in the response to a tools/call is what hops look at.
struct ResultParts {
  std::int64_t id = 0;
  TextRange id_at{};
  TextRange result{};       // an object with a `content` array
  TextRange meta{};         // result._meta, an object; empty: none
  TextRange server_info{};  // the value of its serverInfo; empty: none
  bool has_type = false;    // resultType "complete"; without: none
  bool is_error = false;    // isError: true
};

// Empty: no response with a tool's result as read_call_result() wants it, or none in the usual form.
std::optional<ResultParts> read_result(std::string_view text);

struct ResultText {
  std::string text;
  ResultParts parts;

  // Without the members that depend on the era: it can be given to a legacy caller as it is.
  bool plain() const { return !parts.has_type && parts.server_info.empty(); }
  Json result() const;  // as a tree
};

// A result of our own making: one text.
ResultText make_result(std::string_view text, bool is_error);

// The response for our caller, as dress_result() would have it. `server_info`: JSON. Legacy: only of a plain() one.
std::string answer_text(const ResultText& result, const Id& id, Era era, std::string_view server_info);

}  // namespace tracetax::mcp
