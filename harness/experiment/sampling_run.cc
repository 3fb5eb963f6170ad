#include "harness/experiment/sampling_run.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "harness/base/rng.h"
#include "harness/base/text.h"
#include "harness/experiment/fault_clock.h"
#include "harness/experiment/machine.h"
#include "harness/experiment/peer_tools.h"
#include "harness/experiment/placement.h"
#include "harness/experiment/repeating.h"
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
constexpr Nanos longest_queue_delay = std::chrono::seconds(60);
constexpr Nanos memory_every = std::chrono::milliseconds(250);

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
    const SinkFault& trouble = scenario_.sampling.fault;
    options.tap = trouble.how == SinkFault::How::none || trouble.of == SinkFault::Of::sink;
    options.collector_counts = is_checked<RefusalsCountedCheck>();
    options.call_logs = is_checked<IdsInLogsCheck>();
    Stack stack(scenario_, arm_, options);
    for (const std::string& note : stack.notes()) warn(note);
    Generator generator(load_, stack.targets(), threads, spin_of(outcome_.pacing));
    generator.open();
    for (const std::string& warning : fit_to_peer(scenario_, arm_, generator)) warn(warning);
    // What opening the sessions left behind is forgotten, but for its number.
    std::vector<std::string> ignored;
    stack.flush(ignored);
    const Stack::Spans early = stack.take_spans();
    for (const otlp::Span& span : at_first_receiver(early)) ++seen_.received[service_of_spans(span.service())];
    forget(early);
    std::optional<Repeating> collector_memory;
    if (!scenario_.collectors.empty())
      collector_memory.emplace(memory_every, [&] { stack.read_collector_memory(seen_.collector_memory); });
    std::map<std::string, SpanCounts> before = stack.span_counts();
    FaultClock fault(stack, scenario_.sampling.fault);
    std::optional<Repeating> memory;
    fault.start();
    if (is_checked<MemoryBoundCheck>())
      memory.emplace(memory_every, [&, began = monotonic_now()] { read_memory(stack, began); });
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
    if (memory) memory->stop();
    if (collector_memory) {
      collector_memory->stop();
      stack.read_collector_memory(seen_.collector_memory);
    }
    finish_collectors(stack);
    if (const std::string dead = stack.who_died(); !dead.empty())
      outcome_.failures.push_back("arm " + arm_.name + ": " + dead);
  }

  // Also what there is after a failure.
  void hand_over() {
    for (const auto& [reason, times] : reasons_)
      warn(fmt::format("arm {}: calls failed: {} ({})", arm_.name, reason,
                       format_count(static_cast<std::int64_t>(times))));
    for (TrialRecord& trial : trials_) outcome_.trials.add(std::move(trial));
    outcome_.arms.push_back(std::move(seen_));
  }

 private:
  static const std::vector<otlp::Span>& at_first_receiver(const Stack::Spans& spans) {
    return spans.offered ? *spans.offered : spans.kept;
  }

  void warn(const std::string& text) {
    if (text.empty()) return;
    if (std::ranges::find(outcome_.warnings, text) == outcome_.warnings.end()) outcome_.warnings.push_back(text);
  }

  void run_step(Generator& generator, const LoadStep& step, std::size_t number, const std::atomic<bool>& stop) {
    OpenArrivals arrivals;
    if (const auto* open = std::get_if<OpenArrivals>(&load_.arrivals)) arrivals = *open;
    arrivals = at_rate(arrivals, step.rate_per_s);
    const std::uint64_t seed = derive_seed({scenario_.plan.seed, 2, number});
    Generator* const one = &generator;
    std::vector<WindowResult> windows = run_together({&one, 1}, make_schedule(arrivals, load_, step.length, seed), seed,
                                                     stop, {.block = 0, .ordinal = number});
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
    for (const auto& [reason, times] : window.reasons) reasons_[reason] += times;
    trial.reasons = std::move(window.reasons);
    trial.calls = count_outcomes(window.samples);
    seen_.steps.push_back({step.rate_per_s, window.started_at_unix_ns, step.length, trial.calls.sent()});
    for (const Sample& sample : window.samples) {
      seen_.calls.push_back({window.first_request_id + sample.call, static_cast<std::uint32_t>(number),
                             window.started_at_unix_ns + sample.intended.count(), sample});
    }
    trial.samples = std::move(window.samples);
    trials_.push_back(std::move(trial));
  }

  // The checks of one kind that are about this arm.
  template <class C>
  std::vector<C> checks_of() const {
    std::vector<C> found;
    for (const Check& check : scenario_.checks) {
      const auto* const one = std::get_if<C>(&check.kind);
      if (one != nullptr && is_about(check, arm_)) found.push_back(*one);
    }
    return found;
  }
  template <class C>
  bool is_checked() const {
    return !checks_of<C>().empty();
  }

  void read_memory(const Stack& stack, Nanos began) {
    const Nanos at = monotonic_now() - began;
    for (MemoryReading& reading : stack.read_memory()) {
      reading.at = at;
      seen_.memory.push_back(std::move(reading));
    }
  }

  // Of what was sent before the first call only numbers are kept.
  void forget(const Stack::Spans& spans) {
    seen_.received_before_first_call = spans.kept.size();
    if (!spans.offered) return;
    for (const otlp::Span& span : *spans.offered)
      ++seen_.before_first_call[{std::string(span.service()), span.name, span.kind}];
  }

  // What can be known of Collectors only when everything else is.
  void finish_collectors(Stack& stack) {
    if (scenario_.collectors.empty()) return;
    if (is_checked<RefusalsCountedCheck>()) {
      stack.end_collectors();
      std::set<std::pair<otlp::TraceId, otlp::SpanId>> known;
      for (const otlp::Trace& trace : seen_.kept) {
        for (const otlp::Span& span : trace.spans) known.emplace(trace.id, span.id);
      }
      for (const otlp::Span& span : stack.take_spans().kept) {
        if (known.emplace(span.trace, span.id).second) ++seen_.came_late;
      }
    }
    for (const SameAgainCheck& check : checks_of<SameAgainCheck>()) {
      if (!seen_.offered || seen_.again.contains(check.config)) continue;
      seen_.again[check.config] = stack.send_again(check.config, requests_, scenario_.sampling.drain);
    }
  }

  void finish(Stack& stack, const std::map<std::string, SpanCounts>& before) {
    std::vector<std::string> warnings;
    stack.flush(warnings);
    for (const std::string& warning : warnings) warn("arm " + arm_.name + ": " + warning);
    seen_.processes = stack.observe_processes();
    // Spans that ended after their step's last answer.
    for (const auto& [service, counts] : span_difference(before, stack.span_counts())) {
      SpanCounts& last = seen_.steps.back().spans[service];
      last.started += counts.started;
      last.sampled += counts.sampled;
    }
    seen_.tap = stack.drain_tap(longest_tap_delay);
    if (seen_.tap && seen_.tap->failed > 0)
      warn(fmt::format(
          "arm {}: the Collector refused {} spans or was not there to take them; look at its log in the result folder, "
          "and at its memory_limiter and queues",
          arm_.name, format_count(static_cast<std::int64_t>(seen_.tap->failed))));
    if (!scenario_.collectors.empty()) {
      std::this_thread::sleep_for(scenario_.sampling.drain);
      if (is_checked<RefusalsCountedCheck>()) seen_.collector_counts = stack.read_collector_counts(longest_queue_delay);
      seen_.span_counters = stack.read_span_counters();
    }
    Stack::Spans spans = stack.take_spans(is_checked<SameAgainCheck>());
    requests_ = std::move(spans.requests);
    seen_.invalid_spans = spans.invalid;
    for (const otlp::Span& span : at_first_receiver(spans)) {
      const std::string service = service_of_spans(span.service());
      ++seen_.steps[step_at(seen_.steps, span.start_unix_ns)].spans[service].received;
      ++seen_.received[service];
    }
    seen_.kept = otlp::group_by_trace(std::move(spans.kept));
    if (spans.offered) seen_.offered = otlp::group_by_trace(std::move(*spans.offered));
    std::uint64_t duplicates = 0;
    for (const otlp::Trace& trace : seen_.kept) duplicates += trace.duplicates;
    if (duplicates > 0) {
      warn(fmt::format(
          "arm {}: {} spans came more than once: an exporter sent again what had arrived. They count once; raise its "
          "timeout if there are many",
          arm_.name, format_count(static_cast<std::int64_t>(duplicates))));
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
  std::vector<std::string> requests_{};             // that the tap took, for a second pass
  std::map<std::string, std::uint64_t> reasons_{};  // why how many calls had no result
};

// Something can be said of it: its spans are seen, or a check asks whether they got where they were meant to go.
bool is_observed(const Scenario& scenario, const Arm& arm) {
  if (arm.tracing.sampler.type == SamplerType::none) return false;
  return exports_to_sink(arm.tracing) || std::ranges::any_of(scenario.checks, [&](const Check& check) {
           return std::holds_alternative<ExporterRunsCheck>(check.kind) && is_about(check, arm);
         });
}

}  // namespace

std::vector<LoadStep> sampling_steps(const Scenario& scenario) {
  if (!scenario.sampling.steps.empty()) return scenario.sampling.steps;
  const auto* open = std::get_if<OpenArrivals>(&scenario.load.arrivals);
  return {{open != nullptr ? mean_rate(*open) : rate_of_closed_loop, default_length}};
}

SamplingOutcome run_sampling(const Scenario& scenario, const SamplingOptions& options, const SamplingObserver& observer,
                             const std::atomic<bool>& stop) {
  SamplingOutcome outcome;
  const std::vector<LoadStep> steps = sampling_steps(scenario);
  for (const Arm& arm : scenario.arms) {
    if (stop) break;
    if (!is_observed(scenario, arm)) continue;
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
