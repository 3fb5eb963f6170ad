#pragma once
// What the verbs do with result folders beyond the trials: reports in, result.json and reports out.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "harness/results/details.h"
#include "harness/results/result.h"

namespace tracetax::cli {

// Of the resolved scenario, which holds what --set and its like said.
inline constexpr const char* run_again = "tracetax run scenario.resolved.yaml";

// Blocks by number, from 0, both ends included.
struct BlockRange {
  std::uint32_t first = 0, last = 0;
};

// A result as a folder or file has it. What has to be made of a run's trials is read once, for result and details.
class LoadedResult {
 public:
  // result.json when it is there; else a result made from what a run that was cut short left (scenario, run.json,
  // trials). Throws std::runtime_error saying what is missing or broken.
  explicit LoadedResult(const std::filesystem::path& folder_or_file);
  // What the run would have said of these blocks alone, made anew from its trials, as one look. Throws likewise, and
  // when there is no trial in the range.
  LoadedResult(const std::filesystem::path& folder, const BlockRange& range);
  ~LoadedResult();
  LoadedResult(const LoadedResult&) = delete;
  LoadedResult& operator=(const LoadedResult&) = delete;

  const Result& result() const { return result_; }
  // details.json of a folder that has one; else made from what its trials say and, of all blocks, examples.json; of a
  // lone result.json empty. Throws as above.
  std::string details() const;

 private:
  struct Remains;
  std::filesystem::path source_;
  bool of_blocks_ = false;
  std::unique_ptr<const Remains> remains_;  // null: there was a result.json
  Result result_{};
};
Result load_result(const std::filesystem::path& folder_or_file);

// details.json, report.html, report.md, junit.xml, metrics.txt, and result.json last.
void write_reports(const std::filesystem::path& folder, const Result& result, const Details& details);

// The report, the sentence that it comes down to, and where the page lies, on stdout.
void print_report(const std::filesystem::path& folder, const Result& result);

}  // namespace tracetax::cli
