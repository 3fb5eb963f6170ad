#include "harness/experiment/environment.h"

#include <cstdlib>
#include <thread>

#include <boost/version.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <opentelemetry/version.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "harness/experiment/machine.h"

namespace tracetax {
namespace {

// One sentence a fault, with what to do.
void add_warnings(Environment& e, const MachineFacts& machine) {
  for (const DoctorFinding& finding : cheap_findings(machine, unfit_build()))
    e.warnings.push_back(finding.what + "; " + finding.change);
}

// What is measured, as whoever started the run knows it: a name of ours first, then those of GitHub Actions and GitLab
// CI.
std::string commit() {
  for (const char* name : {"TRACETAX_COMMIT", "GITHUB_SHA", "CI_COMMIT_SHA"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return {};
}

}  // namespace

Environment read_environment() {
  Environment e;
  utsname names{};
  ::uname(&names);
  e.host = names.nodename;
  e.kernel = fmt::format("{} {}", names.sysname, names.release);
  const MachineFacts machine = read_machine();
  e.cpu = machine.cpu;
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
  if (const std::string known = commit(); !known.empty()) e.versions["git commit"] = known;
  add_warnings(e, machine);
  return e;
}

}  // namespace tracetax
