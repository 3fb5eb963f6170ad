#include "harness/mcp/uri_template.h"

#include <cstdint>

namespace tracetax::mcp {
namespace {

struct Piece {
  std::string literal{};   // of a piece that is no variable
  std::string variable{};  // empty: none
  bool any = false;        // {+name}
};

std::vector<Piece> pieces_of(std::string_view text) {
  std::vector<Piece> pieces;
  while (!text.empty()) {
    const auto open = text.find('{');
    const auto close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) {
      pieces.push_back({std::string(text), {}, false});
      break;
    }
    if (open > 0) pieces.push_back({std::string(text.substr(0, open)), {}, false});
    std::string_view name = text.substr(open + 1, close - open - 1);
    const bool any = name.starts_with('+');
    if (any) name.remove_prefix(1);
    pieces.push_back({{}, std::string(name), any});
    text.remove_prefix(close + 1);
  }
  return pieces;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low < 0) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

// A literal between two variables is looked for once, at its first place: linear in the URI, whatever the template.
bool match(const std::vector<Piece>& pieces, std::string_view uri, Variables& out) {
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const Piece& piece = pieces[i];
    if (piece.variable.empty()) {
      if (!uri.starts_with(piece.literal)) return false;
      uri.remove_prefix(piece.literal.size());
      continue;
    }
    std::size_t end = uri.size();
    if (i + 1 < pieces.size()) {
      const std::string& next = pieces[i + 1].literal;
      const bool last = i + 2 == pieces.size();
      if (uri.empty()) return false;
      if (last && !next.empty() && uri.ends_with(next)) {
        end = uri.size() - next.size();
      } else {
        end = next.empty() ? 1 : uri.find(next, 1);
      }
    }
    if (end == std::string_view::npos || end == 0 || end > uri.size()) return false;
    const auto value = uri.substr(0, end);
    if (!piece.any && value.find('/') != std::string_view::npos) return false;
    out[piece.variable] = percent_decoded(value);
    uri.remove_prefix(end);
  }
  return uri.empty();
}

}  // namespace

std::optional<Variables> match_uri(std::string_view uri_template, std::string_view uri) {
  Variables out;
  if (!match(pieces_of(uri_template), uri, out)) return {};
  return out;
}

std::string fill_in(std::string_view text,
                    const std::function<std::optional<std::string>(std::string_view name)>& value) {
  std::string out;
  while (!text.empty()) {
    const auto open = text.find('{');
    if (open == std::string_view::npos) break;
    out += text.substr(0, open);
    text.remove_prefix(open);
    const auto close = text.find('}');
    const auto filled = close == std::string_view::npos ? std::nullopt : value(text.substr(1, close - 1));
    if (filled) {
      out += *filled;
      text.remove_prefix(close + 1);
    } else {
      out += '{';  // another brace may open within: {"id":"{id}"}
      text.remove_prefix(1);
    }
  }
  return out += text;
}

}  // namespace tracetax::mcp
