#include "reports/text_parts.h"

#include <array>

#include <fmt/format.h>

namespace tracetax {

// SGR codes: green, red, yellow.
std::string painted(Verdict verdict, const std::string& text, bool color) {
  static constexpr std::array<int, 3> codes{32, 31, 33};
  return color ? fmt::format("\x1b[1;{}m{}\x1b[0m", codes.at(static_cast<std::size_t>(verdict)), text) : text;
}

void TextPage::labelled(const std::string& label, const std::string& text) {
  const std::size_t indent = display_width(label);
  line(label + wrapped(text, options_.width, indent));
}

void TextPage::table(const Table& table, const std::vector<Verdict>& verdicts, const std::vector<std::string>& notes) {
  const auto widths = column_widths(table);
  line(aligned_row(table, widths, table.header));
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    std::vector<std::string> row = table.rows[i];
    std::string last;
    if (!verdicts.empty()) {
      last = painted(verdicts[i], row.back(), options_.color);
      // Padded with a stand-in of the right width; escape codes have none.
      row.back() = std::string(display_width(row.back()), '\x01');
    }
    std::string text = aligned_row(table, widths, row);
    if (const auto at = text.find('\x01'); at != std::string::npos) text = text.substr(0, at) + last;
    line(text);
    if (i < notes.size() && !notes[i].empty()) labelled("    ", notes[i]);
  }
  line();
}

}  // namespace tracetax
