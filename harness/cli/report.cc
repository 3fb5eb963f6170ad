#include <charconv>
#include <stdexcept>

#include <fmt/format.h>

#include "harness/cli/commands.h"
#include "harness/cli/output.h"
#include "harness/cli/result_folder.h"
#include "harness/cli/terminal.h"
#include "harness/experiment/histogram_files.h"
#include "harness/experiment/run.h"
#include "harness/results/files.h"
#include "harness/scenario/load_scenario.h"
#include "harness/verdict/evaluate.h"
#include "reports/benchmark_json.h"
#include "reports/openmetrics.h"
#include "reports/reports.h"
#include "reports/table_layout.h"

namespace tracetax::cli {
namespace {

constexpr std::size_t usual_width = 80;  // columns of what goes into a file

// Percentile tables of all arms, made from the samples.
std::string percentile_tables(const std::filesystem::path& folder) {
  const std::filesystem::path resolved = folder / "scenario.resolved.yaml";
  if (!std::filesystem::exists(resolved))
    throw std::runtime_error(folder.string() +
                             " has no trials to make percentiles of\n  hint: --as hgrm takes the whole result folder");
  const Scenario scenario = load_scenario_text(read_file(resolved), resolved.string()).scenario;
  const std::vector<TrialRecord> trials = read_trials(folder, tool_names(scenario));
  std::string text;
  for (const Arm& arm : scenario.arms) {
    text += fmt::format("#[Arm: {}, values in microseconds]\n{}\n", arm.name,
                        arm_histogram(arm.name, trials).percentile_table(1e3));
  }
  return text;
}

// "3-7" or "3". Throws std::runtime_error.
BlockRange parse_blocks(const std::string& text) {
  BlockRange range;
  const char* end = text.data() + text.size();
  auto [next, error] = std::from_chars(text.data(), end, range.first);
  range.last = range.first;
  if (error == std::errc{} && next != end && *next == '-') {
    const auto rest = std::from_chars(next + 1, end, range.last);
    next = rest.ptr;
    error = rest.ec;
  }
  if (error != std::errc{} || next != end || range.last < range.first)
    throw std::runtime_error("--blocks: must be a range of block numbers from 0 such as 0-9, got " + text +
                             "\n  hint: the report says how many blocks there are");
  return range;
}

std::string render(const ReportArguments& arguments) {
  if (arguments.format == "hgrm") return percentile_tables(arguments.result);
  const LoadedResult loaded = arguments.blocks.empty() ? LoadedResult(arguments.result)
                                                       : LoadedResult(arguments.result, parse_blocks(arguments.blocks));
  const Result& result = loaded.result();
  if (arguments.format == "html") return render_html(result, loaded.details());
  if (arguments.format == "markdown") return render_markdown(result);
  if (arguments.format == "junit")
    return render_junit(result, arguments.strict ? Inconclusive::failure : Inconclusive::skipped);
  if (arguments.format == "json") return write_result_json(result);
  if (arguments.format == "csv") return render_csv(result);
  if (arguments.format == "openmetrics") return render_openmetrics(result);
  if (arguments.format == "benchmark-action") return render_benchmark_action(result);
  if (arguments.format == "bencher") return render_bencher(result);
  TextOptions options = text_options_of(arguments.output);
  if (!arguments.output.empty()) options.width = usual_width;
  if (arguments.wide) options.width = unlimited_width;
  return render_text(result, options);
}

// An option that would do nothing is a mistake: somebody expected it to do something.
void check_options(const ReportArguments& arguments) {
  const auto only_with = [&](bool given, const char* option, const char* form) {
    if (given && arguments.format != form)
      throw UsageError(fmt::format("{0} is for --as {1}, not for --as {2}\n  hint: leave it out, or ask for --as {1}",
                                   option, form, arguments.format));
  };
  only_with(arguments.wide, "--wide", "text");
  only_with(arguments.strict, "--strict", "junit");
  check_output(arguments.output);
}

}  // namespace

std::vector<std::string> report_formats() {
  return {"text", "html", "markdown", "junit", "json", "csv", "openmetrics", "benchmark-action", "bencher", "hgrm"};
}

int report(const ReportArguments& arguments) {
  check_options(arguments);
  write_answer(from_arguments([&] { return render(arguments); }), arguments.output);
  return ok;
}

}  // namespace tracetax::cli
