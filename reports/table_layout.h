#pragma once
// A table on lines of a given width. Whatever the widths, every word and number of it is there: what does not fit is
// wrapped, stands under its row, or follows in a second table. Internal to reports.

#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "reports/table.h"

namespace tracetax {

inline constexpr std::size_t unlimited_width = std::numeric_limits<std::size_t>::max();

// One row as it stands on the page, and what stands under it.
struct LaidOutRow {
  std::vector<std::string> lines{};
  std::string folded{};  // "control 2.21 ms, treatment 2.23 ms"; empty: every column is in the lines
};

// One table, or several below each other that share the left columns.
struct LaidOutTable {
  std::vector<std::string> header{};
  std::vector<LaidOutRow> rows{};
};

// In this order, until the lines have at most `width` columns: headers are wrapped; left cells are wrapped; foldable
// columns go under their rows; the other columns are dealt out to several tables. Lines are longer only where a single
// number is. `paint` is given the row's number and its last cell, and gives back what is to stand there.
std::vector<LaidOutTable> lay_out(
    const Table& table, std::size_t width,
    const std::function<std::string(std::size_t row, const std::string& cell)>& paint = {});

// Words of `text` on lines of at most `width` columns; a longer word is broken. At least one line.
std::vector<std::string> wrapped_cell(std::string_view text, std::size_t width);

}  // namespace tracetax
