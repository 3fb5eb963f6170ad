#pragma once
// What the verbs do with result folders beyond the trials: reports in, result.json and reports out.

#include <filesystem>
#include <string>

#include "harness/results/result.h"

namespace tracetax::cli {

// result.json when it is there; else a result made from what a run that was cut short left (scenario, run.json,
// trials). Throws std::runtime_error saying what is missing or broken.
Result load_result(const std::filesystem::path& folder_or_file);

// result.json, report.html, report.md, junit.xml.
void write_reports(const std::filesystem::path& folder, const Result& result);

}  // namespace tracetax::cli
