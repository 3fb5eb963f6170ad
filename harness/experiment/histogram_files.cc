#include "harness/experiment/histogram_files.h"

#include <algorithm>
#include <stdexcept>

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

HistogramFiles::HistogramFiles(const std::filesystem::path& folder) : folder_(folder) {
  std::filesystem::create_directories(folder_);
}

HistogramFiles::OfArm& HistogramFiles::of_arm(const TrialRecord& trial) {
  const auto [found, is_new] = arms_.try_emplace(trial.arm);
  OfArm& arm = found->second;
  if (is_new) {
    arm.start_time_s = static_cast<double>(trial.started_at_unix_ns) / 1e9;
    arm.log.open(folder_ / (trial.arm + ".hlog"), std::ios::binary);
    IntervalLog log;
    log.start_time_s = arm.start_time_s;
    log.comment = "values are latencies in nanoseconds, from the intended time of each call";
    arm.log << interval_log_head(log);
  }
  return arm;
}

void HistogramFiles::add(const TrialRecord& trial) {
  OfArm& arm = of_arm(trial);
  const double started_s = static_cast<double>(trial.started_at_unix_ns) / 1e9;
  std::map<std::int64_t, Histogram> seconds;
  for (const Sample& sample : trial.samples) {
    if (answered(sample)) seconds[sample.received / std::chrono::seconds(1)].record(sample.latency().count());
  }
  for (auto& [second, histogram] : seconds) {
    const double start_s = started_s - arm.start_time_s + static_cast<double>(second);
    const double length_s = std::clamp(to_seconds(trial.duration) - static_cast<double>(second), 0.001, 1.0);
    arm.all.merge(histogram);
    arm.log << interval_log_line({trial.arm, start_s, length_s, std::move(histogram)});
  }
}

void HistogramFiles::finish() {
  for (auto& [name, arm] : arms_) {
    arm.log.close();
    if (!arm.log) throw std::runtime_error((folder_ / (name + ".hlog")).string() + ": cannot be written");
    write_file_atomically(folder_ / (name + ".hgrm"), arm.all.percentile_table(nanoseconds_per_microsecond));
  }
}

}  // namespace tracetax
