#include <charconv>
#include <cstdio>
#include <stdexcept>

#include <fmt/format.h>
#include <unistd.h>

#include "harness/cli/commands.h"
#include "harness/cli/result_folder.h"
#include "harness/experiment/histogram_files.h"
#include "harness/experiment/run.h"
#include "harness/results/files.h"
#include "harness/scenario/load_scenario.h"
#include "harness/verdict/evaluate.h"
#include "reports/reports.h"

namespace tracetax::cli {
namespace {

// Percentile tables of all arms, made from the samples.
std::string percentile_tables(const std::filesystem::path& folder) {
  const std::filesystem::path resolved = folder / "scenario.resolved.yaml";
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
    throw std::runtime_error("--blocks: must be a range of block numbers from 0 such as 0-9, got " + text);
  return range;
}

std::string render(const ReportArguments& arguments, bool to_terminal) {
  if (arguments.format == "hgrm") return percentile_tables(arguments.result);
  const Result result = arguments.blocks.empty() ? load_result(arguments.result)
                                                 : evaluate_blocks(arguments.result, parse_blocks(arguments.blocks));
  if (arguments.format == "html") return render_html(result);
  if (arguments.format == "markdown") return render_markdown(result);
  if (arguments.format == "junit") return render_junit(result);
  if (arguments.format == "json") return write_result_json(result);
  if (arguments.format == "csv") return render_csv(result);
  TextOptions options;
  options.color = to_terminal && wants_color(STDOUT_FILENO);
  return render_text(result, options);
}

}  // namespace

int report(const ReportArguments& arguments) {
  std::string text;
  try {
    text = render(arguments, arguments.output.empty());
  } catch (const std::runtime_error& error) {
    fmt::print(stderr, "tracetax report: {}\n", error.what());
    return usage;
  }
  if (arguments.output.empty()) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
      throw std::runtime_error("the report could not be written to standard output");
    }
  } else {
    write_file_atomically(arguments.output, text);
  }
  return ok;
}

}  // namespace tracetax::cli
