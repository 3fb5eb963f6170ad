#pragma once
// Why a call had no result, in words: for the counts by reason, and for whoever cannot open a session.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tracetax {

struct Trouble {
  std::string reason{};  // the same for calls that fail alike: "HTTP 429, rate limited"
  std::string detail{};  // of the one call: what the peer wrote, and what to do
};

// A peer's bytes in a text of ours: UTF-8 in one line, at most about `most` bytes.
std::string shown(std::string_view bytes, std::size_t most);

// What an http answer said besides its body. Empty: the field was not there.
struct AnswerFields {
  std::string location{};
  std::string retry_after{};
  std::string content_encoding{};
  std::string www_authenticate{};
};

struct HttpAnswer {
  int status = 0;
  bool is_json = false;
  bool is_event_stream = false;
  std::string_view body{};
  AnswerFields fields{};
  bool in_session = false;  // legacy: the request named one
};
// What is to be said of an http answer that was not the answer to its call.
Trouble trouble_of(const HttpAnswer& answer);
// Whether it says that the peer has forgotten the session: 404 (2025-11-25, "Session Management"), or a 400 whose text
// speaks of the session, as servers in use have it.
bool says_session_is_over(const HttpAnswer& answer);
// "HTTP 429, rate limited"; "HTTP 500".
std::string status_text(int status, bool in_session);

// A JSON-RPC error's code and message, or why a result is none of the method: "error -32602: unknown tool". Empty: the
// text is no response.
std::optional<std::string> failure_in(std::string_view text, std::string_view method = "tools/call");

}  // namespace tracetax
