#include "harness/experiment/doctor.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include <fmt/format.h>
#include <unistd.h>

#include "harness/base/text.h"
#include "harness/cli/commands.h"
#include "harness/cli/doctor_advice.h"
#include "harness/cli/interruption.h"
#include "harness/cli/output.h"
#include "harness/cli/progress.h"
#include "harness/cli/terminal.h"
#include "harness/experiment/process.h"
#include "harness/results/files.h"
#include "reports/reports.h"

namespace tracetax::cli {
namespace {

std::string utc_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return format_utc(std::chrono::duration_cast<std::chrono::seconds>(now).count());
}

// Gone at the end, unless somebody should look at what is in it.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "tracetax-doctor-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make the folder " + pattern);
    path_ = pattern;
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    if (!kept_) std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }
  void keep() { kept_ = true; }

 private:
  std::filesystem::path path_;
  bool kept_ = false;
};

// A cache: when it cannot be written, `run` has no advice to give, and that is all.
void remember(const DoctorReport& report) {
  const std::filesystem::path file = doctor_file(report.host);
  if (file.empty()) return;
  try {
    std::filesystem::create_directories(file.parent_path());
    write_file_atomically(file, write_doctor_json(report));
  } catch (const std::runtime_error&) {
  }
}

}  // namespace

int doctor(const DoctorArguments& arguments) {
  const auto time = parse_duration(arguments.time);
  if (!time || *time < shortest_doctor || *time > longest_doctor) {
    fmt::print(stderr, "tracetax doctor: --time: must be a duration from 20s to 10m, got {}\n  hint: --time 60s\n",
               arguments.time);
    return usage;
  }
  check_output(arguments.output);
  const std::atomic<bool>& stop = stop_on_signals();
  ScratchFolder scratch;
  DoctorOptions options;
  options.time = *time;
  options.folder = scratch.path();
  options.programs = own_directory();
  const Scenario scenario = doctor_scenario(*time);
  const std::string started_at = utc_now();
  DoctorReport report;
  {
    ProgressLine progress(arguments.progress, scenario);
    report = examine(scenario, options, progress.observer(), stop);
  }
  if (stop) return interrupted;
  report.started_at = started_at;
  if (report.failures.empty()) {
    remember(report);
  } else {
    scratch.keep();
    report.failures.push_back(fmt::format("what was written is kept in {}", scratch.path().string()));
  }

  const TextOptions text = text_options_of(arguments.output);
  write_answer(arguments.format == "json" ? write_doctor_json(report) : render_doctor(report, text), arguments.output);
  for (const std::string& failure : report.failures) fmt::print(stderr, "tracetax doctor: {}\n", failure);
  return exit_code(report);
}

}  // namespace tracetax::cli
