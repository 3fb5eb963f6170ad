#include "harness/experiment/run.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <sys/resource.h>

#include "harness/base/rng.h"
#include "harness/base/text.h"
#include "harness/experiment/audit.h"
#include "harness/experiment/examples.h"
#include "harness/experiment/peer_tools.h"
#include "harness/experiment/placement.h"
#include "harness/experiment/stack.h"
#include "harness/experiment/usage.h"
#include "harness/load/generator.h"
#include "harness/results/files.h"
#include "harness/scenario/call_names.h"

namespace tracetax {
namespace {

constexpr std::uint64_t stream_settle = 21;
constexpr std::uint64_t stream_warmup = 22;
constexpr std::uint64_t stream_mocks = 23;
constexpr std::uint64_t stream_pairs = 24;
constexpr std::uint64_t stream_placement = 25;

// What an arm may be driven for in one block, in the order in which it may come.
enum class WindowKind : std::uint64_t { warmup, settle, alone, settle_pairs, pairs };
constexpr std::uint64_t window_kinds = 5;

WindowPlace place_of(const BlockPlan& block, WindowKind kind) {
  return {block.block, block.block * window_kinds + static_cast<std::uint64_t>(kind)};
}

// One arm while it lives. The generator connects to the stack, so it goes first.
struct LiveArm {
  std::unique_ptr<Stack> stack{};
  std::unique_ptr<Generator> generator{};
};

// A generator this late has not offered the load that the scenario asks for.
std::string lateness(const std::vector<Sample>& samples, const Load& load) {
  std::vector<Nanos> lags;
  for (const Sample& sample : samples) {
    if (sample.outcome != Outcome::never_sent) lags.push_back(sample.send_lag());
  }
  if (lags.empty()) return {};
  const auto p99 = lags.begin() + static_cast<std::ptrdiff_t>(static_cast<double>(lags.size() - 1) * 0.99);
  std::ranges::nth_element(lags, p99);
  const auto limit =
      Nanos(static_cast<std::int64_t>(static_cast<double>(load.timeout.count()) * load.max_send_lag_share));
  if (*p99 <= limit) return {};
  return fmt::format(
      "the generator was late: 1 % of the calls were sent {} or more after they were due (limit {}); "
      "lower load.arrivals.rate or give it more cores",
      format_duration(static_cast<double>(p99->count())), format_duration(static_cast<double>(limit.count())));
}

// Every session has a descriptor or more, in the services too, which inherit this. The soft limit of 1,024 that shells
// give is for programs that use select().
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

class Experiment {
 public:
  Experiment(const Scenario& scenario, const RunOptions& options, const RunObserver& observer,
             const std::atomic<bool>& stop)
      : scenario_(scenario), options_(options), observer_(observer), stop_(stop), tools_(tool_names(scenario)) {}

  RunOutcome run() {
    const std::vector<BlockPlan> plan = make_plan(scenario_);
    const std::vector<std::uint32_t> looks = planned_looks(scenario_);
    const std::uint32_t launches = plan.back().launch + 1;
    outcome_.looks.planned_blocks = scenario_.plan.blocks_max;
    raise_descriptor_limit();
    const Nanos start = monotonic_now();
    Stopped stopped = Stopped::at_plans_end;
    try {
      for (const BlockPlan& block : plan) {
        if (out_of_time(start, block.block)) {
          stopped = Stopped::out_of_time;
          break;
        }
        if (arms_.empty() || block.launch != launch_) launch(block, launches);
        if (stop_) break;
        run_block(block);
        if (stop_) break;
        ++blocks_done_;
        if (std::ranges::find(looks, blocks_done_) != looks.end() && blocks_done_ < plan.size() && decided()) {
          stopped = Stopped::decided;
          break;
        }
      }
    } catch (const ScenarioError& error) {
      // After the first trial there is something to keep.
      if (outcome_.trials.trials().empty()) {
        outcome_.mistakes = error.problems();
      } else {
        outcome_.failures.emplace_back(error.what());
      }
      stopped = Stopped::failed;
    } catch (const std::exception& error) {
      outcome_.failures.emplace_back(error.what());
      stopped = Stopped::failed;
    }
    end_arms();
    for (const auto& [what, times] : oddities_)
      outcome_.warnings.push_back(times == 1 ? what : fmt::format("{} ({} times)", what, times));
    for (std::string& broken : broken_limits(scenario_, outcome_.trials.trials()))
      outcome_.failures.push_back(std::move(broken));
    if (stop_) stopped = Stopped::interrupted;
    outcome_.interrupted = stop_;
    outcome_.finished = stopped == Stopped::decided || blocks_done_ == plan.size();
    outcome_.looks.stopped = stopped;
    // What ended the run between two looks is followed by a last one at what there is.
    std::vector<std::uint32_t>& taken = outcome_.looks.blocks;
    if (blocks_done_ > 0 && (taken.empty() || taken.back() != blocks_done_)) taken.push_back(blocks_done_);
    return std::move(outcome_);
  }

 private:
  bool decided() {
    outcome_.looks.blocks.push_back(blocks_done_);
    Looks looks = outcome_.looks;
    looks.stopped = Stopped::decided;
    return options_.decide(outcome_.trials, looks);
  }

  bool out_of_time(Nanos start, std::uint32_t done) {
    if (!options_.max_time || done == 0) return false;
    const Nanos used = monotonic_now() - start;
    if (used + used / done <= *options_.max_time) return false;
    outcome_.warnings.push_back(
        fmt::format("stopped after {} of {} blocks: --max-time {} left no room for another; "
                    "more time makes the intervals narrower",
                    done, scenario_.plan.blocks_max, format_duration(static_cast<double>(options_.max_time->count()))));
    return true;
  }

  // Which arm is started first, and so has the lower addresses and ports, is drawn as the order of windows is.
  void launch(const BlockPlan& block, std::uint32_t launches) {
    const std::uint32_t launch = block.launch;
    observer_.on_launch(launch, launches);
    end_arms();
    threads_ = std::make_unique<LoadThreads>(std::min(scenario_.load.workers, scenario_.load.sessions));
    if (outcome_.pacing.reason.empty()) {
      outcome_.pacing = make_pacing(scenario_.load, *threads_, static_cast<unsigned>(allowed_cores().size()));
    }
    launch_ = launch;
    arms_.resize(scenario_.arms.size());
    for (const std::size_t i : block.order) {
      const Arm& arm = scenario_.arms[i];
      StackOptions options;
      options.programs = options_.programs;
      // The path is in the services' arguments, whose length moves their stacks (Mytkowicz et al. 2009): the same in
      // every arm.
      options.folder = options_.folder / "services" / fmt::format("{:02}-{:_<{}}", launch, arm.name, longest_name());
      // The same in every arm: mocks that draw for themselves draw alike.
      options.seed = derive_seed({scenario_.plan.seed, stream_mocks, launch});
      arms_[i].stack = std::make_unique<Stack>(scenario_, arm, options);
      arms_[i].generator =
          std::make_unique<Generator>(scenario_.load, arms_[i].stack->targets(), *threads_, spin_of(outcome_.pacing));
      arms_[i].generator->open();
      for (const std::string& warning : fit_to_peer(scenario_, arm, *arms_[i].generator)) warn_once(warning);
    }
    compare_versions();
    if (scenario_.plan.warmup <= Nanos{}) return;
    for (const std::size_t i : block.order) {
      arms_[i].generator->run(scenario_.plan.warmup, derive_seed({scenario_.plan.seed, stream_warmup, launch}), stop_,
                              place_of(block, WindowKind::warmup));
      throw_if_dead(arms_[i], scenario_.arms[i].name);
    }
  }

  void warn_once(const std::string& warning) {
    if (!warning.empty() && std::ranges::find(outcome_.warnings, warning) == outcome_.warnings.end())
      outcome_.warnings.push_back(warning);
  }

  // Arms that were left to find out what they speak may have come to different versions.
  void compare_versions() {
    const std::string& of_first = arms_.front().generator->version();
    for (std::size_t i = 1; i < arms_.size(); ++i) {
      const std::string& version = arms_[i].generator->version();
      if (version == of_first) continue;
      warn_once(
          fmt::format("arm {} is spoken to by MCP {} and arm {} by {}: what the protocol costs is in the difference",
                      scenario_.arms.front().name, of_first, scenario_.arms[i].name, version));
    }
  }

  void end_arms() {
    gather_oddities();
    for (std::size_t i = 0; i < arms_.size(); ++i) {
      arms_[i].generator.reset();
      if (!arms_[i].stack) continue;
      for (const std::string& service : arms_[i].stack->stop())
        warn_once(
            fmt::format("arm {}: {} did not end within 8 s of SIGTERM and was killed, which costs that time at "
                        "every launch; let it end at the signal",
                        scenario_.arms[i].name, service));
    }
    arms_.clear();
  }

  void gather_oddities() {
    for (std::size_t i = 0; i < arms_.size(); ++i) {
      if (!arms_[i].generator) continue;
      for (const auto& [what, times] : arms_[i].generator->take_oddities())
        oddities_["arm " + scenario_.arms[i].name + ": " + what] += times;
    }
  }

  std::size_t longest_name() const {
    std::size_t longest = 0;
    for (const Arm& arm : scenario_.arms) longest = std::max(longest, arm.name.size());
    return longest;
  }

  static void throw_if_dead(const LiveArm& arm, const std::string& name) {
    const std::string dead = arm.stack->who_died();
    if (!dead.empty()) throw WorldError(fmt::format("arm {}: {}", name, dead));
  }

  // The same cores for the same services of all arms, drawn anew for each block.
  void place(const BlockPlan& block) {
    const std::vector<int> cores = allowed_cores();
    if (scenario_.plan.placement == Placement::free || cores.size() < 2) return;
    // An arm may have fewer of them, where a service runs elsewhere.
    std::vector<std::string> instances;
    for (const LiveArm& arm : arms_) {
      for (std::string& name : arm.stack->instances()) {
        if (std::ranges::find(instances, name) == instances.end()) instances.push_back(std::move(name));
      }
    }
    const std::size_t loaders = threads_->count();
    const std::vector<int> placement =
        draw_placement(loaders + instances.size(), cores, derive_seed({block.seed, stream_placement}));
    threads_->place(std::span(placement).first(loaders));
    std::map<std::string, int> cores_of;
    for (std::size_t i = 0; i < instances.size(); ++i) cores_of[instances[i]] = placement[loaders + i];
    for (LiveArm& arm : arms_) arm.stack->place(cores_of);
  }

  void run_block(const BlockPlan& block) {
    place(block);
    if (scenario_.plan.run_pairs && block.pairs_first) run_pairs(block, 0);
    if (scenario_.plan.run_blocks) {
      for (std::size_t position = 0; position < block.order.size() && !stop_; ++position) {
        const std::size_t index = block.order[position];
        observer_.on_trial_start(block, scenario_.arms[index].name, position);
        TrialRecord trial = run_trial(block, index);
        trial.position = static_cast<std::uint32_t>(position + (scenario_.plan.run_pairs && block.pairs_first));
        keep(block, std::move(trial));
        throw_if_service_died();
      }
    }
    if (scenario_.plan.run_pairs && !block.pairs_first && !stop_) {
      run_pairs(block, static_cast<std::uint32_t>(scenario_.plan.run_blocks ? block.order.size() : 0));
    }
  }

  void keep(const BlockPlan& block, TrialRecord trial) {
    trial.number = static_cast<std::uint32_t>(outcome_.trials.trials().size());
    write_trial(options_.folder, trial, tools_);
    observer_.on_trial_done(trial);
    if (!trial.failure.empty() && !stop_) {
      outcome_.failures.push_back(fmt::format("block {}, arm {}: {}", block.block + 1, trial.arm, trial.failure));
    }
    outcome_.trials.add(std::move(trial));
  }

  void throw_if_service_died() const {
    if (service_died_) throw WorldError("the run ended early: without all its services an arm cannot be compared");
  }

  // What had been counted when a window began.
  struct Before {
    std::map<std::string, SpanCounts> spans{};
    UsageReading usage{};
  };

  // Spans of warm-up and settling are exported and forgotten, so that the window pays for its own only.
  static Before make_ready(LiveArm& arm) {
    std::vector<std::string> ignored;
    arm.stack->flush(ignored);
    arm.stack->collect();
    arm.stack->arrivals();
    return {arm.stack->span_counts(), arm.stack->read_usage()};
  }

  TrialRecord new_trial(const BlockPlan& block, std::size_t index, Phase phase, Nanos window) const {
    TrialRecord trial;
    trial.phase = phase;
    trial.block = block.block;
    trial.launch = block.launch;
    trial.arm = scenario_.arms[index].name;
    trial.window = window;
    return trial;
  }

  // The window is over: lets the services export what is pending, within the trial's account, and reads everything.
  void close_account(LiveArm& arm, const Before& before, WindowResult window, TrialRecord& trial) {
    trial.started_at_unix_ns = window.started_at_unix_ns;
    trial.duration = window.duration;
    trial.samples = std::move(window.samples);
    trial.calls = count_outcomes(trial.samples);
    trial.failure = window.failure;
    trial.reasons = std::move(window.reasons);
    trial.generator_cpu = window.cpu;
    trial.generator_spun = window.spun;
    trial.generator_preempted = window.preempted;
    try {
      trial.bytes_in_window = arm.stack->bytes_received();
      trial.flush = arm.stack->flush(trial.warnings);
      trial.services = arm.stack->usage_between(before.usage, arm.stack->read_usage());
      trial.spans = span_difference(before.spans, arm.stack->span_counts());
      const bool example = wants_example(trial);
      Stack::Received received = arm.stack->collect(example);
      for (const auto& [unix_ns, bytes] : received.arrived)
        trial.exports.push_back({unix_ns - window.started_at_unix_ns, bytes});
      if (example) {
        for (ExampleTrace& trace : pick_examples(otlp::group_by_trace(arm.stack->take_collected()), trial.arm))
          outcome_.examples.push_back(std::move(trace));
        write_file_atomically(options_.folder / "examples.json", write_examples_json(outcome_.examples));
      }
      for (const auto& [service, counts] : received.spans) {
        trial.spans[service].received = counts.received;
        trial.spans[service].bytes = counts.bytes;
      }
      trial.traces = std::move(received.traces);
      trial.warnings.insert(trial.warnings.end(), received.warnings.begin(), received.warnings.end());
      if (const auto arrived = arm.stack->arrivals()) {
        trial.arrivals = audit_arrivals(*arrived, window.start, trial.samples, scenario_.load, trial.phase);
      }
    } catch (const std::exception& error) {
      trial.failure = error.what();
    }
    if (const std::string dead = arm.stack->who_died(); !dead.empty()) {
      service_died_ = true;
      trial.failure = dead;
    }
    if (trial.failure.empty()) trial.failure = lateness(trial.samples, scenario_.load);
  }

  // One window of each arm, early enough that a run which is cut short has it, and small enough to be looked into
  // between windows.
  bool wants_example(const TrialRecord& trial) const {
    constexpr std::uint64_t most_bytes = 16u << 20;
    const Phase phase = scenario_.plan.run_blocks ? Phase::blocks : Phase::pairs;
    return trial.block == 0 && trial.phase == phase && trial.bytes_in_window < most_bytes;
  }

  TrialRecord run_trial(const BlockPlan& block, std::size_t index) {
    LiveArm& arm = arms_[index];
    TrialRecord trial = new_trial(block, index, Phase::blocks, scenario_.plan.window);
    arm.generator->open();
    if (scenario_.plan.settle > Nanos{}) {
      arm.generator->run(scenario_.plan.settle, derive_seed({block.seed, stream_settle}), stop_,
                         place_of(block, WindowKind::settle));
    }
    throw_if_dead(arm, trial.arm);
    arm.generator->open();  // again: a session that expired while the other arms ran has shown it now
    const Before before = make_ready(arm);
    const MachineTimes machine_before = machine_times();
    WindowResult window =
        arm.generator->run(scenario_.plan.window, block.seed, stop_, place_of(block, WindowKind::alone));
    trial.steal_share = steal_share(machine_before, machine_times());
    close_account(arm, before, std::move(window), trial);
    return trial;
  }

  // Every call of one schedule goes at random to one of the arms, all of them live at once.
  void run_pairs(const BlockPlan& block, std::uint32_t position) {
    observer_.on_pairs_start(block);
    const auto& arrivals = std::get<OpenArrivals>(scenario_.load.arrivals);
    const std::uint64_t seed = derive_seed({block.seed, stream_pairs});
    std::vector<Generator*> generators;
    for (const std::size_t i : block.order) {
      arms_[i].generator->open();
      generators.push_back(arms_[i].generator.get());
    }
    if (scenario_.plan.settle > Nanos{}) {
      const std::uint64_t settle_seed = derive_seed({seed, stream_settle});
      run_together(generators, make_schedule(arrivals, scenario_.load, scenario_.plan.settle, settle_seed, block.block),
                   settle_seed, stop_, place_of(block, WindowKind::settle_pairs));
    }
    std::vector<Before> before;  // in the block's order, as everything here
    for (const std::size_t i : block.order) {
      throw_if_dead(arms_[i], scenario_.arms[i].name);
      arms_[i].generator->open();
      before.push_back(make_ready(arms_[i]));
    }
    const ArrivalSchedule schedule =
        make_schedule(arrivals, scenario_.load, scenario_.plan.pairs_window, seed, block.block);
    const MachineTimes machine_before = machine_times();
    std::vector<WindowResult> windows =
        run_together(generators, schedule, seed, stop_, place_of(block, WindowKind::pairs));
    const double stolen = steal_share(machine_before, machine_times());
    std::vector<TrialRecord> trials;
    for (std::size_t k = 0; k < block.order.size(); ++k) {
      const std::size_t i = block.order[k];
      TrialRecord& trial = trials.emplace_back(new_trial(block, i, Phase::pairs, scenario_.plan.pairs_window));
      trial.position = position;
      trial.steal_share = stolen;
      close_account(arms_[i], before[k], std::move(windows[k]), trial);
    }
    for (TrialRecord& trial : trials) keep(block, std::move(trial));
    throw_if_service_died();
  }

  const Scenario& scenario_;
  const RunOptions& options_;
  const RunObserver& observer_;
  const std::atomic<bool>& stop_;
  const std::vector<std::string> tools_;
  std::unique_ptr<LoadThreads> threads_{};  // outlive the arms
  std::vector<LiveArm> arms_{};
  std::uint32_t launch_ = 0;
  std::uint32_t blocks_done_ = 0;
  bool service_died_ = false;
  std::map<std::string, std::uint64_t> oddities_{};
  RunOutcome outcome_{};
};

}  // namespace

RunOutcome run_experiment(const Scenario& scenario, const RunOptions& options, const RunObserver& observer,
                          const std::atomic<bool>& stop) {
  return Experiment(scenario, options, observer, stop).run();
}

std::vector<std::string> tool_names(const Scenario& scenario) {
  return call_names(scenario.load);
}

}  // namespace tracetax
