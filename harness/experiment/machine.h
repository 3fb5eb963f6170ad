#pragma once
// What the kernel says about the machine, as files under /proc and /sys. `root` stands for "/", so that a made-up tree
// can be read as well. A file that is missing leaves its fact unknown; nothing throws.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/results/doctor.h"

namespace tracetax {

std::string first_line(const std::filesystem::path& file);
// The value of the first line "key : value".
std::string field_of(const std::filesystem::path& file, std::string_view key);

// "0-3,8,10-11" -> 7. Empty when it is no such list.
std::optional<std::uint32_t> count_of_list(std::string_view list);
// "max 100000" (no limit), "150000 100000" -> 1.5 cores.
std::optional<double> quota_of_cpu_max(std::string_view line);
// "some avg10=3.83 avg60=…" -> 0.0383, and the µs after "total=".
struct Pressure {
  double share_of_10s = 0;
  std::uint64_t total_us = 0;
};
std::optional<Pressure> pressure_of(std::string_view some_line);

struct MachineFacts {
  std::string cpu{};  // the model's name; empty: not known
  std::string clock_source{};
  CoreFacts cores{};
  double load_average = 0;
  std::optional<Pressure> pressure{};
  FrequencyFacts frequency{};
};
MachineFacts read_machine(const std::filesystem::path& root = "/");

// What of this program makes numbers worthless: "a debug build", "a build with sanitizers"; empty: nothing.
std::string unfit_build();

// What is wrong with the machine, before anything is measured. Faults only: nothing about what cannot be changed and
// does no harm.
std::vector<DoctorFinding> cheap_findings(const MachineFacts& machine, const std::string& unfit_build);

}  // namespace tracetax
