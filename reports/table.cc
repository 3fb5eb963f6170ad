#include "reports/table.h"

#include <algorithm>
#include <array>
#include <cwchar>

#include <locale.h>

namespace tracetax {
namespace {

// wcwidth() goes by the thread's locale, and a program that never calls setlocale() is in one without wide characters.
class InUtf8 {
 public:
  InUtf8() : before_(::uselocale(utf8())) {}
  InUtf8(const InUtf8&) = delete;
  InUtf8& operator=(const InUtf8&) = delete;
  ~InUtf8() { ::uselocale(before_); }

 private:
  // Null where the system has none: uselocale() then changes nothing.
  static locale_t utf8() {
    static const locale_t locale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return locale;
  }
  locale_t before_;
};

// The first character of a text that has one: its bytes, and its code point, U+FFFD for a byte that begins none.
struct Character {
  std::string_view bytes{};
  char32_t code = 0;
};

Character first_of(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const std::size_t length = lead < 0x80U ? 1 : lead >= 0xF0U ? 4 : lead >= 0xE0U ? 3 : lead >= 0xC0U ? 2 : 0;
  const Character broken{text.substr(0, 1), 0xFFFDU};
  if (length == 0 || length > text.size()) return broken;
  if (length == 1) return {text.substr(0, 1), lead};
  char32_t code = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return broken;
    code = (code << 6U) | (byte(i) & 0x3FU);
  }
  return {text.substr(0, length), code};
}

std::size_t columns_of(char32_t code) {
  if (code < 0x80U) return 1;
  const int width = ::wcwidth(static_cast<wchar_t>(code));
  return width < 0 ? 1 : static_cast<std::size_t>(width);
}

}  // namespace

std::size_t display_width(std::string_view utf8) {
  const InUtf8 in_utf8;
  std::size_t columns = 0;
  while (!utf8.empty()) {
    const Character c = first_of(utf8);
    columns += columns_of(c.code);
    utf8.remove_prefix(c.bytes.size());
  }
  return columns;
}

std::string_view head_of(std::string_view utf8, std::size_t columns) {
  const InUtf8 in_utf8;
  std::size_t taken = 0;
  std::size_t bytes = 0;
  while (bytes < utf8.size()) {
    const Character c = first_of(utf8.substr(bytes));
    taken += columns_of(c.code);
    if (taken > columns && bytes > 0) break;
    bytes += c.bytes.size();
  }
  return utf8.substr(0, bytes);
}

std::string cut_to(std::string_view utf8, std::size_t columns) {
  if (display_width(utf8) <= columns) return std::string(utf8);
  if (columns < 2) return columns == 0 ? "" : "…";
  return std::string(head_of(utf8, columns - 1)) + "…";
}

std::string visible(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size());
  while (!utf8.empty()) {
    const Character c = first_of(utf8);
    utf8.remove_prefix(c.bytes.size());
    if (c.code == U'\n' || c.code == U'\r' || c.code == U'\t') {
      out += ' ';
    } else if (c.code < 0x20U || (c.code >= 0x7FU && c.code < 0xA0U)) {
      out += "\xEF\xBF\xBD";
    } else {
      out += c.bytes;
    }
  }
  return out;
}

std::vector<std::size_t> column_widths(const Table& table) {
  std::vector<std::size_t> widths;
  const auto take = [&](const std::vector<std::string>& row) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
  };
  take(table.header);
  for (const auto& row : table.rows) take(row);
  return widths;
}

std::string aligned_row(const Table& table, const std::vector<std::size_t>& widths,
                        const std::vector<std::string>& row) {
  std::string line;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::string blanks(widths[i] - display_width(row[i]), ' ');
    const bool left = i < table.left_columns || (table.last_left && i + 1 == widths.size());
    line += (i == 0 ? "" : "  ") + (left ? row[i] + blanks : blanks + row[i]);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

namespace {

// "%", "ms)", "MB,": a number is not read without it.
bool is_unit(std::string_view word) {
  static constexpr std::array<std::string_view, 12> units{"%",  "pp", "ns", "µs", "ms", "s",
                                                          "/s", "B",  "kB", "MB", "GB", "min"};
  while (!word.empty() && std::string_view(".,;:)").find(word.back()) != std::string_view::npos) word.remove_suffix(1);
  return std::ranges::find(units, word) != units.end();
}

// Up to the blank at which a line may end: not the one between a number and its unit.
std::size_t end_of_word(std::string_view text) {
  std::size_t end = std::min(text.find(' '), text.size());
  if (end == 0 || end == text.size() || text[end - 1] < '0' || text[end - 1] > '9') return end;
  const std::size_t next = std::min(text.find(' ', end + 1), text.size());
  return is_unit(text.substr(end + 1, next - end - 1)) ? next : end;
}

}  // namespace

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  std::string out;
  std::size_t column = 0;
  while (!text.empty()) {
    const std::size_t end = end_of_word(text);
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t length = display_width(word);
    if (column > indent && column + 1 + length > width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    } else if (column == 0) {
      column = indent;  // the first line begins after a label that is as wide
    }
    out += word;
    column += length;
  }
  return out;
}

std::string escape_xml(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') {
          out += "\xEF\xBF\xBD";
        } else {
          out += c;
        }
    }
  }
  return out;
}

}  // namespace tracetax
