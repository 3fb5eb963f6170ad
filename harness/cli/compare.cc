#include <optional>
#include <stdexcept>

#include <fmt/format.h>

#include "harness/cli/baselines.h"
#include "harness/cli/commands.h"
#include "harness/cli/output.h"
#include "harness/cli/result_folder.h"
#include "harness/cli/terminal.h"
#include "harness/scenario/scalars.h"
#include "harness/verdict/compare_results.h"
#include "reports/growth.h"

namespace tracetax::cli {
namespace {

double parse_allow(const std::string& text) {
  const std::optional<double> share = shapes::parse_share(text);
  if (!share || *share < 0 || *share > 1)
    throw std::runtime_error("--allow " + text + ": expected a share of the budget from 0 to 1, e.g. 50% or 0.5");
  return *share;
}

std::string render(const GrowthReport& report, const CompareArguments& arguments) {
  if (arguments.format == "html") return render_growth_html(report);
  if (arguments.format == "markdown") return render_growth_markdown(report);
  if (arguments.format == "junit") return render_growth_junit(report);
  if (arguments.format == "json") return write_growth_json(report);
  return render_growth_text(report, text_options_of(arguments.output));
}

}  // namespace

int compare(const CompareArguments& arguments) {
  check_output(arguments.output);
  CompareTerms terms;
  Result later;
  const Baseline baseline = from_arguments([&] {
    terms = {parse_allow(arguments.allow), arguments.force};
    later = load_result(arguments.result);
    return find_baseline(arguments.baseline, later, arguments.result, terms);
  });
  if (!baseline.refusals.empty()) {
    for (const std::string& why : baseline.refusals) fmt::print(stderr, "tracetax compare: {}\n", why);
    return usage;
  }
  GrowthReport report = compare_results(baseline.result, later, terms);
  report.baseline.source = baseline.path.string();
  report.later.source = arguments.result;
  report.notes.insert(report.notes.begin(), baseline.notes.begin(), baseline.notes.end());
  write_answer(render(report, arguments), arguments.output);
  return exit_code(report);
}

}  // namespace tracetax::cli
