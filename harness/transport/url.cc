#include "harness/transport/url.h"

#include <algorithm>
#include <charconv>

namespace tracetax::transport {
namespace {

constexpr std::uint16_t default_port = 80;

std::optional<std::uint16_t> parse_port(std::string_view digits) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return port;
}

// What would break out of a request line or a Host header when written there.
bool writable(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= ' ' || byte == 0x7f;
  });
}

bool split_authority(std::string_view authority, Url& url) {
  std::string_view rest;
  if (authority.starts_with('[')) {
    const auto bracket = authority.find(']');
    if (bracket == std::string_view::npos) return false;
    url.host = authority.substr(1, bracket - 1);
    if (url.host.find(':') == std::string::npos) return false;
    rest = authority.substr(bracket + 1);
  } else {
    const auto colon = authority.find(':');
    url.host = authority.substr(0, colon);
    rest = colon == std::string_view::npos ? std::string_view{} : authority.substr(colon);
    if (url.host.find_first_of("[]@") != std::string::npos) return false;  // user info is not supported
  }
  if (url.host.empty()) return false;
  if (rest.empty()) {
    url.port = default_port;
    return true;
  }
  if (!rest.starts_with(':')) return false;
  const auto port = parse_port(rest.substr(1));
  if (port) url.port = *port;
  return port.has_value();
}

}  // namespace

std::string Url::text() const {
  if (kind == Kind::stdio) return "stdio";
  std::string out{to_string(kind)};
  out += "://";
  out += authority();
  out += path;
  return out;
}

std::string Url::authority() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::optional<Url> parse_url(std::string_view text) {
  if (text == "stdio") return Url{};
  Url url;
  if (text.starts_with("http://")) {
    url.kind = Kind::http;
  } else if (text.starts_with("ws://")) {
    url.kind = Kind::ws;
  } else {
    return std::nullopt;
  }
  if (!writable(text)) return std::nullopt;
  text.remove_prefix(text.find("//") + 2);
  const auto authority_end = text.find_first_of("/?#");
  if (!split_authority(text.substr(0, authority_end), url)) return std::nullopt;
  if (authority_end == std::string_view::npos) return url;
  if (text[authority_end] != '/' || text.find('#') != std::string_view::npos) return std::nullopt;
  url.path = text.substr(authority_end);
  return url;
}

}  // namespace tracetax::transport
