#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/scenario/consistency.h"
#include "harness/scenario/scenario.h"

namespace tracetax {
namespace {

std::string duration(Nanos time) {
  return format_duration(static_cast<double>(time.count()));
}

void about_window(const Scenario& s, Nanos window, std::string_view key, std::vector<std::string>& out) {
  for (const Arm& arm : s.arms) {
    const TracingConfig& tracing = arm.tracing;
    if (!samples(tracing) || tracing.exporter.type == ExporterType::none) continue;
    if (window >= 2 * tracing.batch.delay) continue;
    out.push_back(fmt::format(
        "arm {}: a {} of {} holds less than two export cycles of {}, so the cost of exporting comes in "
        "lumps; make plan.{} longer or batch.delay shorter",
        arm.name, key == "window" ? "window" : "pairs window", duration(window), duration(tracing.batch.delay), key));
  }
}

void about_windows(const Scenario& s, std::vector<std::string>& out) {
  const Plan& plan = s.plan;
  const bool same = plan.pairs_window == plan.window;
  if (plan.run_blocks || same) about_window(s, plan.window, "window", out);
  if (plan.run_pairs && !same) about_window(s, plan.pairs_window, "pairs_window", out);
}

void about_looks(const Scenario& s, std::vector<std::string>& out) {
  const Plan& plan = s.plan;
  if (plan.looks > 1 || plan.blocks_min == plan.blocks_max) return;
  out.push_back(
      fmt::format("the only look at the verdicts is after all {0} blocks, so the run never stops early and blocks.min "
                  "means nothing; raise plan.looks or write blocks: {0}",
                  plan.blocks_max));
}

void about_expectations(const Scenario& s, std::vector<std::string>& out) {
  for (const Check& check : s.checks) {
    const auto* ratio = std::get_if<SamplingRatioCheck>(&check);
    if (!ratio) continue;
    for (const Arm& arm : s.arms) {
      const SamplerConfig& sampler = arm.tracing.sampler;
      const bool by_ratio =
          sampler.type == SamplerType::traceidratio || sampler.type == SamplerType::parentbased_traceidratio;
      if (arm.name != ratio->arm || !ratio->tool.empty() || !by_ratio ||
          std::abs(sampler.ratio - ratio->expect) <= ratio->tolerance.value_or(SamplingRatioCheck::default_tolerance))
        continue;
      out.push_back(fmt::format("check sampling_ratio: arm {} is set to keep {}, and {} is expected", arm.name,
                                format_share(sampler.ratio), format_share(ratio->expect)));
    }
  }
}

}  // namespace

std::vector<std::string> scenario_warnings(const Scenario& scenario) {
  std::vector<std::string> out;
  about_windows(scenario, out);
  about_looks(scenario, out);
  about_expectations(scenario, out);
  return out;
}

}  // namespace tracetax
