#include "harness/verdict/warnings.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/verdict/trial_values.h"

namespace tracetax {
namespace {

constexpr std::uint32_t blocks_simulated = 6;     // the fewest that docs/statistics.md shows to cover
constexpr double send_lag_share = 0.1;            // of the median latency
constexpr double steal_limit = 0.02;              // of all cores' time
constexpr double busy_generator = 0.8;            // of a worker's time
constexpr double exported_in_window_least = 0.5;  // of an arm's OTLP bytes
constexpr std::uint64_t calls_beyond_least = 5;   // per window, above a quantile that carries a budget

std::string duration(std::int64_t ns) {
  return format_duration(static_cast<double>(ns));
}
std::string counted(std::uint64_t n) {
  return format_count(static_cast<std::int64_t>(n));
}

struct Warnings : std::vector<Warning> {
  void add(std::string text) { push_back({std::move(text), false}); }
  void add_doubt(std::string text) { push_back({std::move(text), true}); }
};

void about_the_plan(const Scenario& scenario, const Result& result, Warnings& out) {
  if (!result.finished) {
    out.add(
        fmt::format("the run ended after {} of {} blocks; what is here was measured, and there is less of it; "
                    "run it again to its end for the verdicts of the whole plan",
                    result.blocks_done, result.blocks_planned));
  }
  if (result.budgets.empty() && result.checks.empty()) {
    out.add(
        "the scenario has no budget and no check: there is nothing to hold the numbers to, so no verdict; "
        "add `budgets:`");
  }
  if (result.blocks_done < 2) {
    out.add(
        fmt::format("{} complete block(s): without a second one there is no spread and nothing is compared; raise "
                    "plan.blocks",
                    result.blocks_done));
  } else if (result.blocks_done < blocks_simulated) {
    out.add(
        fmt::format("{} blocks: the intervals are wide and hold their confidence only for well-behaved "
                    "differences; {} are the least they were checked for, so raise plan.blocks",
                    result.blocks_done, blocks_simulated));
  }
  if (result.blocks_done >= 2 && result.launches == 1) {
    out.add(
        "all blocks share one start of the processes: its luck (addresses, page placement) is in every "
        "difference and no interval shows it; raise plan.launches");
  } else if (result.launches > 1 && result.launches < std::min(result.blocks_done, blocks_simulated)) {
    out.add(
        fmt::format("the intervals rest on {} starts of the processes, because blocks that share one share its "
                    "luck; raise plan.launches for narrower ones",
                    result.launches));
  }
  if (result.environment.build_type == "Debug") {
    out.add_doubt("tracetax is a Debug build: its own costs are in every number; measure with the release preset");
  }
  for (std::string& warning : scenario_warnings(scenario)) out.add(std::move(warning));
}

bool errors_are_planned(const Scenario& scenario, const std::string& arm) {
  const auto found = std::ranges::find(scenario.arms, arm, &Arm::name);
  return found != scenario.arms.end() &&
         std::ranges::any_of(found->tools, [](const ToolSpec& tool) { return tool.error_rate > 0; });
}

// "HTTP 429, rate limited (36), no answer in time (1)": the most frequent first.
std::string reasons_of(std::span<const TrialRecord> trials, const std::string& arm) {
  constexpr std::size_t most = 8;
  std::map<std::string, std::uint64_t> counts;
  for (const TrialRecord& trial : trials) {
    if (trial.arm != arm) continue;
    for (const auto& [reason, times] : trial.reasons) counts[reason] += times;
  }
  std::vector<std::pair<std::string, std::uint64_t>> sorted(counts.begin(), counts.end());
  std::ranges::stable_sort(sorted, std::greater{}, &std::pair<std::string, std::uint64_t>::second);
  std::string text;
  std::uint64_t others = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (i >= most) {
      others += sorted[i].second;
    } else {
      text += fmt::format("{}{} ({})", i == 0 ? "" : ", ", sorted[i].first, counted(sorted[i].second));
    }
  }
  if (others > 0) text += fmt::format(", others ({})", counted(others));
  return text;
}

void about_an_arm(const Scenario& scenario, const ArmSummary& arm, std::span<const TrialRecord> trials, Warnings& out) {
  const std::uint64_t lost = arm.spans.lost();
  if (lost > 0) {
    out.add_doubt(
        fmt::format("arm {}: {} of {} sampled spans never reached the sink ({}); it looks cheaper than it is. "
                    "Raise batch.queue or lower the load",
                    arm.name, counted(lost), counted(arm.spans.sampled),
                    format_share(static_cast<double>(lost) / static_cast<double>(arm.spans.sampled))));
  }
  if (arm.latency.count > 0 &&
      static_cast<double>(arm.send_lag_p99_ns) > send_lag_share * static_cast<double>(arm.latency.p50_ns)) {
    out.add_doubt(fmt::format(
        "arm {}: 1 % of the calls were sent {} or more after they were due, {} of the median "
        "latency; the generator shares its cores. Lower the rate, raise load.spin, or give it cores",
        arm.name, duration(arm.send_lag_p99_ns),
        format_share(static_cast<double>(arm.send_lag_p99_ns) / static_cast<double>(arm.latency.p50_ns), 0)));
  }
  const std::uint64_t unanswered = arm.calls.failed() - arm.calls.tool_error;
  if (unanswered > 0) {
    out.add_doubt(
        fmt::format("arm {}: {} of {} calls had no result ({} protocol errors, {} timed out, {} disconnected, "
                    "{} never sent) and are in no latency; look at the services' logs in the result folder",
                    arm.name, counted(unanswered), counted(arm.calls.planned), counted(arm.calls.protocol_error),
                    counted(arm.calls.timed_out), counted(arm.calls.disconnected), counted(arm.calls.never_sent)));
    if (const std::string reasons = reasons_of(trials, arm.name); !reasons.empty())
      out.add(fmt::format("arm {}: calls failed: {}", arm.name, reasons));
  }
  if (arm.calls.tool_error > 0 && !errors_are_planned(scenario, arm.name)) {
    out.add(fmt::format(
        "arm {}: {} calls ended in a tool error that the scenario does not ask for; their latency "
        "counts, and may be another one than a success has. Look at the services' logs in the result folder, or "
        "give the tool an error_rate if that is meant",
        arm.name, counted(arm.calls.tool_error)));
  }
  if (!arm.calls.adds_up()) {
    out.add_doubt(
        fmt::format("arm {}: the calls do not add up to the {} planned; this is a fault of tracetax: do not use the "
                    "numbers, and report it with the result folder",
                    arm.name, counted(arm.calls.planned)));
  }
}

void about_the_machine(const Scenario& scenario, std::span<const TrialRecord> trials, Warnings& out) {
  std::size_t stolen = 0;
  std::size_t busy = 0;
  std::size_t invalid = 0;
  double worst_steal = 0;
  for (const TrialRecord& trial : trials) {
    if (trial.steal_share > steal_limit) ++stolen;
    worst_steal = std::max(worst_steal, trial.steal_share);
    if (busy_share_of(trial, scenario.load.workers) > busy_generator) ++busy;
    if (!trial.failure.empty()) ++invalid;
  }
  if (stolen > 0) {
    out.add_doubt(
        fmt::format("in {} of {} trials the hypervisor took more than {} of the CPU time (at most {}): a "
                    "neighbour is in the numbers; measure at a quieter time or on a machine of your own",
                    stolen, trials.size(), format_share(steal_limit, 0), format_share(worst_steal, 1)));
  }
  if (busy > 0) {
    out.add_doubt(
        fmt::format("in {} of {} trials the generator used more than {} of its {} worker(s): it may be what is "
                    "measured; raise load.workers or lower the rate",
                    busy, trials.size(), format_share(busy_generator, 0), scenario.load.workers));
  }
  if (invalid > 0) {
    out.add_doubt(
        fmt::format("{} of {} trials are not valid and in no comparison: their blocks count only for the other "
                    "arms. The failures say why: mend that and run again",
                    invalid, trials.size()));
  }
}

// What is exported by the flush after a window has cost its CPU, which is counted, but disturbed no call.
void about_export_cycles(const Scenario& scenario, std::span<const TrialRecord> trials, Warnings& out) {
  for (const Arm& arm : scenario.arms) {
    std::uint64_t in_window = 0;
    std::uint64_t all = 0;
    for (const TrialRecord& trial : trials) {
      if (trial.arm != arm.name || trial.phase != Phase::blocks) continue;
      in_window += trial.bytes_in_window;
      for (const auto& [service, counts] : trial.spans) all += counts.bytes;
    }
    const double share = all == 0 ? 1 : static_cast<double>(in_window) / static_cast<double>(all);
    if (share >= exported_in_window_least) continue;
    out.add_doubt(fmt::format(
        "arm {}: only {} of what it exported left during the windows, the rest in the flush after them: the "
        "latencies do not hold what exporting costs. Make plan.window longer or batch.delay shorter",
        arm.name, format_share(share, 0)));
  }
}

void about_thin_tails(const Scenario& scenario, const Result& result, Warnings& out) {
  std::map<std::string, double> rare;  // budget metric -> answered calls beyond it in a window
  for (const BudgetResult& budget : result.budgets) {
    const double p = quantile_in(budget.metric);
    const auto arm = std::ranges::find(result.arms, budget.arm, &ArmSummary::name);
    if (p < 0 || arm == result.arms.end() || result.blocks_done == 0) continue;
    const double beyond = (1 - p) * static_cast<double>(arm->latency.count) / result.blocks_done;
    if (beyond < calls_beyond_least) rare.emplace(budget.metric, beyond);
  }
  for (const auto& [metric, beyond] : rare) {
    out.add(
        fmt::format("{} rests on about {:.1f} calls a window of {}: it is nearly the maximum; a longer window "
                    "or a higher rate makes it a quantile",
                    metric, beyond, duration(scenario.plan.window.count())));
  }
}

// The same sentence from many trials is one warning.
void from_the_trials(std::span<const TrialRecord> trials, Warnings& out) {
  std::map<std::string, std::size_t> seen;
  for (const TrialRecord& trial : trials) {
    for (const std::string& warning : trial.warnings) ++seen["arm " + trial.arm + ": " + warning];
  }
  for (const auto& [text, times] : seen) {
    out.add(times == 1 ? text : fmt::format("{} (in {} trials)", text, times));
  }
}

}  // namespace

std::vector<Warning> find_warnings(const Scenario& scenario, std::span<const TrialRecord> trials,
                                   const Result& result) {
  Warnings out;
  about_the_plan(scenario, result, out);
  for (const ArmSummary& arm : result.arms) about_an_arm(scenario, arm, trials, out);
  about_thin_tails(scenario, result, out);
  about_the_machine(scenario, trials, out);
  about_export_cycles(scenario, trials, out);
  from_the_trials(trials, out);
  return out;
}

}  // namespace tracetax
