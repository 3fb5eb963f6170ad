#include "harness/session/request_bytes.h"

#include <algorithm>
#include <charconv>

#include "harness/base/ensure.h"
#include "harness/mcp/protocol.h"
#include "harness/session/request_frame.h"
#include "harness/transport/headers.h"

namespace tracetax {
namespace {

constexpr std::size_t id_digits = 10;
constexpr std::size_t draw_digits = 16;  // of 2^53 - 1
constexpr std::uint64_t widest_draw = (std::uint64_t{1} << 53) - 1;

// Where the value of the first member of that name begins.
std::size_t value_at(std::string_view text, std::string_view key) {
  const std::string member = "\"" + std::string(key) + "\":";
  const std::size_t at = text.find(member);
  ensure(at != std::string_view::npos, "a request has an id and a draw");
  return at + member.size();
}

// RFC 9110, 7.2: a port that is the scheme's own is left out by everybody else, and some servers compare.
std::string host_of(const RequestStyle& style) {
  std::string host = style.url.authority();
  const bool own_port = style.url.port == (style.tls ? 443 : 80);
  return own_port ? host.substr(0, host.rfind(':')) : host;
}

}  // namespace

std::string make_request_bytes(const RequestStyle& style, std::string_view method, std::string_view name,
                               std::string text, const mcp::HeaderFields& mirrored) {
  using transport::append_field;
  if (style.url.kind != TransportKind::http) return text;
  std::string bytes = "POST " + style.url.path + " HTTP/1.1\r\n";
  append_field(bytes, "Host", host_of(style));
  if (!style.token.empty()) append_field(bytes, "Authorization", "Bearer " + style.token);
  append_field(bytes, "Content-Type", "application/json");
  append_field(bytes, "Accept", "application/json, text/event-stream");
  for (const auto& [field, value] :
       mcp::request_headers(method, name, style.era, style.protocol_version, style.session_id)) {
    append_field(bytes, field, value);
  }
  for (const auto& [field, value] : style.headers) append_field(bytes, field, value);
  if (style.era == Era::modern) {
    for (const auto& [field, value] : mirrored) append_field(bytes, field, value);
  }
  append_field(bytes, "Content-Length", std::to_string(text.size()));
  return bytes.append("\r\n").append(text);
}

RequestText make_call_text(const RequestStyle& style, CallKind kind, const std::string& name,
                           const mcp::Json& arguments) {
  mcp::Json params =
      kind == CallKind::resource ? mcp::Json{{"uri", name}} : mcp::Json{{"name", name}, {"arguments", arguments}};
  mcp::write_draw(params, widest_draw);
  RequestText out;
  out.text = mcp::make_request_text(first_id, method_of(kind), std::move(params), style.era, style.client,
                                    style.protocol_version);
  // Members are in alphabetical order: the id comes first, and `_meta` before `arguments`, which may hold anything.
  out.id_at = value_at(out.text, "id");
  out.draw_at = value_at(out.text, mcp::meta_key::draw);
  ensure(out.text.compare(out.id_at, id_digits, std::to_string(first_id)) == 0 &&
             out.text.compare(out.draw_at, draw_digits, std::to_string(widest_draw)) == 0,
         "the places of id and draw are found");
  return out;
}

void write_id_and_draw(char* text, std::size_t id_at, std::int64_t id, std::size_t draw_at, std::uint64_t draw) {
  ensure(id >= first_id && id < end_of_ids && draw <= widest_draw, "id and draw fit their places");
  std::to_chars(text + id_at, text + id_at + id_digits, id);
  const auto end = std::to_chars(text + draw_at, text + draw_at + draw_digits, draw);
  std::fill(end.ptr, text + draw_at + draw_digits, ' ');
}

RequestBytes::RequestBytes(const RequestStyle& style, const std::string& name, const mcp::Json& arguments,
                           const mcp::HeaderFields& mirrored, CallKind kind) {
  const RequestText call = make_call_text(style, kind, name, arguments);
  bytes_ = make_request_bytes(style, method_of(kind), name, call.text, mirrored);
  const std::size_t body_at = bytes_.size() - call.text.size();
  id_at_ = body_at + call.id_at;
  draw_at_ = body_at + call.draw_at;
}

std::string_view RequestBytes::fill(std::int64_t id, std::uint64_t draw) {
  write_id_and_draw(bytes_.data(), id_at_, id, draw_at_, draw);
  return bytes_;
}

}  // namespace tracetax
