#pragma once
// All results under a folder, as `tracetax history` reads them.

#include <filesystem>
#include <vector>

#include "harness/results/history.h"
#include "harness/verdict/history.h"

namespace tracetax::cli {

struct StoredResults {
  std::vector<DatedResult> results{};     // by path
  std::vector<HistorySkipped> skipped{};  // what could not be read, and why
};

// Result folders and other *.json, at any depth; of a result folder its result.json alone, never the trials, so that a
// folder of hundreds of runs reads in about a second. Links to folders are not followed. A run that left no result.json
// is skipped. Throws std::runtime_error when `folder` is none, cannot be read, or holds nothing of the kind.
StoredResults read_stored_results(const std::filesystem::path& folder);

}  // namespace tracetax::cli
