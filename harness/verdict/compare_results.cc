#include "harness/verdict/compare_results.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>
#include <tuple>

#include <fmt/format.h>

#include "harness/results/version_pairs.h"
#include "harness/scenario/metric.h"
#include "harness/stats/welch.h"
#include "harness/verdict/budgets.h"
#include "harness/verdict/judging.h"

namespace tracetax {
namespace {

bool same_cost(const Comparison& a, const Comparison& b) {
  return std::tie(a.metric, a.service, a.phase, a.control, a.treatment) ==
         std::tie(b.metric, b.service, b.phase, b.control, b.treatment);
}

const Comparison* find_like(const Result& result, const Comparison& like) {
  const auto found = std::ranges::find_if(result.comparisons, [&](const Comparison& c) { return same_cost(c, like); });
  return found == result.comparisons.end() ? nullptr : &*found;
}

const Comparison* find_of(const Result& result, const BudgetResult& budget, Phase phase) {
  const auto found = std::ranges::find_if(result.comparisons, [&](const Comparison& c) {
    return c.metric == budget.metric && c.service == budget.service && c.treatment == budget.arm && c.phase == phase;
  });
  return found == result.comparisons.end() ? nullptr : &*found;
}

MeanEstimate mean_estimate(const UnitMean& mean, std::uint32_t units) {
  return {mean.mean, mean.standard_error, units};
}

// A share whose counts differed in no block has no spread but a bound (comparison.cc), which is all that is known of
// it.
double bound_of(const Comparison& c) {
  return c.difference.standard_error > 0 ? 0 : (c.absolute.high - c.absolute.low) / 2;
}

// The growth of one cost on the scale on which its interval is symmetric.
struct Grown {
  MeanEstimate before{}, now{};
  double bound_before = 0, bound_now = 0;

  // Nothing happened in n1 and n2 counted things with probability e^(-n1 r1 - n2 r2): however a growth r1 + r2 is
  // split, the larger of the two bounds holds it.
  double bound() const { return std::max(bound_before, bound_now); }
  WelchDifference difference() const { return welch(now, before); }
  Interval interval(double confidence) const {
    const Interval spread = welch_interval(difference(), confidence);
    return {spread.low - bound(), spread.high + bound()};
  }
};

Grown absolute_growth(const Comparison& before, const Comparison& now) {
  return {mean_estimate(before.difference, before.units), mean_estimate(now.difference, now.units), bound_of(before),
          bound_of(now)};
}

std::optional<Grown> relative_growth(const Comparison& before, const Comparison& now) {
  if (!before.log_ratio || !now.log_ratio) return std::nullopt;
  return Grown{mean_estimate(*before.log_ratio, before.units), mean_estimate(*now.log_ratio, now.units)};
}

std::optional<Growth> growth_of(const Comparison& before, const Comparison& now) {
  if (before.units < 2 || now.units < 2) return std::nullopt;
  Growth growth;
  growth.metric = now.metric;
  growth.service = now.service;
  growth.phase = now.phase;
  growth.control = now.control;
  growth.treatment = now.treatment;
  growth.before = before.absolute;
  growth.now = now.absolute;
  growth.before_relative = before.relative;
  growth.now_relative = now.relative;
  growth.confidence = now.confidence;
  const Grown absolute = absolute_growth(before, now);
  const Interval interval = absolute.interval(now.confidence);
  growth.absolute = {absolute.difference().difference, interval.low, interval.high};
  if (const auto relative = relative_growth(before, now)) {
    const Interval ratio = relative->interval(now.confidence);
    growth.relative =
        Estimate{std::expm1(relative->difference().difference), std::expm1(ratio.low), std::expm1(ratio.high)};
  }
  return growth;
}

std::uint32_t whole_blocks(double blocks) {
  return blocks < 1e5 ? static_cast<std::uint32_t>(std::ceil(blocks)) : 0;
}

// About how many blocks of the later result, or of both, until the half width falls to `distance`, spreads and rates
// staying as they are; 0: not to be known.
std::uint32_t blocks_until(const Grown& grown, const Comparison& now, double distance, bool baseline_too) {
  constexpr std::size_t most = 100'000;
  if (!(distance > 0)) return 0;
  if (grown.difference().standard_error == 0) {
    // Bounds of counts shrink with the number of things counted.
    if (baseline_too) return whole_blocks(now.blocks * grown.bound() / distance);
    return grown.bound_before > distance ? 0 : whole_blocks(now.blocks * grown.bound_now / distance);
  }
  const auto half = [&](std::size_t units) {
    const auto with = [units](MeanEstimate e) {
      e.standard_error *= std::sqrt(static_cast<double>(e.units) / static_cast<double>(units));
      e.units = units;
      return e;
    };
    const WelchDifference difference = welch(with(grown.now), baseline_too ? with(grown.before) : grown.before);
    return welch_interval(difference, now.confidence).half_width();
  };
  if (half(most) > distance) return 0;
  std::size_t low = 1;  // too few
  std::size_t high = most;
  while (high - low > 1) {
    const std::size_t middle = (low + high) / 2;
    (half(middle) <= distance ? high : low) = middle;
  }
  const std::size_t blocks_per_unit = (now.blocks + now.units - 1) / now.units;
  return static_cast<std::uint32_t>(high * blocks_per_unit);
}

// A growth budget while p-values of the others are still to come.
struct Judged {
  GrowthBudget budget{};
  std::optional<double> p{};  // of "has not grown by more than is allowed"; absent when not measured
};

class Judge {
 public:
  Judge(const Result& baseline, const Result& later, const CompareTerms& terms)
      : baseline_(baseline), later_(later), terms_(terms) {}

  Judged operator()(const BudgetResult& limit) const {
    Judged judged;
    GrowthBudget& budget = judged.budget;
    budget.metric = limit.metric;
    budget.arm = limit.arm;
    budget.service = limit.service;
    budget.phase = limit.phase;
    budget.limit = limit.limit;
    budget.relative = limit.relative;
    budget.allowed = terms_.allow * limit.limit;
    const Comparison* now = find_of(later_, limit, limit.phase);
    const Comparison* before = now ? find_like(baseline_, *now) : nullptr;
    const auto growth = before ? growth_of(*before, *now) : std::nullopt;
    if (!growth) {
      budget.detail = fmt::format("not measured in {}", now && now->units >= 2 ? "the baseline" : "the later result");
      return judged;
    }
    if (budget.relative && !growth->relative) {
      budget.detail = "a share of nothing: in at least one block a value is 0; give an absolute limit";
      return judged;
    }
    judge(judged, limit, *before, *now, *growth);
    return judged;
  }

 private:
  void judge(Judged& judged, const BudgetResult& limit, const Comparison& before, const Comparison& now,
             const Growth& growth) const {
    GrowthBudget& budget = judged.budget;
    const MetricInfo* metric = find_metric(budget.metric);
    const bool higher_is_worse = !metric || metric->higher_is_worse;
    const double sign = higher_is_worse ? 1 : -1;
    budget.measured = true;
    budget.before = sign * (budget.relative ? growth.before_relative->estimate : growth.before.estimate);
    budget.now = sign * (budget.relative ? growth.now_relative->estimate : growth.now.estimate);
    const Estimate increase = worse(budget.relative ? *growth.relative : growth.absolute, higher_is_worse);
    budget.estimate = increase.estimate;
    budget.low = increase.low;
    budget.high = increase.high;
    budget.verdict = tracetax::judge(Interval{increase.low, increase.high}, budget.allowed);
    if (!higher_is_worse) budget.detail = "a drop counts against the budget";

    Grown grown = budget.relative ? *relative_growth(before, now) : absolute_growth(before, now);
    grown.before.mean *= sign;
    grown.now.mean *= sign;
    const double allowed = budget.relative ? log_limit(budget.allowed, higher_is_worse) : budget.allowed;
    judged.p = p_above(grown.difference(), allowed);
    const bool counted = budget.metric == "error_rate" || budget.metric == "spans_lost";
    if (counted && limit.limit == 0 && limit.verdict == Verdict::within) {
      // Its budget asks whether it happened, which counts answer exactly: there is no overhead that could have grown.
      budget.verdict = Verdict::within;
      budget.detail = "none more than the control in any block";
    }
    if (budget.phase == Phase::pairs) hold_against_blocks(budget, limit, higher_is_worse);
    if (budget.verdict != Verdict::inconclusive) return;
    const double distance = std::fabs(allowed - grown.difference().difference);
    budget.blocks_needed = blocks_until(grown, now, distance, false);
    if (budget.blocks_needed == 0) budget.blocks_needed_each = blocks_until(grown, now, distance, true);
  }

  // Pairs see the inline cost alone. Where the total cost that blocks see grew by more, the growth is not within.
  void hold_against_blocks(GrowthBudget& budget, const BudgetResult& limit, bool higher_is_worse) const {
    const Comparison* now = find_of(later_, limit, Phase::blocks);
    const Comparison* before = now ? find_like(baseline_, *now) : nullptr;
    const auto total = before ? growth_of(*before, *now) : std::nullopt;
    if (budget.verdict != Verdict::within || !total || (budget.relative && !total->relative)) return;
    if (worse(budget.relative ? *total->relative : total->absolute, higher_is_worse).low <= budget.allowed) return;
    budget.verdict = Verdict::inconclusive;
    add_detail(
        budget.detail,
        "within as an inline cost (pairs), but the total cost (blocks) has grown by more: the rest is background "
        "work, which disturbs both arms of a pair alike");
  }

  const Result& baseline_;
  const Result& later_;
  const CompareTerms& terms_;
};

Verdict overall(const std::vector<GrowthBudget>& budgets) {
  const auto any = [&](Verdict verdict) {
    return std::ranges::any_of(budgets, [&](const GrowthBudget& b) { return b.verdict == verdict; });
  };
  if (any(Verdict::exceeded)) return Verdict::exceeded;
  return budgets.empty() || any(Verdict::inconclusive) ? Verdict::inconclusive : Verdict::within;
}

ComparedResult identity(const Result& result) {
  ComparedResult compared;
  compared.started_at_unix_s = result.started_at_unix_s;
  compared.seed = result.seed;
  compared.blocks = result.blocks_done;
  compared.valid = result.valid;
  compared.finished = result.finished;
  compared.environment = result.environment;
  return compared;
}

// "cpu \"A\" there, \"B\" here" for each thing that makes one machine another.
std::vector<std::string> machine_differences(const Environment& before, const Environment& now) {
  std::vector<std::string> found;
  const auto compare = [&](std::string_view what, const std::string& a, const std::string& b) {
    if (a != b) found.push_back(fmt::format("{} \"{}\" in the baseline, \"{}\" now", what, a, b));
  };
  compare("CPU", before.cpu, now.cpu);
  compare("cores", std::to_string(before.cores), std::to_string(now.cores));
  compare("build", before.build_type, now.build_type);
  return found;
}

void note_environment(const Environment& before, const Environment& now, std::vector<std::string>& notes) {
  const auto note = [&](const std::string& what, const std::string& a, const std::string& b) {
    if (a != b)
      notes.push_back(
          fmt::format("{}: {} in the baseline, {} now", what, a.empty() ? "none" : a, b.empty() ? "none" : b));
  };
  note("kernel", before.kernel, now.kernel);
  note("compiler", before.compiler, now.compiler);
  for (const auto& [name, was, is] : version_pairs(before, now)) note(name, was, is);
}

void note_result(std::string_view which, const Result& result, std::vector<std::string>& notes) {
  if (!result.valid)
    notes.push_back(fmt::format("{} is not valid: {}", which,
                                result.failures.empty() ? "it does not say why" : result.failures.front()));
  if (!result.finished)
    notes.push_back(
        fmt::format("{} was cut short after {} of {} blocks", which, result.blocks_done, result.blocks_planned));
  for (const std::string& doubt : result.doubts) notes.push_back(fmt::format("{}: {}", which, doubt));
}

}  // namespace

std::vector<std::string> reasons_not_to_compare(const Result& baseline, const Result& later,
                                                const CompareTerms& terms) {
  std::vector<std::string> reasons;
  if (baseline.fingerprint.empty() || later.fingerprint.empty()) {
    reasons.push_back(fmt::format(
        "{} does not say what was measured (no fingerprint): it was written by an older tracetax; measure it again",
        baseline.fingerprint.empty() ? "the baseline" : "the result"));
  } else if (baseline.fingerprint != later.fingerprint) {
    reasons.push_back(
        fmt::format("different scenarios: {} (fingerprint {}) in the baseline, {} ({}) now. Topology, tools, load, "
                    "arms and windows "
                    "must be the same; measure a new baseline with the scenario as it is now",
                    baseline.name, baseline.fingerprint, later.name, later.fingerprint));
  }
  if (baseline.method != later.method) {
    reasons.push_back(fmt::format(
        "the numbers are made in different ways: method {} in the baseline, {} now (CHANGELOG.md, \"Numbers change\"); "
        "measure a new baseline with this version of tracetax",
        baseline.method, later.method));
  }
  std::set<std::pair<std::string, std::string>> arms_before;
  std::set<std::pair<std::string, std::string>> arms_now;
  for (const ArmSummary& arm : baseline.arms) arms_before.emplace(arm.name, arm.role);
  for (const ArmSummary& arm : later.arms) arms_now.emplace(arm.name, arm.role);
  if (arms_before != arms_now) {
    const auto listed = [](const auto& arms) {
      std::vector<std::string> names;
      for (const auto& [name, role] : arms) names.push_back(name + " (" + role + ")");
      return names.empty() ? std::string("none") : fmt::format("{}", fmt::join(names, ", "));
    };
    reasons.push_back(fmt::format(
        "different arms: {} in the baseline, {} now; each treatment needs the same control in both, so measure a new "
        "baseline",
        listed(arms_before), listed(arms_now)));
  }
  const std::vector<std::string> machines = machine_differences(baseline.environment, later.environment);
  if (!machines.empty() && !terms.force) {
    reasons.push_back(
        fmt::format("different machines: {}. What tracing costs differs between them for reasons of their own; use a "
                    "baseline from this class of machine, or compare all the same with --force",
                    fmt::join(machines, ", ")));
  }
  return reasons;
}

GrowthReport compare_results(const Result& baseline, const Result& later, const CompareTerms& terms) {
  GrowthReport report;
  report.name = later.name;
  report.valid = baseline.valid && later.valid;
  report.baseline = identity(baseline);
  report.later = identity(later);
  report.allow = terms.allow;
  const std::vector<std::string> machines = machine_differences(baseline.environment, later.environment);
  report.forced = terms.force && !machines.empty();
  if (report.forced)
    report.notes.push_back(fmt::format("--force: compared in spite of different machines ({}); a growth may be theirs",
                                       fmt::join(machines, ", ")));
  for (const Comparison& now : later.comparisons) {
    const Comparison* before = find_like(baseline, now);
    if (const auto growth = before ? growth_of(*before, now) : std::nullopt) report.growths.push_back(*growth);
  }
  if (!report.growths.empty()) report.confidence = report.growths.front().confidence;

  std::vector<Judged> judged;
  std::ranges::transform(later.budgets, std::back_inserter(judged), Judge(baseline, later, terms));
  // An innocent change is not to fail the more often the more is looked at.
  std::vector<Tested> tested;
  for (Judged& j : judged) {
    if (j.p) tested.push_back({&j.budget.verdict, &j.budget.detail, *j.p});
  }
  const auto level_of_share = [&](std::size_t share) {
    return (1 - report.confidence) / 2 / static_cast<double>(share);
  };
  confirm_exceeded(tested, level_of_share, "grown by more");
  for (Judged& j : judged) report.budgets.push_back(std::move(j.budget));
  report.verdict = overall(report.budgets);

  note_result("the baseline", baseline, report.notes);
  note_result("the result", later, report.notes);
  note_environment(baseline.environment, later.environment, report.notes);
  const bool doubts = !baseline.doubts.empty() || !later.doubts.empty();
  if (later.strict && doubts && report.verdict == Verdict::within) {
    report.verdict = Verdict::inconclusive;
    report.notes.insert(report.notes.begin(),
                        "strict: every growth is within, but the numbers are in doubt, so the whole is inconclusive");
  }
  return report;
}

int exit_code(const GrowthReport& report) {
  if (!report.valid) return 4;
  return report.verdict == Verdict::within ? 0 : report.verdict == Verdict::exceeded ? 1 : 3;
}

}  // namespace tracetax
