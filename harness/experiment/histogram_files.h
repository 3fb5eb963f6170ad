#pragma once
// histograms/<arm>.hlog and .hgrm of a result folder, made from the trials' samples.

#include <filesystem>
#include <fstream>
#include <map>
#include <span>
#include <string>

#include "harness/results/histogram.h"
#include "harness/results/trial.h"

namespace tracetax {

// Latencies in nanoseconds of one arm's answered calls, over all its trials.
Histogram arm_histogram(const std::string& arm, std::span<const TrialRecord> trials);

// The files of all arms, written as the trials come. Throws std::runtime_error that names a file it cannot write.
class HistogramFiles {
 public:
  explicit HistogramFiles(const std::filesystem::path& folder);  // made when missing
  // The log gets one interval for each second of the trial, by when the answer came.
  void add(const TrialRecord& trial);
  // The percentile tables; nothing may be added afterwards.
  void finish();

 private:
  struct OfArm {
    std::ofstream log{};
    double start_time_s = 0;
    Histogram all{};
  };
  OfArm& of_arm(const TrialRecord& trial);

  std::filesystem::path folder_;
  std::map<std::string, OfArm> arms_{};
};

}  // namespace tracetax
