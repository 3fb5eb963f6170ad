#include "harness/cli/doctor_advice.h"

#include <cmath>
#include <cstdlib>
#include <stdexcept>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/experiment/diagnosis.h"
#include "harness/experiment/environment.h"
#include "harness/experiment/machine.h"
#include "harness/results/files.h"
#include "harness/scenario/metric.h"

namespace tracetax::cli {
namespace {

constexpr Nanos start_of_an_arm = std::chrono::milliseconds(200);  // about

std::string in_unit(const Budget& budget, double value) {
  if (budget.relative) return fmt::format("{:.2g} %", 100 * value);
  const MetricInfo* info = find_metric(budget.metric);
  return info && info->unit == Unit::bytes ? format_bytes(value) : format_duration(value);
}

std::string rough_time(double seconds) {
  if (seconds < 100) return fmt::format("{:.0f} s", seconds);
  if (seconds < 6000) return fmt::format("{:.0f} min", seconds / 60);
  return seconds < 86400 ? fmt::format("{:.0f} h", seconds / 3600) : "more than a day";
}

}  // namespace

std::filesystem::path doctor_file(std::string_view host) {
  std::filesystem::path cache;
  if (const char* named = std::getenv("XDG_CACHE_HOME"); named && *named == '/') {
    cache = named;
  } else if (const char* home = std::getenv("HOME"); home && *home == '/') {
    cache = std::filesystem::path(home) / ".cache";
  } else {
    return {};
  }
  return cache / "tracetax" / fmt::format("doctor-{}.json", host);
}

Nanos plan_time(const Scenario& scenario) {
  const Plan& plan = scenario.plan;
  const auto arms = static_cast<std::int64_t>(scenario.arms.size());
  Nanos block{};
  if (plan.run_blocks) block += arms * (plan.settle + plan.window);
  if (plan.run_pairs) block += plan.settle + plan.pairs_window;
  const std::uint32_t launches = plan.launches == 0 ? plan.blocks_max : std::min(plan.launches, plan.blocks_max);
  return plan.blocks_max * block + launches * arms * (plan.warmup + start_of_an_arm);
}

std::vector<std::string> advice_from(const DoctorReport& doctor, const Scenario& scenario,
                                     std::optional<Nanos> max_time) {
  std::vector<std::string> advice;
  if (doctor.noise.seconds_per_unit <= 0 || scenario.arms.size() < 2) return advice;
  const double seconds = to_seconds(std::min(plan_time(scenario), max_time.value_or(Nanos::max())));
  // The doctor had two arms; with more of them each comparison gets less of the time.
  const double share = 2.0 / static_cast<double>(scenario.arms.size());
  for (const Budget& budget : scenario.budgets) {
    const NoiseFloor* floor = doctor.floor(budget.metric, phase_of(scenario, budget));
    if (floor == nullptr || (budget.relative && !floor->relative_deviation)) continue;
    const Resolution r =
        resolution_in(*floor, seconds * share, doctor.noise.seconds_per_unit, scenario.plan.confidence);
    const double smallest = budget.relative ? *r.relative : r.absolute;
    if (!(budget.limit < smallest)) continue;
    std::string text = fmt::format(
        "budget {} of {} is below what this machine is likely to resolve in the {} of this "
        "plan",
        budget.metric, in_unit(budget, budget.limit), rough_time(seconds));
    if (std::isfinite(smallest)) text += fmt::format(", about {}", in_unit(budget, smallest));
    text += fmt::format(" (an estimate: the doctor of {} measured another load, a call of {})",
                        doctor.started_at.substr(0, 10), format_duration(doctor.noise.latency_p50_ns));
    if (std::isfinite(smallest) && budget.limit > 0) {
      const double ratio = smallest / budget.limit;
      text += fmt::format("; expect `inconclusive`, or raise plan.blocks: it takes about {}",
                          rough_time(seconds * ratio * ratio));
    } else {
      text += "; expect `inconclusive`, or raise plan.blocks";
    }
    advice.push_back(std::move(text));
  }
  return advice;
}

std::vector<std::string> doctor_advice(const Scenario& scenario, std::optional<Nanos> max_time) {
  try {
    const Environment here = read_environment();
    const std::filesystem::path file = doctor_file(here.host);
    std::error_code error;
    if (file.empty() || !std::filesystem::is_regular_file(file, error)) return {};
    const DoctorReport doctor = read_doctor_json(read_file(file));
    const double usable = read_machine().cores.usable();
    if (doctor.cpu != here.cpu || std::fabs(doctor.cores.usable() - usable) > 0.01) return {};
    return advice_from(doctor, scenario, max_time);
  } catch (const std::runtime_error&) {
    return {};  // written by another version, or broken: as good as none, and the next doctor writes it anew
  }
}

}  // namespace tracetax::cli
