#pragma once
// What a claim's search found, as a result of checks: the largest value at each rate against what the claim needs.

#include <filesystem>
#include <string>

#include "harness/results/result.h"
#include "harness/scenario/claims.h"

namespace tracetax::cli {

// `folder` has a tune.json. A check "largest_ratio" for each of the claim's rates, with the claim's id: within when the
// value known to keep all budgets is at least what is wanted, exceeded when one that breaks them is below it. A rate
// that was not searched is inconclusive. Throws std::runtime_error for a file that is none.
Result result_of_search(const std::filesystem::path& folder, const ClaimSearch& search, const std::string& claim);

}  // namespace tracetax::cli
