#include "harness/session/trouble.h"

#include <algorithm>
#include <cctype>

#include <simdjson.h>

#include "harness/mcp/client_rules.h"

namespace tracetax {
namespace {

constexpr std::size_t most_of_a_message = 120;
constexpr std::size_t most_of_a_body = 200;

std::string_view meaning(int status, bool in_session) {
  switch (status) {
    case 401:
      return "unauthorized";
    case 403:
      return "forbidden";
    case 404:
      return in_session ? "the session has expired" : "not found";
    case 405:
      return "no POST there";
    case 406:
      return "no such form of answer";
    case 413:
      return "the request is too large";
    case 429:
      return "rate limited";
    case 502:
      return "bad gateway";
    case 503:
      return "unavailable";
    case 504:
      return "gateway timeout";
    default:
      return status / 100 == 3 ? "a redirect" : "";
  }
}

// What to do about it.
std::string advice(const HttpAnswer& answer) {
  const AnswerFields& fields = answer.fields;
  const auto said = [](const char* what, const std::string& value) {
    return value.empty() ? std::string() : std::string(what) + shown(value, most_of_a_body);
  };
  if (answer.status / 100 == 3) {
    return said("it sends to ", fields.location) + (fields.location.empty() ? "" : "; ") +
           "redirects are not followed: write the URL that is meant";
  }
  switch (answer.status) {
    case 401:
      return "it wants to know who calls: write `headers: { authorization: \"Bearer ${env:NAME}\" }` beside `url` and "
             "set the variable NAME" +
             said("; it asks for ", fields.www_authenticate);
    case 404:
      return answer.in_session ? "" : "is the path of the URL right?";
    case 405:
      return "is this the URL of an MCP endpoint?";
    case 429:
    case 503:
      return said("Retry-After: ", fields.retry_after);
    default:
      return {};
  }
}

std::string joined(std::string one, const std::string& other) {
  if (!one.empty() && !other.empty()) one += "; ";
  return one + other;
}

}  // namespace

std::string shown(std::string_view bytes, std::size_t most) {
  const bool sound = simdjson::validate_utf8(bytes.data(), bytes.size());
  std::size_t size = std::min(bytes.size(), most);
  // Not through the middle of a character.
  while (sound && size < bytes.size() && size > 0 && (static_cast<unsigned char>(bytes[size]) & 0xc0u) == 0x80u) --size;
  std::string text(bytes.substr(0, size));
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) c = ' ';
    if (byte >= 0x80 && !sound) c = '?';
  }
  return size < bytes.size() ? text + "…" : text;
}

std::string status_text(int status, bool in_session) {
  const std::string_view what = meaning(status, in_session);
  return "HTTP " + std::to_string(status) + (what.empty() ? "" : ", " + std::string(what));
}

bool says_session_is_over(const HttpAnswer& answer) {
  if (!answer.in_session) return false;
  if (answer.status == 404) return true;
  static constexpr std::string_view word = "session";
  const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  return answer.status == 400 && !std::ranges::search(answer.body, word, same).empty();
}

Trouble trouble_of(const HttpAnswer& answer) {
  const bool expired = says_session_is_over(answer);
  Trouble trouble{status_text(expired ? 404 : answer.status, answer.in_session), advice(answer)};
  const std::string& encoding = answer.fields.content_encoding;
  if (expired && answer.status != 404) trouble.reason = "HTTP 400, the session has expired";
  if (!encoding.empty()) {
    trouble.reason += ", an answer with Content-Encoding: " + shown(encoding, most_of_a_message);
    trouble.detail = "tracetax asks for `identity`: unpacking would be in the time of the call";
  } else if (answer.is_event_stream) {
    trouble.reason += ", an event stream that ended without the answer";
    trouble.detail = joined(trouble.detail, "streams are not resumed");
  } else if (answer.body.empty()) {
    trouble.reason += answer.status / 100 == 2 ? " without a body" : "";
  } else if (const auto failure = answer.is_json ? failure_in(answer.body) : std::nullopt) {
    trouble.reason += ", " + *failure;
  } else {
    if (answer.status / 100 == 2) trouble.reason += answer.is_json ? ", no JSON-RPC answer to the call" : ", no JSON";
    trouble.detail = joined(trouble.detail, shown(answer.body, most_of_a_body));
  }
  return trouble;
}

std::optional<std::string> failure_in(std::string_view text, std::string_view method) {
  const auto parsed = mcp::parse_message(text);
  const auto* const message = std::get_if<mcp::Message>(&parsed);
  const auto* const response = message != nullptr ? std::get_if<mcp::Response>(message) : nullptr;
  if (response == nullptr) return {};
  if (const auto* error = std::get_if<mcp::ErrorObject>(&response->outcome)) {
    return "error " + std::to_string(error->code) +
           (error->message.empty() ? "" : ": " + shown(error->message, most_of_a_message));
  }
  const mcp::Json& result = std::get<mcp::Json>(response->outcome);
  if (result.is_object()) {
    const auto type = result.find("resultType");
    if (type != result.end() && *type != "complete")
      return "a result of the type " + shown(type->dump(-1, ' ', true, mcp::Json::error_handler_t::replace), 40);
  }
  const char* const list = method == "resources/read" ? "contents" : method == "prompts/get" ? "messages" : nullptr;
  const bool fits = list == nullptr ? mcp::read_call_result(result) != mcp::CallResult::malformed
                                    : result.is_object() && result.contains(list) && result[list].is_array();
  return fits ? "the answer to another call" : "a result that is none of " + std::string(method);
}

}  // namespace tracetax
