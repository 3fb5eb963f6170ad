#include "reports/text_parts.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "reports/table_layout.h"

namespace tracetax {
namespace {

constexpr std::size_t widest_text = 100;  // columns; longer lines of prose are hard to follow

}  // namespace

// SGR codes: green, red, yellow.
std::string painted(Verdict verdict, const std::string& text, bool color) {
  static constexpr std::array<int, 3> codes{32, 31, 33};
  return color ? fmt::format("\x1b[1;{}m{}\x1b[0m", codes.at(static_cast<std::size_t>(verdict)), text) : text;
}

void TextPage::labelled(const std::string& label, const std::string& text) {
  const std::string shown = visible(label);
  const std::size_t indent = display_width(shown);
  line(shown + wrapped(visible(text), std::min(options_.width, widest_text), indent));
}

void TextPage::named(const std::string& label, const std::string& name, std::size_t names_width,
                     const std::string& text) {
  constexpr std::size_t widest_name = 24;  // beyond, the name is a part of the sentence
  if (names_width > widest_name) {
    labelled(label, name + ": " + text);
  } else {
    const std::string blanks(names_width - display_width(name), ' ');
    labelled(label + name + blanks + "  ", text);
  }
}

void TextPage::table(const Table& table, const std::vector<Verdict>& verdicts, const std::vector<std::string>& notes) {
  Table shown = table;
  for (std::string& cell : shown.header) cell = visible(cell);
  for (auto& row : shown.rows) {
    for (std::string& cell : row) cell = visible(cell);
  }
  const auto paint = [&](std::size_t row, const std::string& cell) {
    return row < verdicts.size() ? painted(verdicts[row], cell, options_.color) : cell;
  };
  bool first = true;
  for (const LaidOutTable& part : lay_out(shown, options_.width, paint)) {
    for (const std::string& text : part.header) line(text);
    for (std::size_t i = 0; i < part.rows.size(); ++i) {
      for (const std::string& text : part.rows[i].lines) line(text);
      if (!part.rows[i].folded.empty()) labelled("    ", part.rows[i].folded);
      if (first && i < notes.size() && !notes[i].empty()) labelled("    ", notes[i]);
    }
    line();
    first = false;
  }
}

}  // namespace tracetax
