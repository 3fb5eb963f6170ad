#include <algorithm>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/sampling/check_parts.h"
#include "harness/stats/quantile.h"

namespace tracetax {
namespace {

constexpr std::size_t fewest_readings = 4;

struct Growth {
  std::vector<double> before{};
  double largest = 0;  // while the fault lasts and after it
  std::size_t after = 0;
  bool known() const { return before.size() >= fewest_readings && after >= fewest_readings; }
  double bytes() const { return std::max(largest - median_of(before), 0.0); }
};

std::string tell_losses(const ArmObservation& seen) {
  std::uint64_t dropped = 0;
  std::uint64_t failed = 0;
  for (const ObservedProcess& process : seen.processes) {
    dropped += process.sampled - std::min(process.sampled, process.exported + process.export_failed);
    failed += process.export_failed;
  }
  return fmt::format("; {} spans dropped because a queue was full, {} in exports that failed", counted(dropped),
                     counted(failed));
}

}  // namespace

// No interval: the largest of all readings is what the machine had to have.
void check_memory(const MemoryBoundCheck& check, const CheckInput& in, CheckResult& result) {
  result.unit = "bytes";
  result.expects = "at most";
  result.expected = static_cast<double>(check.most);
  std::map<std::string, Growth> services;
  for (const MemoryReading& reading : in.seen.memory) {
    if (!check.service.empty() && reading.service != check.service) continue;
    Growth& growth = services[reading.service];
    const auto bytes = static_cast<double>(reading.bytes);
    if (reading.at < in.scenario.sampling.fault.at) {
      growth.before.push_back(bytes);
    } else {
      ++growth.after;
      growth.largest = std::max(growth.largest, bytes);
    }
  }
  if (services.empty() || !std::ranges::all_of(services, [](const auto& one) { return one.second.known(); })) {
    result.detail =
        fmt::format("not measured: fewer than {} readings before the fault or after its begin", fewest_readings);
    return;
  }
  double worst = 0;
  for (const auto& [service, growth] : services) {
    worst = std::max(worst, growth.bytes());
    result.detail += fmt::format("{}{} grew by {} from {}", result.detail.empty() ? "" : ", ", service,
                                 format_bytes(growth.bytes()), format_bytes(median_of(growth.before)));
  }
  result.observed = result.low = result.high = worst;
  result.verdict = worst <= result.expected ? Verdict::within : Verdict::exceeded;
  result.detail += tell_losses(in.seen);
}

}  // namespace tracetax
