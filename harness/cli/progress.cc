#include "harness/cli/progress.h"

#include <algorithm>

#include <fmt/format.h>
#include <unistd.h>

#include "harness/base/text.h"
#include "harness/verdict/evaluate.h"

namespace tracetax::cli {
namespace {

// Of the answered calls; for the eye only, reports use harness/stats.
Nanos median_latency(const TrialRecord& trial) {
  std::vector<Nanos> latencies;
  for (const Sample& sample : trial.samples) {
    if (sample.outcome == Outcome::ok || sample.outcome == Outcome::tool_error) latencies.push_back(sample.latency());
  }
  if (latencies.empty()) return {};
  const auto middle = latencies.begin() + static_cast<std::ptrdiff_t>(latencies.size() / 2);
  std::ranges::nth_element(latencies, middle);
  return *middle;
}

}  // namespace

ProgressLine::ProgressLine(Progress mode, const Scenario& scenario)
    : scenario_(scenario),
      mode_(mode),
      started_(monotonic_now()),
      total_(scenario.plan.blocks_max * scenario.arms.size() *
             (std::size_t{scenario.plan.run_blocks} + std::size_t{scenario.plan.run_pairs})) {
  if (mode_ == Progress::automatic) mode_ = wants_color(STDERR_FILENO) ? Progress::automatic : Progress::plain;
}

ProgressLine::~ProgressLine() {
  if (mode_ == Progress::automatic) fmt::print(stderr, "\r\x1b[K");
}

void ProgressLine::show(const std::string& line, bool keep) {
  if (mode_ == Progress::automatic) {
    fmt::print(stderr, "\r\x1b[K{}", line);
  } else if (mode_ == Progress::plain && keep) {
    fmt::print(stderr, "{}\n", line);
  }
  std::fflush(stderr);
}

RunObserver ProgressLine::observer() {
  RunObserver observer;
  observer.on_launch = [this](std::uint32_t launch, std::uint32_t launches) {
    show(fmt::format("start {}/{} of the services {}", launch + 1, launches, last_), false);
  };
  observer.on_trial_start = [this](const BlockPlan& block, const std::string& arm, std::size_t) {
    std::string left;
    if (done_ > 0) {
      const Nanos used = monotonic_now() - started_;
      left = fmt::format("about {:.0f} s left",
                         to_seconds(used) / static_cast<double>(done_) * static_cast<double>(total_ - done_));
    }
    show(fmt::format("block {}/{}  {:<12} running  {}  {}", block.block + 1, scenario_.plan.blocks_max, arm, left,
                     last_),
         false);
  };
  observer.on_pairs_start = [this](const BlockPlan& block) {
    show(fmt::format("block {}/{}  all arms at once (pairs)  {}", block.block + 1, scenario_.plan.blocks_max, last_),
         false);
  };
  observer.on_trial_done = [this](const TrialRecord& trial) {
    ++done_;
    last_ = fmt::format("{}: p50 {}, {} calls, {} failed", trial.arm,
                        format_duration(static_cast<double>(median_latency(trial).count())),
                        format_count(static_cast<std::int64_t>(trial.calls.planned)), trial.calls.failed());
    show(fmt::format("block {}/{}  {}  {}{}", trial.block + 1, scenario_.plan.blocks_max, to_string(trial.phase), last_,
                     verdicts_),
         true);
  };
  return observer;
}

void ProgressLine::on_look(const Result& so_far) {
  const LookResult& look = so_far.looks.back();
  const std::size_t all = so_far.budgets.size() + so_far.checks.size();
  verdicts_ = fmt::format("  {} of {} decided", all - look.undecided, all);
  show(fmt::format("look after {} blocks: {} of {} verdicts decided{}", look.blocks, all - look.undecided, all,
                   look.undecided == 0 ? ", so the run ends here" : ""),
       true);
}

}  // namespace tracetax::cli
