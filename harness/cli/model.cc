#include "reports/model.h"

#include <algorithm>
#include <cstdio>
#include <stdexcept>

#include <fmt/format.h>
#include <unistd.h>

#include "harness/cli/commands.h"
#include "harness/cli/result_folder.h"
#include "harness/results/files.h"
#include "harness/search/cost_report.h"

namespace tracetax::cli {
namespace {

std::string render(const CostReport& report, const ModelArguments& arguments) {
  if (arguments.format == "json") return write_cost_json(report);
  if (arguments.format == "markdown") return render_cost_markdown(report);
  TextOptions options;
  options.color = arguments.output.empty() && wants_color(STDOUT_FILENO);
  return render_cost_text(report, options);
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
  const std::string text = render(report, arguments);
  if (!arguments.output.empty()) {
    write_file_atomically(arguments.output, text);
  } else if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    throw std::runtime_error("the model could not be written to standard output");
  }
  return code_of(report);
}

}  // namespace tracetax::cli
