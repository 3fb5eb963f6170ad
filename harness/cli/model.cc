#include "reports/model.h"

#include <algorithm>
#include <cstdio>
#include <stdexcept>

#include <fmt/format.h>

#include "harness/cli/commands.h"
#include "harness/cli/output.h"
#include "harness/cli/result_folder.h"
#include "harness/cli/terminal.h"
#include "harness/search/cost_report.h"

namespace tracetax::cli {
namespace {

std::string render(const CostReport& report, const ModelArguments& arguments) {
  if (arguments.format == "json") return write_cost_json(report);
  if (arguments.format == "markdown") return render_cost_markdown(report);
  return render_cost_text(report, text_options_of(arguments.output));
}

// What was held out is the model's test: outside of its interval, the model is refuted.
int code_of(const CostReport& report) {
  bool any_fitted = false;
  for (const CostOf& cost : report.costs) {
    any_fitted |= cost.fitted;
    const auto outside = [](const CostFitted& p) { return p.held_out && !p.inside; };
    if (std::ranges::any_of(cost.points, outside)) return exceeded;
  }
  return any_fitted ? ok : inconclusive;
}

}  // namespace

int model(const ModelArguments& arguments) {
  check_output(arguments.output);
  CostReport report;
  try {
    CostTerms terms;
    terms.held_out = arguments.hold_out;
    for (const std::string& text : arguments.predict) terms.questions.push_back(parse_question(text));
    std::vector<NamedResult> results;
    for (const std::string& source : arguments.results) results.push_back({source, load_result(source)});
    report = report_costs(results, terms);
  } catch (const std::exception& error) {
    fmt::print(stderr, "tracetax model: {}\n", error.what());
    return usage;
  }
  write_answer(render(report, arguments), arguments.output);
  return code_of(report);
}

}  // namespace tracetax::cli
