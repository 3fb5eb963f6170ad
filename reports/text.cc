#include "harness/base/text.h"

#include <array>

#include <fmt/format.h>

#include "reports/reports.h"
#include "reports/sections.h"
#include "reports/table.h"
#include "reports/words.h"

namespace tracetax {
namespace {

// SGR codes: green, red, yellow.
std::string painted(Verdict verdict, const std::string& text, bool color) {
  static constexpr std::array<int, 3> codes{32, 31, 33};
  return color ? fmt::format("\x1b[1;{}m{}\x1b[0m", codes.at(static_cast<std::size_t>(verdict)), text) : text;
}

class Text {
 public:
  explicit Text(const TextOptions& options) : options_(options) {}

  void line(const std::string& text = {}) { out_ += text + "\n"; }

  void labelled(const std::string& label, const std::string& text) {
    const std::size_t indent = display_width(label);
    line(label + wrapped(text, options_.width, indent));
  }

  // `notes[i]` stands under row i; `verdicts` paints the last cell.
  void table(const Table& table, const std::vector<Verdict>& verdicts = {},
             const std::vector<std::string>& notes = {}) {
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

  std::string take() { return std::move(out_); }
  bool color() const { return options_.color; }

 private:
  TextOptions options_;
  std::string out_{};
};

void title(Text& text, const Result& result) {
  const std::string verdict = result.valid ? std::string(to_string(result.verdict)) : "not valid";
  text.line(fmt::format("{}: {}", result.name,
                        painted(result.valid ? result.verdict : Verdict::exceeded, verdict, text.color())));
  text.labelled("", words::headline(result));
  if (!result.budgets.empty() || !result.checks.empty()) text.line(words::tally(result));
  text.line();
}

void judged(Text& text, const Result& result) {
  if (!result.budgets.empty()) {
    std::vector<Verdict> verdicts;
    std::vector<std::string> notes;
    for (const BudgetResult& budget : result.budgets) {
      verdicts.push_back(budget.verdict);
      notes.push_back(words::explanation(result, budget));
    }
    text.table(sections::budgets(result), verdicts, notes);
  }
  if (!result.checks.empty()) {
    std::vector<Verdict> verdicts;
    std::vector<std::string> notes;
    for (const CheckResult& check : result.checks) {
      verdicts.push_back(check.verdict);
      notes.push_back(check.detail);
    }
    text.table(sections::checks(result), verdicts, notes);
  }
}

}  // namespace

std::string render_text(const Result& result, const TextOptions& options) {
  Text text(options);
  title(text, result);
  judged(text, result);
  for (const ArmSummary& arm : result.arms) {
    const Table costs = sections::costs(result, arm.name, sections::Detail::main);
    if (costs.rows.empty()) continue;
    text.table(costs);
  }
  text.labelled("", words::latency_caption(result));
  text.table(sections::arms(result));
  std::size_t width = 0;
  for (const ArmSummary& arm : result.arms) width = std::max(width, display_width(arm.name));
  for (const ArmSummary& arm : result.arms) {
    const std::string blanks(width - display_width(arm.name), ' ');
    text.line("calls  " + arm.name + blanks + "  " + words::calls_line(arm.calls));
    text.line("spans  " + arm.name + blanks + "  " + words::spans_line(arm.spans));
  }
  text.line();
  for (const std::string& failure : result.failures) text.labelled("failure: ", failure);
  for (const std::string& warning : result.warnings) text.labelled("warning: ", warning);
  if (!result.failures.empty() || !result.warnings.empty()) text.line();
  if (!result.load_description.empty()) text.labelled("load: ", result.load_description);
  text.labelled("plan: ", words::plan_line(result));
  text.labelled("machine: ", words::environment_line(result.environment));
  return text.take();
}

}  // namespace tracetax
