#include "reports/markdown_parts.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace tracetax::markdown {
namespace {

constexpr std::size_t reserve = 4096;  // bytes for what says that something was left out

std::string row_of(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& cell : cells) line += " " + escaped(cell) + " |";
  return line + "\n";
}

std::string head_of_table(const Table& table) {
  std::string text = row_of(table.header) + "|";
  for (std::size_t i = 0; i < table.header.size(); ++i) {
    const bool left = i < table.left_columns || (table.last_left && i + 1 == table.header.size());
    text += left ? " :-- |" : " --: |";
  }
  return text + "\n";
}

// A line must not begin like an item of a list, a number of one, or the underline of a heading.
std::string item_of(const std::string& item) {
  std::string text = escaped(item);
  text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (!text.empty() && std::string_view("-+=").find(text.front()) != std::string_view::npos) {
    text.insert(0, "\\");
  } else if (digits > 0 && digits < text.size() && (text[digits] == '.' || text[digits] == ')')) {
    text.insert(digits, "\\");
  }
  return "- " + text + "\n";
}

}  // namespace

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : visible(text)) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '$':  // GitHub sets what is between two of them as a formula, and \$ would not stop it
      case '@':  // and tells people who are named
        out += std::string("<span>") + c + "</span>";
        break;
      default:
        if (std::string_view("\\|`*_[]#~").find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
  }
  return out;
}

std::string table_of(const Table& table) {
  if (table.rows.empty()) return {};
  std::string text = head_of_table(table);
  for (const auto& row : table.rows) text += row_of(row);
  return text + "\n";
}

std::string list_of(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += item_of(item);
  return items.empty() ? text : text + "\n";
}

std::string sign(Verdict verdict) {
  return verdict == Verdict::within ? "✅" : verdict == Verdict::exceeded ? "❌" : "❔";
}

std::string folded(const std::string& summary, const std::string& content) {
  if (content.empty()) return content;
  return fmt::format("<details><summary>{}</summary>\n\n{}</details>\n\n", escape_xml(visible(summary)), content);
}

std::size_t Page::room() const {
  const std::size_t used = text_.size() + reserve;
  return used < most_bytes_ ? most_bytes_ - used : 0;
}

void Page::add(const std::string& text) {
  text_ += text;
}

void Page::table(const Table& table) {
  if (table.rows.empty()) return;
  std::string text = head_of_table(table);
  std::size_t shown = 0;
  for (; shown < table.rows.size(); ++shown) {
    const std::string row = row_of(table.rows[shown]);
    if (text.size() + row.size() > room()) break;
    text += row;
  }
  const std::size_t more = table.rows.size() - shown;
  if (more > 0) left_out_.push_back(fmt::format("{} rows of the table of {}s", more, table.header.front()));
  if (shown > 0) text_ += text + "\n";
}

void Page::list(const std::vector<std::string>& items) {
  if (items.empty()) return;
  std::string text;
  std::size_t shown = 0;
  for (; shown < items.size(); ++shown) {
    const std::string item = item_of(items[shown]);
    if (text.size() + item.size() > room()) break;
    text += item;
  }
  if (shown < items.size()) left_out_.push_back(fmt::format("{} notes", items.size() - shown));
  if (shown > 0) text_ += text + "\n";
}

void Page::folded(const std::string& summary, const std::string& content) {
  const std::string text = markdown::folded(summary, content);
  if (text.size() <= room()) {
    text_ += text;
  } else {
    left_out_.push_back(fmt::format("“{}”", cut_to(visible(summary), 60)));
  }
}

std::string Page::take() {
  if (!left_out_.empty()) {
    constexpr std::size_t most_named = 20;
    std::string names;
    for (std::size_t i = 0; i < std::min(left_out_.size(), most_named); ++i)
      names += (i == 0 ? "" : ", ") + escaped(left_out_[i]);
    if (left_out_.size() > most_named) names += fmt::format(" and {} more", left_out_.size() - most_named);
    text_ +=
        "Left out, since a job summary may have no more than 1 MiB: " + names + ". All of it is in report.html.\n\n";
  }
  return std::move(text_);
}

}  // namespace tracetax::markdown
