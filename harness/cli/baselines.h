#pragma once
// What `tracetax compare` compares with: one result, or the newest fitting one among many.

#include <filesystem>
#include <string>
#include <vector>

#include "harness/results/result.h"
#include "harness/verdict/compare_results.h"

namespace tracetax::cli {

struct Baseline {
  std::filesystem::path path;
  Result result{};
  std::vector<std::string> refusals{};  // why it must not be compared; empty: it may be
  std::vector<std::string> notes{};     // of a choice among several: which, of how many, and why not the others
};

// `path`: a result folder, a result.json, or a folder with those in it, up to two levels down. Of many, the newest that
// began before `later` (found at `later_path`) and may be compared with it; a machine of the same class is preferred
// when others are allowed. Throws std::runtime_error when there is nothing to read.
Baseline find_baseline(const std::filesystem::path& path, const Result& later, const std::filesystem::path& later_path,
                       const CompareTerms& terms);

}  // namespace tracetax::cli
