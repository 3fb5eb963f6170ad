// Shapes of texts: free ones, names, URLs.

#include <charconv>

#include <fmt/format.h>

#include "harness/scenario/scalars.h"

namespace tracetax::shapes {
namespace {

// False, with a finding, for what is no text or an empty one.
bool check_text(Reading& reading, const Node& node, std::size_t longest) {
  if (!reading.expect(node, Node::Kind::scalar, "a text")) return false;
  if (node.text.empty()) {
    reading.finding(node.place, "must not be empty", "give it a value, or remove the key");
    return false;
  }
  if (node.text.size() > longest) {
    reading.finding(node.place, fmt::format("must have at most {} bytes, got {}", longest, node.text.size()));
    return false;
  }
  // A zero byte would end an argument of a program or a file name.
  if (node.text.find('\0') != std::string::npos) {
    reading.finding(node.place, "must not contain a zero byte");
    return false;
  }
  return true;
}

// HOST, HOST:PORT, [IPv6]:PORT, each with an optional /path.
bool is_authority_and_path(std::string_view text) {
  const std::string_view authority = text.substr(0, text.find('/'));
  if (std::ranges::any_of(text, [](unsigned char c) { return c <= ' ' || c == 0x7f; })) return false;
  const std::size_t bracket = authority.starts_with('[') ? authority.find(']') : 0;
  if (bracket == std::string_view::npos) return false;
  const std::size_t colon = authority.find(':', bracket);
  if (authority.substr(0, colon).empty()) return false;
  if (colon == std::string_view::npos) return true;
  const std::string_view digits = authority.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return !digits.empty() && error == std::errc{} && end == digits.data() + digits.size();
}

}  // namespace

Shape<std::string> text(std::size_t longest) {
  const auto read = [longest](Reading& reading, const Node& node, std::string& out) {
    if (check_text(reading, node, longest)) out = node.text;
  };
  const auto schema = [longest] {
    return Json{{"type", {"string", "number", "boolean"}}, {"minLength", 1}, {"maxLength", longest}};
  };
  return {read, [](const std::string& v) { return Json(v); }, schema};
}

Shape<std::string> name() {
  const auto read = [](Reading& reading, const Node& node, std::string& out) {
    if (!check_text(reading, node, 10'000)) return;
    out = node.text;
    if (!is_name(out)) reading.check_name(node.place, out);
  };
  const auto schema = [] { return Json{{"type", {"string", "number"}}, {"pattern", name_pattern}}; };
  return {read, [](const std::string& v) { return Json(v); }, schema};
}

Shape<std::string> url(std::vector<std::string> schemes, std::string word) {
  std::string forms = word;
  for (const std::string& scheme : schemes) forms += (forms.empty() ? "" : " or ") + scheme + "://HOST:PORT/PATH";
  const auto read = [=](Reading& reading, const Node& node, std::string& out) {
    if (!check_text(reading, node, 2'000)) return;
    const std::string_view whole = node.text;
    const auto fits = [&](const std::string& scheme) {
      return whole.starts_with(scheme + "://") && is_authority_and_path(whole.substr(scheme.size() + 3));
    };
    if ((!word.empty() && whole == word) || std::ranges::any_of(schemes, fits)) {
      out = node.text;
      return;
    }
    const auto left_out = [&](const std::string& scheme) {
      return whole.starts_with(scheme + "://") && std::ranges::find(schemes, scheme) == schemes.end();
    };
    const bool encrypted = left_out("https") || left_out("wss");
    reading.finding(node.place, fmt::format("must be {}, got {}", forms, describe(node)),
                    encrypted ? "encrypted connections are not made; put a TLS terminator in front" : "");
  };
  const auto schema = [=] {
    const std::string pattern = fmt::format("^({})://[^ ]+$", fmt::join(schemes, "|"));
    return Json{{"type", "string"}, {"pattern", word.empty() ? pattern : fmt::format("^{}$|{}", word, pattern)}};
  };
  return {read, [](const std::string& v) { return Json(v); }, schema};
}

}  // namespace tracetax::shapes
