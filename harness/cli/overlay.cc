#include "reports/overlay.h"

#include <set>
#include <stdexcept>

#include <fmt/format.h>
#include <unistd.h>

#include "harness/cli/commands.h"
#include "harness/cli/output.h"
#include "harness/cli/result_folder.h"
#include "harness/cli/terminal.h"

namespace tracetax::cli {
namespace {

void check_arguments(const ReportArguments& arguments) {
  static const std::set<std::string> formats{"text", "html", "markdown", "json", "csv"};
  if (!formats.contains(arguments.format))
    throw std::runtime_error("--as " + arguments.format +
                             " is of one result; several are shown as text, html, markdown, json or csv");
  if (arguments.wide || arguments.strict)
    throw std::runtime_error("--wide and --strict are of one result\n  hint: leave them out");
  if (!arguments.blocks.empty())
    throw std::runtime_error(
        "--blocks is of one result; make the shorter result first: tracetax report RESULT --blocks " +
        arguments.blocks + " --as json -o FILE");
}

std::string render(const Overlay& overlay, const ReportArguments& arguments) {
  if (arguments.format == "html") return render_overlay_html(overlay);
  if (arguments.format == "markdown") return render_overlay_markdown(overlay);
  if (arguments.format == "json") return write_overlay_json(overlay);
  if (arguments.format == "csv") return render_overlay_csv(overlay);
  TextOptions options;
  if (arguments.output.empty()) options = text_options(STDOUT_FILENO);
  return render_overlay_text(overlay, options);
}

}  // namespace

int overlay(const ReportArguments& arguments) {
  check_output(arguments.output);
  std::string text;
  try {
    check_arguments(arguments);
    std::vector<SourcedResult> results{{arguments.result, load_result(arguments.result)}};
    for (const std::string& source : arguments.more) results.push_back({source, load_result(source)});
    text = render(make_overlay(results), arguments);
  } catch (const std::runtime_error& error) {
    fmt::print(stderr, "tracetax report: {}\n", error.what());
    return usage;
  }
  write_answer(text, arguments.output);
  return ok;
}

}  // namespace tracetax::cli
