#pragma once
// What the console's reports are built of. Internal to reports.

#include <string>
#include <vector>

#include "harness/results/result.h"
#include "reports/reports.h"
#include "reports/table.h"

namespace tracetax {

// With `color` in the verdict's: green, red, yellow.
std::string painted(Verdict verdict, const std::string& text, bool color);

class TextPage {
 public:
  explicit TextPage(const TextOptions& options) : options_(options) {}

  void line(const std::string& text = {}) { out_ += text + "\n"; }
  void labelled(const std::string& label, const std::string& text);
  // One of several lines that begin with names, the widest of which has `names_width` columns.
  void named(const std::string& label, const std::string& name, std::size_t names_width, const std::string& text);

  // `notes[i]` stands under row i; `verdicts` paints the last cell. As wide as the options say (table_layout.h).
  void table(const Table& table, const std::vector<Verdict>& verdicts = {}, const std::vector<std::string>& notes = {});

  std::string take() { return std::move(out_); }
  bool color() const { return options_.color; }

 private:
  TextOptions options_;
  std::string out_{};
};

}  // namespace tracetax
