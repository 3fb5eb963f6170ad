#pragma once
// Aligned columns of UTF-8 text. Internal to reports.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tracetax {

// Columns on a terminal, as the C library's wcwidth() counts them: 2 for wide characters, 0 for combining ones. What is
// no UTF-8 counts as a column a byte.
std::size_t display_width(std::string_view utf8);

// Without what could move the cursor or end a line: control characters become U+FFFD, line breaks and tabs a blank.
// Names come from scenarios, and a terminal obeys what it is sent.
std::string visible(std::string_view utf8);

// The text when it has at most so many columns, else its beginning and `…`.
std::string cut_to(std::string_view utf8, std::size_t columns);

// The beginning of `utf8` that has at most so many columns; at least one character of a text that has any.
std::string_view head_of(std::string_view utf8, std::size_t columns);

struct Table {
  std::vector<std::string> header{};
  std::vector<std::vector<std::string>> rows{};
  std::size_t left_columns = 1;  // the first ones are aligned left, the others right
  bool last_left = true;         // the last column (a verdict) is aligned left too
  // Where there is no room these columns stand under their rows, as "header value".
  std::vector<std::size_t> foldable{};
  // An interval is read with its estimate: these columns stay beside the one before them.
  std::vector<std::size_t> with_previous{};
};

std::vector<std::size_t> column_widths(const Table& table);
// The row with its cells padded and two spaces between them, no trailing blanks.
std::string aligned_row(const Table& table, const std::vector<std::size_t>& widths,
                        const std::vector<std::string>& row);

// Words of `text` on lines of at most `width` columns, all but the first after `indent` blanks. A number and its unit
// are one word.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

// For XML and HTML: & < > " ' become references; control characters that XML 1.0 forbids become U+FFFD.
std::string escape_xml(std::string_view text);

}  // namespace tracetax
