#include "reports/table_layout.h"

#include <algorithm>
#include <numeric>
#include <optional>

namespace tracetax {
namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t least_left = 12;    // columns; narrower names are no longer read as such
constexpr std::size_t least_header = 10;  // a header's words are broken below this only

using Columns = std::vector<std::size_t>;

std::size_t sum(const std::vector<std::size_t>& widths) {
  return std::accumulate(widths.begin(), widths.end(), std::size_t{0});
}

bool is_left(const Table& table, std::size_t column) {
  return column < table.left_columns || (table.last_left && column + 1 == table.header.size());
}

std::size_t longest_word(std::string_view text) {
  std::size_t longest = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    longest = std::max(longest, display_width(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return longest;
}

// Some columns of a table and how wide each is.
struct Grid {
  Columns columns{};
  std::vector<std::size_t> widths{};
};

class Layout {
 public:
  Layout(const Table& table, std::size_t width) : table_(table), width_(width), natural_(column_widths(table)) {
    for (std::size_t i = 0; i < table.header.size(); ++i) {
      std::size_t cells = 0;
      for (const auto& row : table.rows) cells = std::max(cells, display_width(row[i]));
      const bool name = i < table.left_columns;
      least_.push_back(name ? std::min(natural_[i], least_left)
                            : std::max(cells, std::min(longest_word(table.header[i]), least_header)));
    }
  }

  // Empty: they do not fit side by side.
  std::optional<Grid> fit(const Columns& columns) const {
    const std::size_t gaps = gap * (columns.size() - 1);
    if (width_ == unlimited_width) return Grid{columns, natural_of(columns)};
    if (width_ <= gaps) return std::nullopt;
    const std::size_t room = width_ - gaps;
    Grid grid{columns, natural_of(columns)};
    if (sum(grid.widths) <= room) return grid;
    for (std::size_t k = 0; k < columns.size(); ++k) {
      if (columns[k] >= table_.left_columns) grid.widths[k] = least_[columns[k]];
    }
    if (sum(grid.widths) > room) shrink_left(grid, room);
    if (sum(grid.widths) > room) return std::nullopt;
    // What is left over unwraps headers, from left to right.
    std::size_t spare = room - sum(grid.widths);
    for (std::size_t k = 0; k < columns.size(); ++k) {
      const std::size_t more = natural_[columns[k]] - grid.widths[k];
      if (columns[k] < table_.left_columns || more > spare) continue;
      grid.widths[k] += more;
      spare -= more;
    }
    return grid;
  }

  // Several grids that hold all of `columns`, each with the left ones first; as evenly as it can be had.
  std::vector<Grid> deal_out(const Columns& columns) const {
    Columns left;
    std::vector<Columns> units;  // that are not parted
    for (const std::size_t column : columns) {
      const bool joined = std::ranges::find(table_.with_previous, column) != table_.with_previous.end();
      if (column < table_.left_columns) {
        left.push_back(column);
      } else if (joined && !units.empty()) {
        units.back().push_back(column);
      } else {
        units.push_back({column});
      }
    }
    // The verdict stays beside the names.
    if (table_.last_left && !units.empty()) std::ranges::rotate(units, units.end() - 1);
    const std::vector<Grid> grids = deal_units(left, units, units.size());
    const std::size_t even = (units.size() + grids.size() - 1) / std::max<std::size_t>(grids.size(), 1);
    const std::vector<Grid> evenly = deal_units(left, units, even);
    return evenly.size() == grids.size() ? evenly : grids;
  }

 private:
  std::vector<Grid> deal_units(const Columns& left, const std::vector<Columns>& units, std::size_t most) const {
    std::vector<Grid> grids;
    for (std::size_t next = 0; next < units.size();) {
      Columns taken = left;
      std::optional<Grid> grid;
      for (std::size_t n = 0; next < units.size() && n < most; ++n) {
        Columns more = taken;
        more.insert(more.end(), units[next].begin(), units[next].end());
        std::ranges::sort(more);
        const std::optional<Grid> fits = fit(more);
        if (!fits) break;
        grid = fits;
        taken = more;
        ++next;
      }
      if (!grid) {  // what belongs together is wider than all the room there is
        taken.insert(taken.end(), units[next].begin(), units[next].end());
        ++next;
        grid = Grid{taken, {}};
        for (const std::size_t column : taken) grid->widths.push_back(least_[column]);
      }
      grids.push_back(*grid);
    }
    return grids;
  }

  std::vector<std::size_t> natural_of(const Columns& columns) const {
    std::vector<std::size_t> widths;
    for (const std::size_t column : columns) widths.push_back(natural_[column]);
    return widths;
  }

  // The widest names give first.
  void shrink_left(Grid& grid, std::size_t room) const {
    while (sum(grid.widths) > room) {
      std::size_t widest = grid.columns.size();
      for (std::size_t k = 0; k < grid.columns.size(); ++k) {
        const bool can = grid.columns[k] < table_.left_columns && grid.widths[k] > least_[grid.columns[k]];
        if (can && (widest == grid.columns.size() || grid.widths[k] > grid.widths[widest])) widest = k;
      }
      if (widest == grid.columns.size()) return;
      --grid.widths[widest];
    }
  }

  const Table& table_;
  std::size_t width_;
  std::vector<std::size_t> natural_;
  std::vector<std::size_t> least_{};
};

using Paint = std::function<std::string(const std::string& cell)>;

std::vector<std::string> lines_of(const Table& table, const Grid& grid, const std::vector<std::string>& row,
                                  const Paint& paint) {
  std::vector<std::vector<std::string>> cells;
  std::size_t height = 1;
  for (std::size_t k = 0; k < grid.columns.size(); ++k) {
    cells.push_back(wrapped_cell(row[grid.columns[k]], std::max<std::size_t>(grid.widths[k], 1)));
    height = std::max(height, cells.back().size());
  }
  std::vector<std::string> lines;
  for (std::size_t n = 0; n < height; ++n) {
    std::string line;
    std::size_t due = 0;  // blanks before the next cell that has something
    for (std::size_t k = 0; k < cells.size(); ++k) {
      const std::string& cell = n < cells[k].size() ? cells[k][n] : std::string();
      const std::size_t used = display_width(cell);
      const std::size_t blanks = grid.widths[k] > used ? grid.widths[k] - used : 0;
      const bool left = is_left(table, grid.columns[k]);
      if (cell.empty()) {
        due += grid.widths[k] + gap;
        continue;
      }
      line += std::string(due + (left ? 0 : blanks), ' ');
      const bool last = grid.columns[k] + 1 == table.header.size();
      line += paint && last ? paint(cell) : cell;
      due = (left ? blanks : 0) + gap;
    }
    lines.push_back(line);
  }
  return lines;
}

std::string folded_text(const Table& table, const std::vector<std::string>& row) {
  std::string text;
  for (const std::size_t column : table.foldable)
    text += (text.empty() ? "" : ", ") + table.header[column] + " " + row[column];
  return text;
}

}  // namespace

std::vector<std::string> wrapped_cell(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  std::size_t used = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (used > 0 && used + 1 + display_width(word) > width) {
      lines.emplace_back();
      used = 0;
    } else if (used > 0) {
      lines.back() += ' ';
      ++used;
    }
    while (display_width(word) > width) {
      const std::string_view head = head_of(word, width);
      lines.back() += head;
      word.remove_prefix(head.size());
      if (word.empty()) break;
      lines.emplace_back();
    }
    lines.back() += word;
    used = display_width(lines.back());
  }
  return lines;
}

std::vector<LaidOutTable> lay_out(const Table& table, std::size_t width,
                                  const std::function<std::string(std::size_t row, const std::string& cell)>& paint) {
  const Layout layout(table, width);
  Columns all(table.header.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  Columns unfolded;
  std::ranges::copy_if(all, std::back_inserter(unfolded),
                       [&](std::size_t c) { return std::ranges::find(table.foldable, c) == table.foldable.end(); });
  std::vector<Grid> grids;
  bool folds = false;
  if (const auto side_by_side = layout.fit(all)) {
    grids.push_back(*side_by_side);
  } else {
    folds = !table.foldable.empty();
    grids = layout.deal_out(unfolded);
  }
  std::vector<LaidOutTable> tables;
  for (const Grid& grid : grids) {
    LaidOutTable& out = tables.emplace_back();
    out.header = lines_of(table, grid, table.header, {});
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      LaidOutRow& row = out.rows.emplace_back();
      const Paint paint_last = paint ? Paint([&](const std::string& cell) { return paint(i, cell); }) : Paint();
      row.lines = lines_of(table, grid, table.rows[i], paint_last);
      if (folds && tables.size() == 1) row.folded = folded_text(table, table.rows[i]);
    }
  }
  return tables;
}

}  // namespace tracetax
