#include "harness/experiment/machine.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fstream>

#include <fmt/format.h>

namespace tracetax {
namespace {

namespace fs = std::filesystem;

constexpr double busy_share = 0.5;       // of the cores, as load average
constexpr double pressure_limit = 0.10;  // of the last 10 s
// Read in user space by every kernel that has them: no system call in a measured path.
constexpr std::array<std::string_view, 4> good_clocks{"tsc", "kvm-clock", "arch_sys_counter",
                                                      "hyperv_clocksource_tsc_page"};

template <class T>
std::optional<T> number_at(std::string_view text, std::size_t& used) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return std::nullopt;
  used = static_cast<std::size_t>(end - text.data());
  return value;
}
template <class T>
std::optional<T> whole_text(std::string_view text) {
  std::size_t used = 0;
  const auto value = number_at<T>(text, used);
  return used == text.size() ? value : std::nullopt;
}

// The least of a limit over the group and all it lies in; `limit_in` reads one folder.
template <class Limit>
std::optional<double> least_upwards(const fs::path& mount, const fs::path& group, Limit limit_in) {
  std::optional<double> least;
  fs::path folder = group.relative_path();
  for (;;) {
    if (const std::optional<double> limit = limit_in(mount / folder)) least = std::min(least.value_or(*limit), *limit);
    if (folder.empty()) return least;
    folder = folder.parent_path();
  }
}

std::optional<double> v1_quota_in(const fs::path& folder) {
  const auto quota = whole_text<double>(first_line(folder / "cpu.cfs_quota_us"));
  const auto period = whole_text<double>(first_line(folder / "cpu.cfs_period_us"));
  if (!quota || !period || *quota <= 0 || *period <= 0) return std::nullopt;  // -1: no limit
  return *quota / *period;
}

// Lines of /proc/self/cgroup: "0::/group" (v2), "4:cpu,cpuacct:/group" (v1).
std::optional<double> cgroup_quota(const fs::path& root) {
  std::optional<double> least;
  const auto take = [&](std::optional<double> limit) {
    if (limit) least = std::min(least.value_or(*limit), *limit);
  };
  const fs::path mounts = root / "sys/fs/cgroup";
  std::ifstream file(root / "proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const fs::path group = line.substr(second + 1);
    if (controllers.empty()) {
      for (const char* mount : {"", "unified"}) {
        take(least_upwards(mounts / mount, group,
                           [](const fs::path& folder) { return quota_of_cpu_max(first_line(folder / "cpu.max")); }));
      }
    } else if (("," + controllers + ",").find(",cpu,") != std::string::npos) {
      take(least_upwards(mounts / controllers, group, v1_quota_in));
      if (controllers != "cpu") take(least_upwards(mounts / "cpu", group, v1_quota_in));
    }
  }
  return least;
}

CoreFacts read_cores(const fs::path& root) {
  CoreFacts cores;
  const fs::path cpus = root / "sys/devices/system/cpu";
  cores.online = count_of_list(first_line(cpus / "online")).value_or(0);
  if (cores.online == 0) {
    std::ifstream file(root / "proc/cpuinfo");
    for (std::string line; std::getline(file, line);) cores.online += line.rfind("processor", 0) == 0;
  }
  cores.allowed = count_of_list(field_of(root / "proc/self/status", "Cpus_allowed_list")).value_or(0);
  cores.quota = cgroup_quota(root);
  cores.smt_width = count_of_list(first_line(cpus / "cpu0/topology/thread_siblings_list"));
  return cores;
}

FrequencyFacts read_frequency(const fs::path& root) {
  FrequencyFacts frequency;
  const fs::path cpus = root / "sys/devices/system/cpu";
  frequency.governor = first_line(cpus / "cpu0/cpufreq/scaling_governor");
  frequency.visible = !frequency.governor.empty();
  if (const std::string off = first_line(cpus / "intel_pstate/no_turbo"); !off.empty()) {
    frequency.boost = off == "0";
  } else if (const std::string on = first_line(cpus / "cpufreq/boost"); !on.empty()) {
    frequency.boost = on == "1";
  }
  const std::string flags = " " + field_of(root / "proc/cpuinfo", "flags") + " ";
  frequency.virtual_machine = flags.find(" hypervisor ") != std::string::npos;
  frequency.product = first_line(root / "sys/class/dmi/id/product_name");
  if (frequency.product.empty()) frequency.product = first_line(root / "sys/hypervisor/type");
  return frequency;
}

}  // namespace

std::string first_line(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

std::string field_of(const fs::path& path, std::string_view key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const auto colon = line.find(':');
    if (colon == std::string::npos || line.rfind(key, 0) != 0) continue;
    if (line.find_last_not_of(" \t", colon - 1) + 1 != key.size()) continue;  // a longer key with this beginning
    const auto value = line.find_first_not_of(" \t", colon + 1);
    return value == std::string::npos ? std::string{} : line.substr(value);
  }
  return {};
}

std::optional<std::uint32_t> count_of_list(std::string_view list) {
  std::uint32_t count = 0;
  while (!list.empty()) {
    const std::string_view range = list.substr(0, list.find(','));
    list.remove_prefix(std::min(range.size() + 1, list.size()));
    const auto dash = range.find('-');
    const auto low = whole_text<std::uint32_t>(range.substr(0, dash));
    const auto high = dash == std::string_view::npos ? low : whole_text<std::uint32_t>(range.substr(dash + 1));
    if (!low || !high || *high < *low) return std::nullopt;
    count += *high - *low + 1;
  }
  return count > 0 ? std::optional(count) : std::nullopt;
}

std::optional<double> quota_of_cpu_max(std::string_view line) {
  const auto blank = line.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  const auto quota = whole_text<double>(line.substr(0, blank));
  const auto period = whole_text<double>(line.substr(blank + 1));
  if (!quota || !period || *quota <= 0 || *period <= 0) return std::nullopt;
  return *quota / *period;
}

std::optional<Pressure> pressure_of(std::string_view line) {
  if (!line.starts_with("some ")) return std::nullopt;
  constexpr std::string_view recent = "avg10=";
  constexpr std::string_view total = "total=";
  const auto recent_at = line.find(recent);
  const auto total_at = line.find(total);
  if (recent_at == std::string_view::npos || total_at == std::string_view::npos) return std::nullopt;
  std::size_t used = 0;
  const auto percent = number_at<double>(line.substr(recent_at + recent.size()), used);
  const auto waited = number_at<std::uint64_t>(line.substr(total_at + total.size()), used);
  if (!percent || !waited) return std::nullopt;
  return Pressure{*percent / 100, *waited};
}

MachineFacts read_machine(const fs::path& root) {
  MachineFacts machine;
  machine.cpu = field_of(root / "proc/cpuinfo", "model name");
  machine.clock_source = first_line(root / "sys/devices/system/clocksource/clocksource0/current_clocksource");
  machine.cores = read_cores(root);
  std::size_t used = 0;
  machine.load_average = number_at<double>(first_line(root / "proc/loadavg"), used).value_or(0);
  machine.pressure = pressure_of(first_line(root / "proc/pressure/cpu"));
  machine.frequency = read_frequency(root);
  return machine;
}

std::string unfit_build() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return "a build with sanitizers";
#elif !defined(NDEBUG)
  return "a debug build";
#else
  return {};
#endif
}

std::vector<DoctorFinding> cheap_findings(const MachineFacts& machine, const std::string& build) {
  std::vector<DoctorFinding> findings;
  const CoreFacts& cores = machine.cores;
  const double usable = cores.usable();
  if (usable > 0 && usable < 2) {
    findings.push_back(
        {Severity::unfit, "cores",
         fmt::format("{:.3g} of {} cores may be used: the generator and the services wait for each other, and every "
                     "latency contains that",
                     usable, cores.online),
         "use a machine, an affinity mask and a cgroup limit of 4 cores or more; 2 are the least"});
  }
  if (!build.empty()) {
    findings.push_back({Severity::doubtful, "build", fmt::format("this is {}: its numbers say nothing", build),
                        "build and use the preset release"});
  }
  if (cores.quota && *cores.quota < cores.online) {
    findings.push_back({Severity::doubtful, "quota",
                        fmt::format("the cgroup may use {:.3g} of {} cores: who has used its share stands still until "
                                    "the next period, which shows as a tail",
                                    *cores.quota, cores.online),
                        "take the limit away (docker run without --cpus, no CPU limit on the pod) and pin to whole "
                        "cores instead"});
  }
  if (machine.load_average > busy_share * usable) {
    findings.push_back({Severity::doubtful, "load",
                        fmt::format("the machine was busy before the run began (load average {:.1f} on {:.3g} cores): "
                                    "what else runs adds noise to both arms",
                                    machine.load_average, usable),
                        "stop what else runs, or wait a minute for it to end"});
  } else if (machine.pressure && machine.pressure->share_of_10s > pressure_limit) {
    findings.push_back({Severity::doubtful, "load",
                        fmt::format("before the run began something waited for a core {:.0f} % of the time: what else "
                                    "runs adds noise to both arms",
                                    100 * machine.pressure->share_of_10s),
                        "stop what else runs, or wait a minute for it to end"});
  }
  const std::string& governor = machine.frequency.governor;
  if (!governor.empty() && governor != "performance") {
    findings.push_back(
        {Severity::doubtful, "frequency",
         fmt::format("the frequency governor is '{}': the cores change speed while the clock runs", governor),
         "set it to 'performance' for steadier numbers (cpupower frequency-set -g performance)"});
  }
  if (!machine.clock_source.empty() && std::ranges::find(good_clocks, machine.clock_source) == good_clocks.end()) {
    findings.push_back({Severity::doubtful, "clock",
                        fmt::format("the kernel's clock source is '{}', of which every read is slow: timestamps cost "
                                    "what they are to measure",
                                    machine.clock_source),
                        "choose tsc or kvm-clock (see available_clocksource in "
                        "/sys/devices/system/clocksource/clocksource0), or another kind of machine"});
  }
  return findings;
}

}  // namespace tracetax
