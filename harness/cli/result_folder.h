#pragma once
// What the verbs do with result folders beyond the trials: reports in, result.json and reports out.

#include <cstdint>
#include <filesystem>
#include <string>

#include "harness/results/details.h"
#include "harness/results/result.h"

namespace tracetax::cli {

// Of the resolved scenario, which holds what --set and its like said.
inline constexpr const char* run_again = "tracetax run scenario.resolved.yaml";

// result.json when it is there; else a result made from what a run that was cut short left (scenario, run.json,
// trials). Throws std::runtime_error saying what is missing or broken.
Result load_result(const std::filesystem::path& folder_or_file);

// Blocks by number, from 0, both ends included.
struct BlockRange {
  std::uint32_t first = 0, last = 0;
};
// What the run would have said of these blocks alone, made anew from its trials, as one look. Throws as load_result()
// does, and when there is no trial in the range.
Result evaluate_blocks(const std::filesystem::path& folder, const BlockRange& range);

// details.json of a folder that has one; else made from what its trials and examples.json say; of a lone result.json
// empty. Throws as load_result() does.
std::string load_details(const std::filesystem::path& folder_or_file);
// The same of some blocks alone, without traces.
std::string details_of_blocks(const std::filesystem::path& folder, const BlockRange& range);

// details.json, report.html, report.md, junit.xml, metrics.txt, and result.json last.
void write_reports(const std::filesystem::path& folder, const Result& result, const Details& details);

// The report, the sentence that it comes down to, and where the page lies, on stdout.
void print_report(const std::filesystem::path& folder, const Result& result);

}  // namespace tracetax::cli
