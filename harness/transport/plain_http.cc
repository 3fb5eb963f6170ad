#include "harness/transport/plain_http.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace tracetax::transport {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view head_end = "\r\n\r\n";
constexpr std::size_t most_head_bytes = 8u << 10;  // half of what the parser takes

// RFC 9110, 5.6.2: tchar.
constexpr std::array<bool, 256> token_characters = [] {
  std::array<bool, 256> is{};
  for (const char c :
       std::string_view("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
    is[static_cast<unsigned char>(c)] = true;
  }
  return is;
}();

bool is_token(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return token_characters[static_cast<unsigned char>(c)]; });
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= ' ' && c <= '~') || c == '\t'; });
}

std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

struct Field {
  std::string_view name;
  std::string_view value;
};

// Takes the first line from `lines`, which has one. No name: it is no field.
Field next_field(std::string_view& lines) {
  const auto end = lines.find(line_end);
  const auto line = lines.substr(0, end);
  lines.remove_prefix(end + line_end.size());
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return {};
  return {line.substr(0, colon), trimmed(line.substr(colon + 1))};
}

std::optional<PlainMessage> read_message(std::string_view bytes, std::size_t body_limit) {
  const auto end = bytes.substr(0, most_head_bytes).find(head_end);
  if (end == std::string_view::npos) return {};
  PlainMessage message;
  message.start_line = bytes.substr(0, bytes.find(line_end));
  const auto fields_at = message.start_line.size() + line_end.size();
  if (fields_at > end) return {};
  message.fields = bytes.substr(fields_at, end + line_end.size() - fields_at);
  std::optional<std::uint64_t> length;
  for (auto lines = message.fields; !lines.empty();) {
    const auto [name, value] = next_field(lines);
    if (!is_token(name) || !is_printable(value)) return {};
    if (same_header_name(name, "Content-Length")) {
      std::uint64_t number = 0;
      const auto read = std::from_chars(value.data(), value.data() + value.size(), number);
      if (length || value.empty() || read.ec != std::errc() || read.ptr != value.data() + value.size()) return {};
      length = number;
    } else if (same_header_name(name, "Connection")) {
      if (!same_header_name(value, "keep-alive")) return {};
    } else if (same_header_name(name, "Transfer-Encoding") || same_header_name(name, "Expect") ||
               same_header_name(name, "Upgrade")) {
      return {};
    }
  }
  const auto body_at = end + head_end.size();
  if (!length || *length > body_limit || bytes.size() - body_at < *length) return {};
  message.body = bytes.substr(body_at, static_cast<std::size_t>(*length));
  message.size = body_at + message.body.size();
  return message;
}

}  // namespace

std::string_view PlainMessage::target() const {
  const auto begin = start_line.find(' ') + 1;
  return start_line.substr(begin, start_line.find(' ', begin) - begin);
}

std::string_view PlainMessage::content_type() const {
  for (auto lines = fields; !lines.empty();) {
    const auto [name, value] = next_field(lines);
    if (same_header_name(name, "Content-Type")) return value;
  }
  return {};
}

Headers PlainMessage::headers() const {
  Headers out;
  for (auto lines = fields; !lines.empty();) {
    const auto [name, value] = next_field(lines);
    out.add(std::string(name), std::string(value));
  }
  return out;
}

std::optional<PlainMessage> read_plain_request(std::string_view bytes, std::size_t body_limit) {
  constexpr std::string_view method = "POST ", version = " HTTP/1.1";
  if (!bytes.starts_with(method)) return {};
  auto message = read_message(bytes, body_limit);
  if (!message) return {};
  auto target = message->start_line.substr(method.size());
  if (!target.ends_with(version)) return {};
  target.remove_suffix(version.size());
  const bool good = !target.empty() && std::ranges::all_of(target, [](char c) { return c > ' ' && c <= '~'; });
  if (!good) message.reset();
  return message;
}

std::optional<PlainMessage> read_plain_response(std::string_view bytes, std::size_t body_limit) {
  constexpr std::string_view ok = "HTTP/1.1 200 ";
  if (!bytes.starts_with(ok)) return {};
  auto message = read_message(bytes, body_limit);
  if (message && !is_printable(message->start_line)) message.reset();
  return message;
}

}  // namespace tracetax::transport
