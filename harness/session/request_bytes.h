#pragma once
// A call as its bytes go over the wire, made once; of each call only the id and the draw are written anew.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/mcp/client_rules.h"
#include "harness/scenario/scenario.h"
#include "harness/transport/url.h"

namespace tracetax {

// Ids have ten digits, so that they can be written in place: 1,000,000,000 and up.
inline constexpr std::int64_t first_id = 1'000'000'000;
inline constexpr std::int64_t end_of_ids = 10'000'000'000;

// What is the same for all requests of a session.
struct RequestStyle {
  transport::Url url{};
  Era era = Era::modern;
  mcp::ClientInfo client{};
  std::string protocol_version{};  // empty: the era's default
  std::string session_id{};        // http, legacy: Mcp-Session-Id
  std::string token{};             // http: bearer token
  mcp::HeaderFields headers{};     // http: further ones, of every request
  bool tls = false;                // http
};

// http: head and body of the POST; elsewhere `text` alone. An empty method: a response to a request of the peer's.
std::string make_request_bytes(const RequestStyle& style, std::string_view method, std::string_view name,
                               std::string text, const mcp::HeaderFields& mirrored = {});

// A call's message, and where in it the id and the draw are.
struct RequestText {
  std::string text{};
  std::size_t id_at = 0;
  std::size_t draw_at = 0;
};
// `arguments` must be an object, and are left out for a resource, whose URI is `name`.
RequestText make_call_text(const RequestStyle& style, CallKind kind, const std::string& name,
                           const mcp::Json& arguments);
// Writes them to their places in the message. id: first_id .. end_of_ids - 1; draw: below 2^53, blanks fill its place.
void write_id_and_draw(char* text, std::size_t id_at, std::int64_t id, std::size_t draw_at, std::uint64_t draw);

class RequestBytes {
 public:
  // A call of a tool, resource or prompt. `mirrored`: headers of this call besides (mcp::mirrored_arguments).
  RequestBytes(const RequestStyle& style, const std::string& name, const mcp::Json& arguments,
               const mcp::HeaderFields& mirrored = {}, CallKind kind = CallKind::tool);

  // The whole request with this id (first_id .. end_of_ids - 1) and draw (below 2^53; blanks fill its place). Valid
  // until the next call.
  std::string_view fill(std::int64_t id, std::uint64_t draw);

 private:
  std::string bytes_;
  std::size_t id_at_ = 0;
  std::size_t draw_at_ = 0;
};

}  // namespace tracetax
