#include "harness/cli/progress.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

#include "harness/cli/terminal.h"
#include "harness/scenario/scenario.h"
#include "reports/table.h"

namespace tracetax::cli {
namespace {

constexpr std::size_t usual_columns = 80;
constexpr const char* erase_line = "\r\x1b[K";

// Of ascending values, the nearest rank; for the eye, reports use harness/stats.
double quantile(const std::vector<double>& ascending, double p) {
  return ascending.empty() ? 0 : ascending[static_cast<std::size_t>(p * static_cast<double>(ascending.size() - 1))];
}

Nanos work_of(const Plan& plan, Phase phase, std::size_t arms) {
  if (phase == Phase::blocks) return plan.settle + plan.window;
  return (plan.settle + plan.pairs_window) / static_cast<std::int64_t>(arms);  // they share a window
}

}  // namespace

ProgressLine::ProgressLine(Progress mode, const Scenario& scenario, std::optional<Nanos> max_time)
    : scenario_(scenario),
      mode_(mode),
      max_time_(max_time),
      started_(monotonic_now()),
      shown_phase_(scenario.plan.run_blocks ? Phase::blocks : Phase::pairs),
      costs_(scenario) {
  if (mode_ == Progress::automatic && !can_redraw(STDERR_FILENO)) mode_ = Progress::plain;
  const Plan& plan = scenario.plan;
  for (const Phase phase : {Phase::blocks, Phase::pairs}) {
    if (!(phase == Phase::blocks ? plan.run_blocks : plan.run_pairs)) continue;
    trials_of_block_ += scenario.arms.size();
    block_work_ += static_cast<std::int64_t>(scenario.arms.size()) * work_of(plan, phase, scenario.arms.size());
  }
  so_far_.block = 1;
  so_far_.blocks = plan.blocks_max;
  so_far_.may_end_early = plan.blocks_min < plan.blocks_max && plan.looks > 1;
  for (const Arm& arm : scenario.arms) so_far_.arms.push_back({arm.name});
}

ProgressLine::~ProgressLine() {
  if (mode_ == Progress::automatic) fmt::print(stderr, "{}", erase_line);
}

std::optional<Nanos> ProgressLine::time_left() const {
  if (work_ <= Nanos{}) return std::nullopt;
  const Nanos used = monotonic_now() - started_;
  const auto ratio = static_cast<double>(used.count()) / static_cast<double>(work_.count());
  const Nanos all = block_work_ * static_cast<std::int64_t>(so_far_.blocks);
  const Nanos left(static_cast<std::int64_t>(ratio * static_cast<double>((all - work_).count())));
  return max_time_ ? std::min(left, *max_time_ - used) : left;
}

// A column is left free: a terminal that becomes narrower by one does not wrap the line.
void ProgressLine::redraw() {
  if (mode_ != Progress::automatic) return;
  so_far_.left = time_left();
  const std::size_t columns = terminal_columns(STDERR_FILENO).value_or(usual_columns);
  fmt::print(stderr, "{}{}", erase_line, live_line(so_far_, columns - 1));
  std::fflush(stderr);
}

void ProgressLine::keep(const std::string& line) {
  if (mode_ == Progress::none) return;
  if (mode_ == Progress::plain) {
    fmt::print(stderr, "{}\n", line);
    return;
  }
  const std::size_t columns = terminal_columns(STDERR_FILENO).value_or(usual_columns);
  fmt::print(stderr, "{}{}\n", erase_line, wrapped(line, columns, 0));
  redraw();
}

void ProgressLine::begin(const BlockPlan& block, std::string now) {
  so_far_.block = block.block + 1;
  so_far_.now = std::move(now);
  redraw();
}

void ProgressLine::take(const TrialRecord& trial) {
  const TrialTimes times = times_of(trial.samples);
  work_ += work_of(scenario_.plan, trial.phase, scenario_.arms.size());
  costs_.add(trial, times);
  so_far_.failure = trial.failure;
  if (trial.phase == shown_phase_) {
    const auto arm = std::ranges::find(so_far_.arms, trial.arm, &ArmSoFar::name);
    if (arm != so_far_.arms.end()) {
      arm->p50_ns = quantile(times.latency, 0.5);
      arm->p99_ns = quantile(times.latency, 0.99);
    }
    const double seconds = to_seconds(trial.duration);
    so_far_.rate_per_s = seconds > 0 ? static_cast<double>(trial.calls.sent()) / seconds : 0;
  }
  if (++done_of_block_ < trials_of_block_) return redraw();
  done_of_block_ = 0;
  so_far_.costs.clear();
  for (const CostSoFar& cost : costs_.costs()) so_far_.costs.push_back(describe(cost));
  keep(block_line(so_far_));
}

RunObserver ProgressLine::observer() {
  RunObserver observer;
  if (mode_ == Progress::none) return observer;
  observer.on_launch = [this](std::uint32_t, std::uint32_t) {
    so_far_.now = "starting the services";
    redraw();
  };
  observer.on_trial_start = [this](const BlockPlan& block, const std::string& arm, std::size_t) { begin(block, arm); };
  observer.on_pairs_start = [this](const BlockPlan& block) { begin(block, "pairs"); };
  observer.on_trial_done = [this](const TrialRecord& trial) { take(trial); };
  return observer;
}

void ProgressLine::on_look(const Result& so_far) {
  std::size_t within = 0;
  std::size_t exceeded = 0;
  const auto count = [&](Verdict verdict) {
    within += verdict == Verdict::within ? 1 : 0;
    exceeded += verdict == Verdict::exceeded ? 1 : 0;
  };
  for (const BudgetResult& budget : so_far.budgets) count(budget.verdict);
  for (const CheckResult& check : so_far.checks) count(check.verdict);
  const LookResult& look = so_far.looks.back();
  so_far_.judged = so_far.budgets.size() + so_far.checks.size();
  so_far_.decided = within + exceeded;
  keep(fmt::format("look after {} blocks: {} within, {} exceeded, {} open{}", look.blocks, within, exceeded,
                   look.undecided, look.undecided == 0 && so_far_.judged > 0 ? ", so the run ends here" : ""));
}

}  // namespace tracetax::cli
