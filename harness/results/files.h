#pragma once
// The result folder (design.md §5): trials written as they come, the rest finished atomically.

#include <filesystem>
#include <string>
#include <vector>

#include "harness/results/trial.h"

namespace tracetax {

// Throws std::runtime_error with path and reason (disk full, no permission). Writes beside the place and renames, so a
// reader never sees half a file.
void write_file_atomically(const std::filesystem::path&, const std::string& bytes);
std::string read_file(const std::filesystem::path&);

// "trials/03-ratio10.csv.gz" and "trials/03-ratio10.json" under `dir`. The CSV has the columns
// call,session,tool,intended_ns,sent_ns,received_ns,outcome; the tool is written by name.
void write_trial(const std::filesystem::path& dir, const TrialRecord&, const std::vector<std::string>& tool_names);

// All trials under `dir`/trials, in order; half-written ones do not exist. Throws std::runtime_error naming file and
// line of what cannot be read.
std::vector<TrialRecord> read_trials(const std::filesystem::path& dir, const std::vector<std::string>& tool_names);

}  // namespace tracetax
