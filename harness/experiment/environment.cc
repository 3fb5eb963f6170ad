#include "harness/experiment/environment.h"

#include <fstream>
#include <thread>

#include <boost/version.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <opentelemetry/version.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace tracetax {
namespace {

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

std::string field_of(const std::string& path, const std::string& key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.rfind(key, 0) != 0) continue;
    const auto colon = line.find(':');
    const auto value = line.find_first_not_of(" \t", colon + 1);
    return value == std::string::npos ? std::string{} : line.substr(value);
  }
  return {};
}

void add_warnings(Environment& e) {
  const std::string governor = first_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
  if (!governor.empty() && governor != "performance") {
    e.warnings.push_back(
        fmt::format("the frequency governor is '{}': the cores change speed while the clock runs; "
                    "set it to 'performance' for steadier numbers",
                    governor));
  }
  std::ifstream load("/proc/loadavg");
  double one_minute = 0;
  load >> one_minute;
  if (one_minute > 0.5 * e.cores) {
    e.warnings.push_back(
        fmt::format("the machine was busy before the run began (load average {:.1f} on {} cores); "
                    "what else runs adds noise to both arms",
                    one_minute, e.cores));
  }
#ifndef NDEBUG
  e.warnings.push_back("this is a debug build: its numbers say nothing; build the preset release");
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  e.warnings.push_back("this build has sanitizers: its numbers say nothing; build the preset release");
#endif
}

}  // namespace

Environment read_environment() {
  Environment e;
  utsname names{};
  ::uname(&names);
  e.host = names.nodename;
  e.kernel = fmt::format("{} {}", names.sysname, names.release);
  e.cpu = field_of("/proc/cpuinfo", "model name");
  if (e.cpu.empty()) e.cpu = names.machine;
  e.cores = std::thread::hardware_concurrency();
  e.memory_bytes =
      static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  e.compiler = fmt::format("g++ {}", __VERSION__);
#ifdef NDEBUG
  e.build_type = "optimised";
#else
  e.build_type = "debug";
#endif
  e.versions["tracetax"] = TRACETAX_VERSION;
  e.versions["opentelemetry-cpp"] = OPENTELEMETRY_VERSION;
  e.versions["boost"] =
      fmt::format("{}.{}.{}", BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100);
  e.versions["nlohmann_json"] =
      fmt::format("{}.{}.{}", NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH);
  add_warnings(e);
  return e;
}

}  // namespace tracetax
