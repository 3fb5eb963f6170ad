#include "harness/cli/progress_words.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "reports/table.h"

namespace tracetax::cli {
namespace {

constexpr std::size_t most_named = 6;  // arms or costs on a line; a matrix may have fifty

std::string joined(const std::vector<std::string>& parts, const char* between) {
  std::string text;
  for (const std::string& part : parts) {
    if (!part.empty()) text += (text.empty() ? "" : between) + part;
  }
  return text;
}

// "a, b and 44 more".
std::string first_of(const std::vector<std::string>& all) {
  const std::vector<std::string> shown(all.begin(),
                                       all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), most_named)));
  std::string text = joined(shown, ", ");
  if (all.size() > most_named) text += fmt::format(" and {} more", all.size() - most_named);
  return text;
}

std::string verdicts(const RunSoFar& run) {
  return run.judged == 0 ? "" : fmt::format("{} of {} decided", run.decided, run.judged);
}

std::string arms_text(const RunSoFar& run, bool with_p99) {
  std::vector<std::string> texts;
  for (const ArmSoFar& arm : run.arms) {
    if (arm.p50_ns <= 0) continue;
    texts.push_back(fmt::format("{} {}", arm.name, format_duration(arm.p50_ns)));
    if (with_p99) texts.back() += "/" + format_duration(arm.p99_ns);
  }
  return texts.empty() ? "" : (with_p99 ? "p50/p99 " : "p50 ") + first_of(texts);
}

}  // namespace

std::string rough_time(Nanos time) {
  const double seconds = std::max(0.0, to_seconds(time));
  if (seconds < 99.5) return fmt::format("{:.0f} s", seconds);
  if (seconds < 99.5 * 60) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.0f} h", seconds / 3600);
}

std::string live_line(const RunSoFar& run, std::size_t columns) {
  const std::string head = fmt::format("block {}/{}", run.block, run.blocks) + (run.now.empty() ? "" : ", " + run.now);
  const std::string left =
      run.left ? fmt::format("{} {} left", run.may_end_early ? "at most" : "about", rough_time(*run.left)) : "";
  const std::string rate = run.rate_per_s > 0 ? fmt::format("{:.4g} calls/s", run.rate_per_s) : "";
  const std::array<std::vector<std::string>, 3> richest_first{{{head, left, verdicts(run), rate, arms_text(run, true)},
                                                               {head, left, verdicts(run), arms_text(run, true)},
                                                               {head, left, verdicts(run), arms_text(run, false)}}};
  std::string line;
  for (const std::vector<std::string>& parts : richest_first) {
    line = visible(joined(parts, " · "));
    if (display_width(line) <= columns) return line;
  }
  return cut_to(line, columns);
}

std::string block_line(const RunSoFar& run) {
  const std::string head = fmt::format("block {}/{}", run.block, run.blocks);
  const std::string costs = run.costs.empty() ? "" : first_of(run.costs) + " so far";
  const std::string failure = run.failure.empty() ? "" : "failed: " + run.failure;
  return visible(joined({head, arms_text(run, false), costs, verdicts(run), failure}, " · "));
}

}  // namespace tracetax::cli
