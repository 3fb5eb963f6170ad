#include "harness/session/request_frame.h"

#include <array>
#include <charconv>

#include "harness/base/ensure.h"
#include "harness/mcp/tools.h"
#include "harness/transport/headers.h"

namespace tracetax {
namespace {

constexpr std::string_view length_field = "Content-Length: ";

void append_length(std::string& out, std::size_t length) {
  std::array<char, 24> digits{};
  out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), length).ptr);
}

}  // namespace

std::string_view method_of(CallKind kind) {
  switch (kind) {
    case CallKind::tool:
      return "tools/call";
    case CallKind::resource:
      return "resources/read";
    case CallKind::prompt:
      break;
  }
  return "prompts/get";
}

RequestFrame::RequestFrame(const RequestStyle& style, const CallTarget& target, mcp::Json mirrors)
    : http_(style.url.kind == TransportKind::http) {
  if (http_ && style.era == Era::modern) mirrors_ = std::move(mirrors);
  const RequestText whole = make_call_text(style, target.kind, target.name, mcp::Json::object());
  const std::string bytes = make_request_bytes(style, method_of(target.kind), target.name, whole.text);
  head_ = bytes.substr(0, bytes.size() - whole.text.size());
  if (http_) {
    const std::size_t length = head_.rfind(length_field);
    ensure(length != std::string::npos, "a head ends with the length");
    head_.resize(length);
  }
  id_at_ = whole.id_at;
  draw_at_ = whole.draw_at;
  constexpr std::string_view empty = "{}";
  const std::string_view member = R"("arguments":{})";
  const std::size_t arguments =
      target.kind == CallKind::resource ? std::string::npos : whole.text.find(member, draw_at_);
  ensure(target.kind == CallKind::resource || arguments != std::string::npos, "a call has arguments");
  const std::size_t cut = arguments == std::string::npos ? whole.text.size() : arguments + member.size() - empty.size();
  before_ = whole.text.substr(0, cut);
  if (cut < whole.text.size()) after_ = whole.text.substr(cut + empty.size());
  if (target.kind == CallKind::resource) mirrors_ = {};
}

std::string_view RequestFrame::fill(std::string& buffer, std::int64_t id, std::uint64_t draw,
                                    std::string_view arguments) const {
  const std::string_view own = after_.empty() ? std::string_view() : arguments;
  buffer = head_;
  if (http_) {
    if (!mirrors_.is_null()) {
      for (const auto& [field, value] : mcp::mirrored_arguments(mirrors_, mcp::Json::parse(own)).headers)
        transport::append_field(buffer, field, value);
    }
    buffer += length_field;
    append_length(buffer, before_.size() + own.size() + after_.size());
    buffer += "\r\n\r\n";
  }
  const std::size_t body_at = buffer.size();
  buffer += before_;
  write_id_and_draw(buffer.data() + body_at, id_at_, id, draw_at_, draw);
  buffer += own;
  buffer += after_;
  return buffer;
}

}  // namespace tracetax
