#pragma once
// Aligned columns of UTF-8 text. Internal to reports.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tracetax {

// Columns on a terminal: code points, which is right for the signs reports use (µ, ±, –).
std::size_t display_width(std::string_view utf8);

struct Table {
  std::vector<std::string> header{};
  std::vector<std::vector<std::string>> rows{};
  std::size_t left_columns = 1;  // the first ones are aligned left, the others right
  bool last_left = true;         // the last column (a verdict) is aligned left too
};

std::vector<std::size_t> column_widths(const Table& table);
// The row with its cells padded and two spaces between them, no trailing blanks.
std::string aligned_row(const Table& table, const std::vector<std::size_t>& widths,
                        const std::vector<std::string>& row);

// Words of `text` on lines of at most `width` columns, all but the first after `indent` blanks.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

// For XML and HTML: & < > " ' become references; control characters that XML 1.0 forbids become U+FFFD.
std::string escape_xml(std::string_view text);

}  // namespace tracetax
