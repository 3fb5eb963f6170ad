#include "reports/overlay.h"

#include <set>

#include <fmt/format.h>

#include "harness/cli/commands.h"
#include "harness/cli/output.h"
#include "harness/cli/result_folder.h"
#include "harness/cli/terminal.h"

namespace tracetax::cli {
namespace {

void check_arguments(const ReportArguments& arguments) {
  static const std::set<std::string> formats{"text", "html", "markdown", "json", "csv"};
  if (!formats.contains(arguments.format))
    throw UsageError("--as " + arguments.format +
                     " is of one result; several are shown as text, html, markdown, json or csv");
  if (arguments.wide || arguments.strict)
    throw UsageError("--wide and --strict are of one result\n  hint: leave them out");
  if (!arguments.blocks.empty())
    throw UsageError("--blocks is of one result; make the shorter result first: tracetax report RESULT --blocks " +
                     arguments.blocks + " --as json -o FILE");
}

std::string render(const Overlay& overlay, const ReportArguments& arguments) {
  if (arguments.format == "html") return render_overlay_html(overlay);
  if (arguments.format == "markdown") return render_overlay_markdown(overlay);
  if (arguments.format == "json") return write_overlay_json(overlay);
  if (arguments.format == "csv") return render_overlay_csv(overlay);
  return render_overlay_text(overlay, text_options_of(arguments.output));
}

}  // namespace

int overlay(const ReportArguments& arguments) {
  check_output(arguments.output);
  check_arguments(arguments);
  const Overlay overlay = from_arguments([&] {
    std::vector<SourcedResult> results{{arguments.result, load_result(arguments.result)}};
    for (const std::string& source : arguments.more) results.push_back({source, load_result(source)});
    return make_overlay(results);
  });
  write_answer(render(overlay, arguments), arguments.output);
  return ok;
}

}  // namespace tracetax::cli
