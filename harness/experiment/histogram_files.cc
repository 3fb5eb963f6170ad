#include "harness/experiment/histogram_files.h"

#include <algorithm>
#include <map>

#include "harness/results/files.h"

namespace tracetax {
namespace {

constexpr double nanoseconds_per_microsecond = 1e3;

bool answered(const Sample& sample) {
  return sample.outcome == Outcome::ok || sample.outcome == Outcome::tool_error;
}

}  // namespace

Histogram arm_histogram(const std::string& arm, std::span<const TrialRecord> trials) {
  Histogram histogram;
  for (const TrialRecord& trial : trials) {
    if (trial.arm != arm) continue;
    for (const Sample& sample : trial.samples) {
      if (answered(sample)) histogram.record(sample.latency().count());
    }
  }
  return histogram;
}

void write_arm_histograms(const std::filesystem::path& folder, const std::string& arm,
                          std::span<const TrialRecord> trials) {
  IntervalLog log;
  log.comment = "values are latencies in nanoseconds, from the intended time of each call";
  for (const TrialRecord& trial : trials) {
    if (trial.arm != arm) continue;
    const double started_s = static_cast<double>(trial.started_at_unix_ns) / 1e9;
    if (log.intervals.empty()) log.start_time_s = started_s;
    std::map<std::int64_t, Histogram> seconds;
    for (const Sample& sample : trial.samples) {
      if (answered(sample)) seconds[sample.received / std::chrono::seconds(1)].record(sample.latency().count());
    }
    for (auto& [second, histogram] : seconds) {
      const double start_s = started_s - log.start_time_s + static_cast<double>(second);
      const double length_s = std::clamp(to_seconds(trial.duration) - static_cast<double>(second), 0.001, 1.0);
      log.intervals.push_back({arm, start_s, length_s, std::move(histogram)});
    }
  }
  std::filesystem::create_directories(folder);
  write_file_atomically(folder / (arm + ".hlog"), write_interval_log(log));
  write_file_atomically(folder / (arm + ".hgrm"),
                        arm_histogram(arm, trials).percentile_table(nanoseconds_per_microsecond));
}

}  // namespace tracetax
