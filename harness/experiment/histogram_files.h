#pragma once
// histograms/<arm>.hlog and .hgrm of a result folder, made from the trials' samples.

#include <filesystem>
#include <span>
#include <string>

#include "harness/results/histogram.h"
#include "harness/results/trial.h"

namespace tracetax {

// Latencies in nanoseconds of one arm's answered calls, over all its trials.
Histogram arm_histogram(const std::string& arm, std::span<const TrialRecord> trials);

// Writes both files for the arm. The log has one interval for each second of each trial, by when the answer came.
void write_arm_histograms(const std::filesystem::path& folder, const std::string& arm,
                          std::span<const TrialRecord> trials);

}  // namespace tracetax
