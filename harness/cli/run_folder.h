#pragma once
// Where the verbs that run something put their result.

#include <cstdint>
#include <filesystem>
#include <string>

#include "harness/scenario/load_scenario.h"

namespace tracetax::cli {

std::int64_t unix_seconds();

// `wanted`, or out/<name>-<UTC time> when that is empty. Made; throws std::invalid_argument for a folder that holds
// something already.
std::filesystem::path make_result_folder(const std::string& wanted, const std::string& name, std::int64_t now_unix_s);

// What ran, so that it can run again from the folder alone: scenario.yaml, scenario.resolved.yaml, and the files that
// its calls come from, in traffic/. Throws std::runtime_error.
void store_scenario(const std::filesystem::path& folder, const LoadedScenario& loaded);

}  // namespace tracetax::cli
