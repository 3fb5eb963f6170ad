#pragma once
// What the Markdown reports are built of. Internal to reports.

#include <cstddef>
#include <string>
#include <vector>

#include "harness/results/result.h"
#include "reports/table.h"

namespace tracetax::markdown {

// Names come from scenarios: they must not end a cell, open a tag, start a list, call for a person or become a formula.
std::string escaped(const std::string& text);

// Empty when there are no rows.
std::string table_of(const Table& table);
std::string list_of(const std::vector<std::string>& items);
std::string sign(Verdict verdict);
// A block that opens on a click. `summary` is plain text: Markdown means nothing there, since it is within HTML.
std::string folded(const std::string& summary, const std::string& content);

// GitHub takes at most 1 MiB of job summary from a step and drops what is more, all of it
// (docs.github.com/actions/writing-workflows/choosing-what-your-workflow-does/workflow-commands-for-github-actions).
inline constexpr std::size_t summary_limit = 1024 * 1024;

// A page that keeps below a limit: what comes first comes whole, later parts say what they left out.
class Page {
 public:
  explicit Page(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  void add(const std::string& text);  // whatever its length
  // As many rows or items as there is room for, and how many there was none for.
  void table(const Table& table);
  void list(const std::vector<std::string>& items);
  // Whole or not at all.
  void folded(const std::string& summary, const std::string& content);
  std::string take();

 private:
  std::size_t room() const;

  std::size_t most_bytes_;
  std::string text_{};
  std::vector<std::string> left_out_{};
};

}  // namespace tracetax::markdown
