#pragma once
// JSON-RPC 2.0 messages as MCP uses them, as values: no I/O, no batches, ids are strings or integers.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <nlohmann/json.hpp>

namespace tracetax::mcp {

using Json = nlohmann::json;
using Id = std::variant<std::int64_t, std::string>;

// JSON-RPC and MCP error codes in use (MCP specification, revision 2026-07-28). Codes of our own lie outside
// -32768..-32000, which both reserve.
enum ErrorCode : int {
  parse_error = -32700,
  invalid_request = -32600,
  method_not_found = -32601,
  invalid_params = -32602,
  internal_error = -32603,
  header_mismatch = -32020,
  missing_client_capability = -32021,
  unsupported_protocol_version = -32022,
  resource_not_found = -32002,  // of the legacy era; the modern one says -32602 (SEP-2164)
  // ours
  backend_unavailable = -31001,  // no backend could be reached, or its circuit is open
  backend_timeout = -31002,
  rate_limited = -31003,
  unauthorized = -31004,
};

struct ErrorObject {
  int code = internal_error;
  std::string message;
  Json data{};  // null: absent
};

struct Request {
  Id id;
  std::string method;
  Json params = Json::object();
};
struct Notification {
  std::string method;
  Json params = Json::object();
};
struct Response {
  std::optional<Id> id;                     // absent only in errors about messages whose id could not be read
  std::variant<Json, ErrorObject> outcome;  // result or error
  bool is_error() const { return std::holds_alternative<ErrorObject>(outcome); }
};
using Message = std::variant<Request, Notification, Response>;

// What to answer when a text is not a message: -32700 for bytes that are not JSON (or not UTF-8), -32600 for JSON that
// is not a JSON-RPC 2.0 message; the id where one could be read.
struct ParseFailure {
  ErrorObject error;
  std::optional<Id> id;
};

// Nesting deeper than 64 levels is refused as invalid, so that no input exhausts the stack.
std::variant<Message, ParseFailure> parse_message(std::string_view text);

// One line of JSON without line breaks.
std::string serialize(const Message&);
std::string serialize_error(const std::optional<Id>& id, const ErrorObject&);

std::string to_string(const Id&);  // as jsonrpc.request.id wants it

}  // namespace tracetax::mcp
