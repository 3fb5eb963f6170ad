// A trial in the result folder: trials/NN-<arm>.csv.gz first and trials/NN-<arm>.json last, so that the JSON says that
// both are there.

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "harness/results/files.h"
#include "harness/results/gzip.h"
#include "harness/results/summary_fields.h"
#include "harness/results/trial_csv.h"

namespace tracetax {
namespace {

namespace fs = std::filesystem;

constexpr const char* schema = "tracetax.trial/1";

// The number makes the name unique; the arm is in it for people, and in the JSON as it is.
std::string file_stem(const TrialRecord& trial) {
  std::string arm = trial.arm;
  for (char& c : arm) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '_' || c == '.' || c == '=';
    if (!plain) c = '_';
  }
  return fmt::format("{:02}-{}", trial.number, arm);
}

// What the JSON says of a trial: all but its samples, of which it has the number.
struct TrialFile {
  TrialRecord trial;
  std::uint64_t samples = 0;
};

}  // namespace

template <class A>
void fields(A& a, Of<A, ServiceUsage> u) {
  a("name", u.name);
  a("processes", u.processes);
  nanos_field(a, "cpu_ns", u.cpu);
  a("memory_bytes", u.memory_bytes);
  a("network_sent_bytes", u.network_sent_bytes);
  a("network_received_bytes", u.network_received_bytes);
}

template <class A>
void fields(A& a, Of<A, ExportStep> s) {
  a("at_ns", s.at_ns);
  a("bytes", s.bytes);
}

template <class A>
void fields(A& a, Of<A, TrialFile> file) {
  schema_field(a, schema);
  Of<A, TrialRecord> t = file.trial;
  a("number", t.number);
  a("block", t.block);
  a("launch", t.launch);
  a("position", t.position);
  phase_field(a, t.phase);
  a("arm", t.arm);
  a("started_at_unix_ns", t.started_at_unix_ns);
  nanos_field(a, "window_ns", t.window);
  nanos_field(a, "duration_ns", t.duration);
  a("samples", file.samples);
  a("calls", t.calls);
  a.always_or_default("reasons", t.reasons);
  a("services", t.services);
  a("spans", t.spans);
  a("traces", t.traces);
  a("bytes_in_window", t.bytes_in_window);
  a.always_or_default("exports", t.exports);
  nanos_field(a, "flush_ns", t.flush);
  nanos_field(a, "generator_cpu_ns", t.generator_cpu);
  std::int64_t spun = t.generator_spun.count();
  a.always_or_default("generator_spun_ns", spun);
  if constexpr (std::same_as<A, JsonReader>) t.generator_spun = Nanos(spun);
  a.always_or_default("generator_preempted", t.generator_preempted);
  a.always_or_default("arrivals", t.arrivals);
  a("steal_share", t.steal_share);
  a("warnings", t.warnings);
  a("failure", t.failure);
}

void write_trial(const fs::path& dir, const TrialRecord& trial, const std::vector<std::string>& tool_names) {
  const fs::path folder = dir / "trials";
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    throw std::runtime_error(fmt::format("{}: cannot create the folder: {}", folder.string(), error.message()));

  const std::string stem = file_stem(trial);
  write_file_atomically(folder / (stem + ".csv.gz"), write_samples_csv_gz(trial.samples, tool_names));
  TrialFile file{.trial = trial, .samples = trial.samples.size()};
  write_file_atomically(folder / (stem + ".json"), write_json(file));
}

std::vector<TrialRecord> read_trials(const fs::path& dir, const std::vector<std::string>& tool_names) {
  const fs::path folder = dir / "trials";
  std::vector<TrialRecord> trials;
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  if (error == std::errc::no_such_file_or_directory) return trials;
  if (error) throw std::runtime_error(fmt::format("{}: cannot read the folder: {}", folder.string(), error.message()));

  for (const fs::directory_entry& entry : entries) {
    const fs::path& path = entry.path();
    if (path.extension() != ".json" || path.filename().string().starts_with('.')) continue;
    TrialFile file;
    const std::string json = read_file(path);
    try {
      read_json(json, file);
    } catch (const std::runtime_error& problem) {
      throw std::runtime_error(fmt::format("{}: {}", path.string(), problem.what()));
    }
    const fs::path csv = folder / (path.stem().string() + ".csv.gz");
    const std::string compressed = read_file(csv);
    try {
      file.trial.samples = read_samples_csv(gunzip(compressed), tool_names);
    } catch (const std::runtime_error& problem) {
      throw std::runtime_error(fmt::format("{}: {}", csv.string(), problem.what()));
    }
    if (file.trial.samples.size() != file.samples) {
      throw std::runtime_error(fmt::format("{}: {} rows, but {} says {}", csv.string(), file.trial.samples.size(),
                                           path.filename().string(), file.samples));
    }
    trials.push_back(std::move(file.trial));
  }
  std::ranges::sort(trials, {}, &TrialRecord::number);
  return trials;
}

}  // namespace tracetax
