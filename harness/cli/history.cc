#include "harness/verdict/history.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <set>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/base/text.h"
#include "harness/cli/commands.h"
#include "harness/cli/output.h"
#include "harness/cli/stored_results.h"
#include "harness/cli/terminal.h"
#include "harness/scenario/metric.h"
#include "reports/history.h"

namespace tracetax::cli {
namespace {

void check_metric(const std::string& metric) {
  if (find_metric(metric)) return;
  std::vector<std::string_view> names;
  for (const MetricInfo& info : all_metrics()) names.push_back(info.name);
  const auto meant = nearest(metric, names);
  throw std::runtime_error(fmt::format(
      "--metric {}: there is no such metric; {}", metric,
      meant ? fmt::format("did you mean {}?", *meant) : fmt::format("it is one of {}", fmt::join(names, ", "))));
}

void check_arm(const std::string& arm, const std::vector<DatedResult>& results) {
  std::set<std::string> treatments;
  for (const DatedResult& one : results) {
    for (const Comparison& c : one.result.comparisons) treatments.insert(c.treatment);
  }
  if (treatments.contains(arm)) return;
  throw std::runtime_error(fmt::format("--arm {}: no result has a treatment of that name; they have {}", arm,
                                       treatments.empty() ? "none" : fmt::format("{}", fmt::join(treatments, ", "))));
}

// "2026-01-31" or "2026-01-31T10:15:00Z", UTC.
std::int64_t parse_since(const std::string& text) {
  if (text.empty()) return 0;
  const std::string whole = text.size() == 10 ? text + "T00:00:00Z" : text;
  std::tm utc{};
  int end = 0;
  if (std::sscanf(whole.c_str(), "%4d-%2d-%2dT%2d:%2d:%2dZ%n", &utc.tm_year, &utc.tm_mon, &utc.tm_mday, &utc.tm_hour,
                  &utc.tm_min, &utc.tm_sec, &end) == 6) {
    utc.tm_year -= 1900;
    utc.tm_mon -= 1;
    const std::int64_t seconds = timegm(&utc);
    // The 31st of February comes out as another day.
    if (format_utc(seconds) == whole) return seconds;
  }
  throw std::runtime_error("--since " + text + ": expected a date such as 2026-01-31 or 2026-01-31T10:15:00Z (UTC)");
}

std::string render(const HistoryReport& report, const HistoryArguments& arguments) {
  if (arguments.format == "markdown") return render_history_markdown(report);
  if (arguments.format == "json") return write_history_json(report);
  if (arguments.format == "html") return render_history_html(report);
  if (arguments.format == "csv") return render_history_csv(report);
  return render_history_text(report, text_options_of(arguments.output));
}

// Enough to see what is wrong with a folder; a folder of something else would name everything in it.
void name_skipped(const std::vector<HistorySkipped>& skipped) {
  constexpr std::size_t most_named = 10;
  for (std::size_t i = 0; i < std::min(skipped.size(), most_named); ++i)
    fmt::print(stderr, "tracetax history: skipped {}: {}\n", skipped[i].source, skipped[i].why);
  if (skipped.size() > most_named)
    fmt::print(stderr, "tracetax history: skipped {} more; --as json names all\n", skipped.size() - most_named);
}

}  // namespace

int history(const HistoryArguments& arguments) {
  check_output(arguments.output);
  const HistoryReport report = from_arguments([&] {
    HistoryTerms terms;
    terms.metrics = arguments.metrics;
    terms.arms = arguments.arms;
    terms.any_machine = arguments.force;
    terms.since_unix_s = parse_since(arguments.since);
    std::ranges::for_each(arguments.metrics, check_metric);
    StoredResults stored = read_stored_results(arguments.folder);
    for (const std::string& arm : arguments.arms) check_arm(arm, stored.results);
    HistoryReport made = make_history(stored.results, terms);
    made.folder = arguments.folder;
    made.skipped.insert(made.skipped.begin(), stored.skipped.begin(), stored.skipped.end());
    return made;
  });
  name_skipped(report.skipped);
  write_answer(render(report, arguments), arguments.output);
  return exit_code(report);
}

}  // namespace tracetax::cli
