#include <algorithm>

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
    const auto* ratio = std::get_if<SamplingRatioCheck>(&check.kind);
    if (!ratio) continue;
    for (const Arm& arm : s.arms) {
      const SamplerConfig& sampler = arm.tracing.sampler;
      if (arm.name != ratio->arm || !ratio->tool.empty() || !has_fixed_ratio(sampler)) continue;
      const double tolerance = ratio->tolerance.value_or(SamplingRatioCheck::default_tolerance);
      if (ratio->least) {
        if (sampler.ratio < *ratio->least)
          out.push_back(fmt::format(
              "check sampling_ratio: arm {} is set to keep {}, and at least {} is expected; change one of them",
              arm.name, format_share(sampler.ratio), format_share(*ratio->least)));
        continue;
      }
      if (std::abs(sampler.ratio - ratio->expect) <= tolerance) continue;
      out.push_back(
          fmt::format("check sampling_ratio: arm {} is set to keep {}, and {} is expected; change one of them",
                      arm.name, format_share(sampler.ratio), format_share(ratio->expect)));
    }
  }
}

// What is kept late is decided by each service for its own part of a trace.
void about_keeping(const Scenario& s, std::vector<std::string>& out) {
  for (const Check& check : s.checks) {
    const auto* complete = std::get_if<CompleteTracesCheck>(&check.kind);
    if (!complete) continue;
    for (const Arm& arm : s.arms) {
      if (arm.tracing.sampler.keep_slow.empty() || (!complete->arm.empty() && complete->arm != arm.name)) continue;
      out.push_back(fmt::format(
          "check complete_traces: arm {} keeps what was slow in a service, and the same trace may have been "
          "quick in the next; its traces need not be complete. Let the check name another arm",
          arm.name));
    }
  }
}

// The standard variables, through which an arm's tracing reaches programs, have no word for these samplers.
void about_programs(const Scenario& s, std::vector<std::string>& out) {
  for (const Arm& arm : s.arms) {
    const SamplerConfig& sampler = arm.tracing.sampler;
    for (const Hop* hop : hops_of(s.topology)) {
      if (command_of(*hop, arm).empty()) continue;
      if (!is_standard(sampler.type)) {
        out.push_back(
            fmt::format("arm {}: {}, a program of its own, cannot be told of `{}`: it is asked to decide as its caller "
                        "did, and to keep everything where it has none. Configure it in the program itself",
                        arm.name, hop->name, to_string(sampler.type)));
      } else if (sampler.keeps_late()) {
        out.push_back(
            fmt::format("arm {}: {}, a program of its own, cannot be told of `keep_errors` and `keep_slow`: it keeps "
                        "what `{}` keeps. Leave them out, or let a mock be in its place",
                        arm.name, hop->name, to_string(sampler.type)));
      }
    }
  }
}

// What runs elsewhere is left as it is: it is neither told of the arm's tracing nor started anew.
void about_urls(const Scenario& s, std::vector<std::string>& out) {
  for (const Hop* hop : hops_of(s.topology)) {
    std::vector<std::string> arms;
    std::vector<std::string> urls;
    for (const Arm& arm : s.arms) {
      const std::string& url = hop_in(*hop, arm).url;
      if (url.empty()) continue;
      arms.push_back(arm.name);
      urls.push_back(url);
    }
    if (arms.empty()) continue;
    out.push_back(
        fmt::format("{} runs elsewhere in {} {}: it is not started anew and keeps its state over all blocks, so that "
                    "the blocks are no independent starts of it; nothing but the calls is measured of it",
                    hop->name, arms.size() == 1 ? "arm" : "arms", fmt::join(arms, ", ")));
    std::ranges::sort(urls);
    if (const auto twice = std::ranges::adjacent_find(urls);
        twice != urls.end() && hop_of_load(s.topology).name == hop->name)
      out.push_back(fmt::format(
          "{} is the same URL in several arms, {}: what they say of tracing does not reach it. To compare "
          "two settings of it, run it twice and give each arm its own with `services: {{ {}: {{ url: … }} }}`",
          hop->name, *twice, hop->name));
  }
}

// A file of strategies may be for more services than are here; a mistyped name would do nothing and say nothing.
void about_rules(const Scenario& s, std::vector<std::string>& out) {
  std::vector<std::string> names;
  for (const Hop* hop : hops_of(s.topology))
    names.push_back(hop->name == "router" || hop->name == "gateway" ? "mcp-" + hop->name : hop->name);
  const bool server_first = !s.topology.router && !s.topology.gateway;
  for (const Arm& arm : s.arms) {
    std::vector<std::string> told;
    for (const SamplingRule& rule : arm.tracing.sampler.rules) {
      if (rule.service.empty() || std::ranges::find(told, rule.service) != told.end()) continue;
      told.push_back(rule.service);
      const auto found = std::ranges::find(names, rule.service);
      if (found == names.end()) {
        out.push_back(
            fmt::format("arm {}: the sampler's rules for `{}` match nothing here; write one of the services: {}",
                        arm.name, rule.service, fmt::join(names, ", ")));
      } else if (found != names.begin() && !server_first && arm.tracing.sampler.parent_based) {
        out.push_back(fmt::format(
            "arm {}: the sampler's rules for `{}` are asked only where a trace begins there, and calls come "
            "with a decision from {}; `parent_based: false` lets them decide",
            arm.name, rule.service, names.front()));
      }
    }
  }
}

}  // namespace

std::vector<std::string> scenario_warnings(const Scenario& scenario) {
  std::vector<std::string> out;
  about_windows(scenario, out);
  about_looks(scenario, out);
  about_expectations(scenario, out);
  about_keeping(scenario, out);
  about_programs(scenario, out);
  about_urls(scenario, out);
  about_rules(scenario, out);
  return out;
}

}  // namespace tracetax
