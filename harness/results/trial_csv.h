#pragma once
// The samples of a trial as text, one row a call. Internal to harness/results.

#include <string>
#include <string_view>
#include <vector>

#include "harness/results/sample.h"

namespace tracetax {

// The gzipped CSV. Throws std::invalid_argument when a sample's tool has no name.
std::string write_samples_csv_gz(const std::vector<Sample>&, const std::vector<std::string>& tool_names);

// The text of the CSV. Throws std::runtime_error "line N: …".
std::vector<Sample> read_samples_csv(std::string_view text, const std::vector<std::string>& tool_names);

}  // namespace tracetax
