#include "harness/mcp/ecma_pattern.h"

#include <string>

#include <re2/re2.h>

namespace tracetax::mcp {
namespace {

constexpr std::size_t longest_expression = 10'000;
constexpr std::int64_t most_memory = 8 << 20;

// ECMA-262, WhiteSpace and LineTerminator, as parts of a class; RE2's own \s is ASCII alone.
constexpr std::string_view blanks =
    R"(\t\n\v\f\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff})";
constexpr std::string_view any_in_a_line = R"([^\n\r\x{2028}\x{2029}])";

// The same expression in RE2's syntax, where the two differ; empty for what RE2 would take for something else.
class Translation {
 public:
  explicit Translation(std::string_view from) : from_(from) {}

  std::optional<std::string> run() {
    while (at_ < from_.size()) {
      const char c = from_[at_++];
      const bool good = c == '\\' ? escape() : in_class_ ? of_class(c) : plain(c);
      if (!good) return {};
    }
    return in_class_ ? std::nullopt : std::optional(to_);
  }

 private:
  bool next_is(std::string_view text) const { return from_.substr(at_, text.size()) == text; }

  bool plain(char c) {
    if (c == '[') {
      in_class_ = true;
      to_ += c;
      if (next_is("^")) to_ += from_[at_++];
      return !next_is("]");  // nothing, or anything: RE2 would take the bracket for a member
    }
    if (c == '.') {
      to_ += any_in_a_line;
    } else if (c == '(' && next_is("?<") && !next_is("?<=") && !next_is("?<!")) {
      at_ += 2;
      to_ += "(?P<";
    } else {
      to_ += c;
    }
    return true;
  }

  bool of_class(char c) {
    if (c == ']') in_class_ = false;
    to_ += c == '[' ? std::string_view(R"(\[)") : std::string_view(&c, 1);  // [:alpha:] is none of ECMA's
    return true;
  }

  bool escape() {
    if (at_ == from_.size()) return false;
    const char c = from_[at_++];
    switch (c) {
      case 's':
        to_ += in_class_ ? std::string(blanks) : "[" + std::string(blanks) + "]";
        return true;
      case 'S':
        if (in_class_) return false;
        to_ += "[^" + std::string(blanks) + "]";
        return true;
      case 'b':
        to_ += in_class_ ? R"(\x08)" : R"(\b)";
        return true;
      case '0':
        to_ += R"(\x00)";
        return true;
      case 'u':
        return code_point();
      default:
        break;
    }
    const bool letter_or_digit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter_or_digit && std::string_view("dDwWBtnrvfxpP").find(c) == std::string_view::npos) return false;
    if (c == 'B' && in_class_) return false;
    // \pL without braces is RE2's own.
    if ((c == 'p' || c == 'P') && !next_is("{")) return false;
    if (c == 'x' && next_is("{")) return false;
    to_.append("\\").append(1, c);
    return true;
  }

  // Behind \u: four digits, two times four for what is beyond U+FFFF, or any number in braces.
  bool code_point() {
    if (next_is("{")) {
      const std::size_t end = from_.find('}', at_);
      if (end == std::string_view::npos) return false;
      to_.append("\\x").append(from_.substr(at_, end + 1 - at_));
      at_ = end + 1;
      return true;
    }
    unsigned code = 0;
    if (!four_digits(code)) return false;
    if (code >= 0xd800 && code < 0xdc00 && next_is("\\u")) {
      at_ += 2;
      unsigned low = 0;
      if (!four_digits(low) || low < 0xdc00 || low > 0xdfff) return false;
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    static constexpr std::string_view digits = "0123456789abcdef";
    to_ += "\\x{";
    for (int shift = 20; shift >= 0; shift -= 4) to_ += digits[(code >> shift) & 15];
    to_ += "}";
    return true;
  }

  bool four_digits(unsigned& code) {
    code = 0;
    for (int i = 0; i < 4; ++i) {
      if (at_ == from_.size()) return false;
      const char c = static_cast<char>(from_[at_++] | 0x20);
      const bool digit = c >= '0' && c <= '9';
      if (!digit && (c < 'a' || c > 'f')) return false;
      code = code * 16 + static_cast<unsigned>(digit ? c - '0' : c - 'a' + 10);
    }
    return true;
  }

  std::string_view from_;
  std::size_t at_ = 0;
  bool in_class_ = false;
  std::string to_{};
};

}  // namespace

std::optional<bool> finds_pattern(std::string_view expression, std::string_view text) {
  if (expression.size() > longest_expression) return {};
  const auto translated = Translation(expression).run();
  if (!translated) return {};
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(most_memory);
  const RE2 compiled(*translated, options);
  if (!compiled.ok()) return {};
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), compiled);
}

}  // namespace tracetax::mcp
