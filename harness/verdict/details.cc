#include "harness/verdict/details.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "harness/stats/mean_interval.h"
#include "harness/verdict/comparison.h"

namespace tracetax {
namespace {

const double missing = std::nan("");

std::vector<double> pooled_at_grid(const PooledTimes& times) {
  std::vector<double> values;
  const auto count = static_cast<double>(times.count());
  for (const double percent : percent_grid) {
    if (percent >= 100) {
      values.push_back(times.count() > 0 ? std::round(times.max_ns()) : missing);
    } else {
      const bool enough = count * (100 - percent) / 100 >= 1;
      values.push_back(enough ? std::round(times.quantile(percent / 100)) : missing);
    }
  }
  return values;
}

void add_curves(Details& details, const Scenario& scenario, const Digest& digest) {
  for (const Arm& arm : scenario.arms) {
    for (const Phase phase : {Phase::blocks, Phase::pairs}) {
      const Digest::Pool* const pool = digest.pool(arm.name, phase);
      if (pool == nullptr || pool->latency.count() == 0) continue;
      details.curves.push_back(
          {arm.name, phase, pool->latency.count(), pooled_at_grid(pool->latency), pooled_at_grid(pool->service_time)});
    }
  }
}

struct PairedCurves {
  std::vector<const TrialCurve*> control{}, treatment{};
  std::vector<std::uint32_t> launches{};
};

PairedCurves pair_curves(const Digest& digest, Phase phase, const std::string& control, const std::string& treatment) {
  struct Both {
    const TrialCurve* control = nullptr;
    const TrialCurve* treatment = nullptr;
    std::uint32_t launch = 0;
  };
  std::map<std::uint32_t, Both> blocks;
  for (std::size_t i = 0; i < digest.trials().size(); ++i) {
    const TrialRecord& trial = digest.trials()[i];
    if (!trial.failure.empty() || trial.phase != phase) continue;
    Both& both = blocks[trial.block];
    both.launch = trial.launch;
    if (trial.arm == control) both.control = &digest.curve(i);
    if (trial.arm == treatment) both.treatment = &digest.curve(i);
  }
  PairedCurves pairs;
  for (const auto& [block, both] : blocks) {
    if (both.control == nullptr || both.treatment == nullptr) continue;
    pairs.control.push_back(both.control);
    pairs.treatment.push_back(both.treatment);
    pairs.launches.push_back(both.launch);
  }
  return pairs;
}

Estimate difference_at(const PairedCurves& pairs, std::size_t point, double confidence) {
  std::vector<double> differences;
  for (std::size_t i = 0; i < pairs.control.size(); ++i)
    differences.push_back(pairs.treatment[i]->latency_ns[point] - pairs.control[i]->latency_ns[point]);
  if (std::ranges::any_of(differences, [](double d) { return std::isnan(d); })) return {missing, missing, missing};
  const MeanEstimate mean = estimate_mean(independent_units(differences, pairs.launches));
  const Interval interval = student_interval(mean, confidence);
  return {std::round(mean.mean), std::round(interval.low), std::round(interval.high)};
}

void add_differences(Details& details, const Scenario& scenario, const Digest& digest) {
  for (const Arm& arm : scenario.arms) {
    if (arm.role == Role::control) continue;
    for (const Phase phase : {Phase::blocks, Phase::pairs}) {
      const PairedCurves pairs = pair_curves(digest, phase, scenario.control().name, arm.name);
      if (pairs.control.size() < 2) continue;
      Details::Difference& difference = details.differences.emplace_back();
      difference.treatment = arm.name;
      difference.phase = phase;
      difference.blocks = static_cast<std::uint32_t>(pairs.control.size());
      difference.confidence = scenario.plan.confidence;
      for (std::size_t point = 0; point < percent_grid.size(); ++point) {
        const Estimate at = difference_at(pairs, point, scenario.plan.confidence);
        difference.estimate_ns.push_back(at.estimate);
        difference.low_ns.push_back(at.low);
        difference.high_ns.push_back(at.high);
      }
    }
  }
}

double value_or_missing(const TrialValues& values, const char* metric) {
  const auto found = values.values.find({metric, ""});
  return found == values.values.end() ? missing : found->second;
}

void add_trials(Details& details, const Digest& digest) {
  Details::Trials& columns = details.trials;
  std::optional<std::int64_t> first;
  for (const TrialRecord& trial : digest.trials())
    first = std::min(first.value_or(trial.started_at_unix_ns), trial.started_at_unix_ns);
  for (std::size_t i = 0; i < digest.trials().size(); ++i) {
    const TrialRecord& trial = digest.trials()[i];
    const TrialValues& values = digest.values(i);
    columns.number.push_back(trial.number);
    columns.block.push_back(trial.block);
    columns.launch.push_back(trial.launch);
    columns.position.push_back(trial.position);
    columns.phase.emplace_back(to_string(trial.phase));
    columns.arm.push_back(trial.arm);
    columns.began_s.push_back(std::round(static_cast<double>(trial.started_at_unix_ns - *first) / 1e6) / 1e3);
    columns.window_s.push_back(to_seconds(trial.window));
    columns.calls.push_back(trial.calls.planned);
    columns.failed.push_back(trial.calls.failed());
    columns.per_s.push_back(std::round(10 * value_or_missing(values, "throughput")) / 10);
    columns.p50_ns.push_back(std::round(value_or_missing(values, "latency.p50")));
    columns.p99_ns.push_back(std::round(value_or_missing(values, "latency.p99")));
    columns.cpu_per_call_ns.push_back(std::round(value_or_missing(values, "cpu_per_call")));
    columns.steal.push_back(std::round(1e5 * trial.steal_share) / 1e5);
    columns.valid.push_back(trial.failure.empty());
  }
}

void add_timeline(Details& details, const Digest& digest) {
  Details::Timeline& columns = details.timeline;
  columns.step_s = to_seconds(timeline_step);
  std::size_t all = 0;
  for (std::size_t i = 0; i < digest.trials().size(); ++i) all += digest.steps(i).size();
  if (all > Details::most_steps) return;
  for (std::size_t i = 0; i < digest.trials().size(); ++i) {
    const TrialRecord& trial = digest.trials()[i];
    const std::vector<TrialStep>& steps = digest.steps(i);
    std::vector<std::uint64_t> bytes(steps.size());
    for (const ExportStep& arrived : trial.exports) {
      // What the flush sent came after the window.
      const std::int64_t step = Nanos(arrived.at_ns) / timeline_step;
      if (arrived.at_ns >= 0 && arrived.at_ns < trial.duration.count() &&
          step < static_cast<std::int64_t>(bytes.size()))
        bytes[static_cast<std::size_t>(step)] += arrived.bytes;
    }
    for (std::size_t step = 0; step < steps.size(); ++step) {
      columns.trial.push_back(trial.number);
      columns.at_s.push_back(static_cast<double>(step) * columns.step_s);
      columns.calls.push_back(steps[step].calls);
      columns.p50_ns.push_back(steps[step].calls > 0 ? std::round(steps[step].p50_ns) : missing);
      columns.max_ns.push_back(steps[step].calls > 0 ? std::round(steps[step].max_ns) : missing);
      columns.export_bytes.push_back(bytes[step]);
    }
  }
}

std::optional<double> head_ratio(const PlainSampler& sampler) {
  switch (sampler.type) {
    case SamplerType::always_off:
    case SamplerType::parentbased_always_off:
      return 0;
    case SamplerType::always_on:
    case SamplerType::parentbased_always_on:
      return 1;
    case SamplerType::traceidratio:
    case SamplerType::parentbased_traceidratio:
      return sampler.ratio;
    default:
      return std::nullopt;
  }
}

}  // namespace

Details make_details(const Scenario& scenario, const Digest& digest) {
  Details details;
  add_curves(details, scenario, digest);
  add_differences(details, scenario, digest);
  add_trials(details, digest);
  add_timeline(details, digest);
  for (const Arm& arm : scenario.arms) {
    if (const auto ratio = head_ratio(arm.tracing.sampler)) details.ratios.push_back({arm.name, *ratio});
  }
  return details;
}

}  // namespace tracetax
