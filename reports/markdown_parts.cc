#include "reports/markdown_parts.h"

#include <string_view>

#include <fmt/format.h>

namespace tracetax::markdown {
namespace {

std::string row_of(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& cell : cells) line += " " + escaped(cell) + " |";
  return line + "\n";
}

}  // namespace

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      out += ' ';
      continue;
    }
    if (c == '<') {
      out += "&lt;";
      continue;
    }
    if (std::string_view("\\|`*_[]#~").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string table_of(const Table& table) {
  if (table.rows.empty()) return {};
  std::string text = row_of(table.header) + "|";
  for (std::size_t i = 0; i < table.header.size(); ++i) {
    const bool left = i < table.left_columns || (table.last_left && i + 1 == table.header.size());
    text += left ? " :-- |" : " --: |";
  }
  text += "\n";
  for (const auto& row : table.rows) text += row_of(row);
  return text + "\n";
}

std::string list_of(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += "- " + escaped(item) + "\n";
  return items.empty() ? text : text + "\n";
}

std::string sign(Verdict verdict) {
  return verdict == Verdict::within ? "✅" : verdict == Verdict::exceeded ? "❌" : "❔";
}

std::string folded(const std::string& summary, const std::string& content) {
  return content.empty() ? content
                         : fmt::format("<details><summary>{}</summary>\n\n{}</details>\n\n", summary, content);
}

}  // namespace tracetax::markdown
