#include "harness/experiment/sampling_run.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "harness/base/rng.h"
#include "harness/base/text.h"
#include "harness/experiment/machine.h"
#include "harness/experiment/placement.h"
#include "harness/experiment/run.h"
#include "harness/experiment/stack.h"
#include "harness/load/generator.h"
#include "harness/load/pacing.h"
#include "harness/load/schedule.h"
#include "harness/sampling/trace_summary.h"
#include "harness/scenario/consistency.h"
#include "harness/scenario/load_scenario.h"
#include "harness/scenario/service_names.h"

namespace tracetax {
namespace {

constexpr double rate_of_closed_loop = 100;
constexpr Nanos default_length = std::chrono::seconds(20);
constexpr Nanos longest_tap_delay = std::chrono::seconds(60);

// Brings the receiver into trouble and out of it while the load goes on. The thread lives as long as the arm: a
// Collector that it starts again is ended by the kernel with the thread that started it.
class FaultClock {
 public:
  FaultClock(Stack& stack, const SinkFault& fault) : stack_(stack), fault_(fault) {
    if (fault.how == SinkFault::How::none) return;
    thread_ = std::thread([this] { work(); });
  }
  ~FaultClock() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
  }
  FaultClock(const FaultClock&) = delete;
  FaultClock& operator=(const FaultClock&) = delete;

  // The load begins now.
  void start() {
    const std::lock_guard lock(mutex_);
    started_ = monotonic_now();
    wake_.notify_all();
  }
  // Waits for the end of the fault. What could not be done, in words; empty: all went as planned.
  std::string finish() {
    std::unique_lock lock(mutex_);
    if (thread_.joinable()) wake_.wait(lock, [this] { return done_; });
    return failure_;
  }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return over_ || started_ != Nanos{}; });
    SinkFault none;
    apply_at(lock, started_ + fault_.at, fault_);
    apply_at(lock, started_ + fault_.at + fault_.length, none);
    done_ = true;
    wake_.notify_all();
    wake_.wait(lock, [this] { return over_; });
  }
  void apply_at(std::unique_lock<std::mutex>& lock, Nanos when, const SinkFault& fault) {
    while (!over_ && monotonic_now() < when) wake_.wait_for(lock, when - monotonic_now());
    if (over_) return;
    try {
      stack_.set_fault(fault);
    } catch (const std::exception& error) {
      failure_ = error.what();
    }
  }

  Stack& stack_;
  const SinkFault fault_;
  std::mutex mutex_{};
  std::condition_variable wake_{};
  Nanos started_{};
  bool done_ = false;
  bool over_ = false;
  std::string failure_{};
  std::thread thread_{};
};

// The step whose time the moment is in; what came before the first belongs to that.
std::size_t step_at(const std::vector<ObservedStep>& steps, std::int64_t unix_ns) {
  std::size_t step = 0;
  while (step + 1 < steps.size() && unix_ns >= steps[step + 1].start_unix_ns) ++step;
  return step;
}

class ArmRun {
 public:
  ArmRun(const Scenario& scenario, const Arm& arm, const SamplingOptions& options, SamplingOutcome& outcome)
      : scenario_(scenario), arm_(arm), options_(options), outcome_(outcome), load_(scenario.load) {
    load_.workers = 1;  // so that request ids are unique
    seen_.arm = arm.name;
    seen_.tools = tool_names(scenario);
  }

  void run(const std::vector<LoadStep>& steps, const SamplingObserver& observer, const std::atomic<bool>& stop) {
    LoadThreads threads(1);
    if (outcome_.pacing.reason.empty())
      outcome_.pacing = make_pacing(load_, threads, static_cast<unsigned>(allowed_cores().size()));
    StackOptions options{options_.programs, options_.folder / "services" / arm_.name};
    options.seed = derive_seed({scenario_.plan.seed, 1});
    options.tap = scenario_.sampling.fault.how == SinkFault::How::none;
    Stack stack(scenario_, arm_, options);
    for (const std::string& note : stack.notes()) warn(note);
    Generator generator(load_, stack.targets(), threads, spin_of(outcome_.pacing));
    generator.open();
    // What opening the sessions left behind is forgotten.
    std::vector<std::string> ignored;
    stack.flush(ignored);
    stack.take_spans();
    std::map<std::string, SpanCounts> before = stack.span_counts();
    FaultClock fault(stack, scenario_.sampling.fault);
    fault.start();
    for (std::size_t i = 0; i < steps.size() && !stop; ++i) {
      run_step(generator, steps[i], i, stop);
      std::map<std::string, SpanCounts> now = stack.span_counts();
      seen_.steps.back().spans = span_difference(before, now);
      before = std::move(now);
      observer.on_step(arm_.name, i, seen_.steps.back());
    }
    if (const std::string failure = fault.finish(); !failure.empty())
      outcome_.failures.push_back("arm " + arm_.name + ": " + failure);
    finish(stack, before);
    if (const std::string dead = stack.who_died(); !dead.empty())
      outcome_.failures.push_back("arm " + arm_.name + ": " + dead);
  }

  // Also what there is after a failure.
  void hand_over() {
    for (TrialRecord& trial : trials_) outcome_.trials.add(std::move(trial));
    outcome_.arms.push_back(std::move(seen_));
  }

 private:
  void warn(const std::string& text) {
    if (std::ranges::find(outcome_.warnings, text) == outcome_.warnings.end()) outcome_.warnings.push_back(text);
  }

  void run_step(Generator& generator, const LoadStep& step, std::size_t number, const std::atomic<bool>& stop) {
    OpenArrivals arrivals;
    if (const auto* open = std::get_if<OpenArrivals>(&load_.arrivals)) arrivals = *open;
    arrivals.rate_per_s = step.rate_per_s;
    const std::uint64_t seed = derive_seed({scenario_.plan.seed, 2, number});
    Generator* const one = &generator;
    std::vector<WindowResult> windows =
        run_together({&one, 1}, make_schedule(arrivals, load_, step.length, seed), seed, stop);
    WindowResult& window = windows.front();
    // A window is over with its last answer, which may come long before the step's end; the next step must not.
    while (!stop && monotonic_now() < window.start + step.length) {
      const Nanos left = window.start + step.length - monotonic_now();
      std::this_thread::sleep_for(std::min<Nanos>(left, std::chrono::milliseconds(100)));
    }
    TrialRecord trial;
    trial.number = static_cast<std::uint32_t>(outcome_.trials.trials().size() + trials_.size());
    trial.block = static_cast<std::uint32_t>(number);
    trial.arm = arm_.name;
    trial.window = step.length;
    trial.started_at_unix_ns = window.started_at_unix_ns;
    trial.duration = window.duration;
    trial.failure = window.failure;
    trial.calls = count_outcomes(window.samples);
    seen_.steps.push_back({step.rate_per_s, window.started_at_unix_ns, step.length, trial.calls.sent()});
    for (const Sample& sample : window.samples) {
      seen_.calls.push_back({window.first_request_id + sample.call, static_cast<std::uint32_t>(number),
                             window.started_at_unix_ns + sample.intended.count(), sample});
    }
    trial.samples = std::move(window.samples);
    trials_.push_back(std::move(trial));
  }

  void finish(Stack& stack, const std::map<std::string, SpanCounts>& before) {
    std::vector<std::string> warnings;
    stack.flush(warnings);
    for (const std::string& warning : warnings) warn("arm " + arm_.name + ": " + warning);
    // Spans that ended after their step's last answer.
    for (const auto& [service, counts] : span_difference(before, stack.span_counts())) {
      SpanCounts& last = seen_.steps.back().spans[service];
      last.started += counts.started;
      last.sampled += counts.sampled;
    }
    if (const std::uint64_t failed = stack.drain_tap(longest_tap_delay); failed > 0)
      warn(fmt::format("arm {}: the Collector refused {} spans or was not there to take them", arm_.name,
                       format_count(static_cast<std::int64_t>(failed))));
    if (!scenario_.collectors.empty()) std::this_thread::sleep_for(scenario_.sampling.drain);
    Stack::Spans spans = stack.take_spans();
    seen_.invalid_spans = spans.invalid;
    for (const otlp::Span& span : spans.offered ? *spans.offered : spans.kept) {
      ++seen_.steps[step_at(seen_.steps, span.start_unix_ns)].spans[service_of_spans(span.service())].received;
    }
    seen_.kept = otlp::group_by_trace(std::move(spans.kept));
    if (spans.offered) seen_.offered = otlp::group_by_trace(std::move(*spans.offered));
    std::uint64_t duplicates = 0;
    for (const otlp::Trace& trace : seen_.kept) duplicates += trace.duplicates;
    if (duplicates > 0) {
      warn(fmt::format("arm {}: {} spans came more than once", arm_.name,
                       format_count(static_cast<std::int64_t>(duplicates))));
    }
    summarise_steps();
  }

  void summarise_steps() {
    for (std::size_t i = 0; i < trials_.size(); ++i) trials_[i].spans = seen_.steps[i].spans;
    for (const otlp::Trace& trace : seen_.kept) {
      add_trace(trials_[step_at(seen_.steps, begin_of(trace))].traces, trace);
    }
  }

  const Scenario& scenario_;
  const Arm& arm_;
  const SamplingOptions& options_;
  SamplingOutcome& outcome_;
  Load load_;
  ArmObservation seen_{};
  std::vector<TrialRecord> trials_{};
};

}  // namespace

std::vector<LoadStep> sampling_steps(const Scenario& scenario) {
  if (!scenario.sampling.steps.empty()) return scenario.sampling.steps;
  const auto* open = std::get_if<OpenArrivals>(&scenario.load.arrivals);
  return {{open != nullptr ? open->rate_per_s : rate_of_closed_loop, default_length}};
}

SamplingOutcome run_sampling(const Scenario& scenario, const SamplingOptions& options, const SamplingObserver& observer,
                             const std::atomic<bool>& stop) {
  SamplingOutcome outcome;
  const std::vector<LoadStep> steps = sampling_steps(scenario);
  for (const Arm& arm : scenario.arms) {
    if (stop) break;
    if (arm.tracing.sampler.type == SamplerType::none || !exports_to_sink(arm.tracing)) continue;
    observer.on_arm(arm.name);
    ArmRun run(scenario, arm, options, outcome);
    try {
      run.run(steps, observer, stop);
    } catch (const ScenarioError&) {
      throw;
    } catch (const std::exception& error) {
      outcome.failures.push_back("arm " + arm.name + ": " + error.what());
    }
    run.hand_over();
  }
  outcome.interrupted = stop;
  return outcome;
}

}  // namespace tracetax
