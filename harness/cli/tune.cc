#include "harness/results/tune.h"

#include <cmath>
#include <cstdio>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "harness/base/text.h"
#include "harness/cli/commands.h"
#include "harness/cli/doctor_advice.h"
#include "harness/cli/interruption.h"
#include "harness/cli/measure.h"
#include "harness/cli/run_folder.h"
#include "harness/cli/terminal.h"
#include "harness/cli/tune_probes.h"
#include "harness/cli/tune_terms.h"
#include "harness/experiment/environment.h"
#include "harness/experiment/plan.h"
#include "harness/load/schedule.h"
#include "harness/results/files.h"
#include "harness/scenario/scalars.h"
#include "harness/search/evidence.h"
#include "harness/search/search.h"
#include "reports/tune.h"

namespace tracetax::cli {
namespace {

std::string_view unit_name(Knob::Unit unit) {
  switch (unit) {
    case Knob::Unit::duration:
      return "ns";
    case Knob::Unit::rate:
      return "per_s";
    case Knob::Unit::bytes:
      return "bytes";
    case Knob::Unit::number:
      break;
  }
  return "";
}

std::string_view end_name(SearchEnd end) {
  switch (end) {
    case SearchEnd::found:
      return "found";
    case SearchEnd::all_within:
      return "all within";
    case SearchEnd::none_within:
      return "none within";
    case SearchEnd::reaches:
      return "reaches";
    case SearchEnd::below_asked:
      return "below";
    case SearchEnd::undecided:
      return "undecided";
    case SearchEnd::not_monotone:
      return "not monotone";
  }
  return "";
}

double parse_tolerance(const std::string& text) {
  const auto share = shapes::parse_share(text);
  if (!share || *share < 0.01 || *share > 0.9)
    throw std::invalid_argument("--tolerance: must be a share from 1% to 90%, got " + text);
  return *share;
}

// A new folder, or one of an earlier search, which is gone on with.
std::filesystem::path tune_folder(const std::string& wanted, const std::string& name) {
  if (!wanted.empty() && std::filesystem::is_directory(std::filesystem::path(wanted) / "probes")) return wanted;
  return make_result_folder(wanted, name + "-tune", unix_seconds());
}

// How long the whole may take, shared out to the searches that are left.
class Allowance {
 public:
  Allowance(std::optional<Nanos> all, std::size_t searches)
      : all_(all), started_(monotonic_now()), searches_(searches) {}
  void next_search() {
    if (all_) end_ = monotonic_now() + (started_ + *all_ - monotonic_now()) / static_cast<std::int64_t>(searches_);
    --searches_;
  }
  std::optional<Nanos> left() const {
    if (!all_) return std::nullopt;
    return end_ - monotonic_now();
  }

 private:
  std::optional<Nanos> all_;
  Nanos started_;
  Nanos end_{};
  std::size_t searches_;
};

class Tuner {
 public:
  Tuner(ProbeStore& store, SearchTerms terms, const Allowance& allowance, bool talk)
      : store_(store), terms_(std::move(terms)), allowance_(allowance), talk_(talk) {}

  // `asked`: SearchTerms::asked.
  TuneSearch search(const std::string& rate, std::optional<double> asked) {
    TuneSearch found;
    found.rate = rate;
    found.asked = terms_.asked = asked;
    std::vector<Probe> probes;
    std::vector<BudgetResult> budgets;
    for (SearchStep step = next_step(terms_, probes);; step = next_step(terms_, probes)) {
      if (!step.probe) {
        found.end = end_name(step.end);
        break;
      }
      const std::string value = knob_text(terms_.knob, *step.probe);
      if (no_time_for_another(found) && !store_.has(sets_of(rate, value))) {
        found.end = "max time";
        break;
      }
      if (talk_)
        fmt::print(stderr, "{}probe {}: {} = {} ({})\n", rate.empty() ? "" : rate + ", ", probes.size() + 1,
                   terms_.knob.path, value, step.why);
      const ProbeRun run = valid_run(sets_of(rate, value), found);
      if (run.interrupted || !run.result.valid) {
        found.end = run.interrupted ? "interrupted" : "not valid";
        break;
      }
      Probe probe{*step.probe, {}};
      TunePoint point{.folder = run.folder,
                      .value = value,
                      .x = *step.probe,
                      .why = step.why,
                      .reused = run.reused,
                      .blocks = run.result.blocks_done,
                      .duration = run.result.duration,
                      .budgets = run.result.budgets,
                      .standard_errors = {}};
      for (const BudgetResult& budget : run.result.budgets) {
        probe.budgets.push_back(evidence_of(run.result, budget));
        point.standard_errors.push_back(probe.budgets.back().standard_error);
      }
      if (talk_) fmt::print(stderr, "  {}\n", tune_point_line(point));
      budgets = run.result.budgets;
      found.duration += point.duration;
      probes.push_back(std::move(probe));
      found.points.push_back(std::move(point));
    }
    conclude(found, probes, budgets);
    return found;
  }

 private:
  // A probe that is not valid says nothing. Most were disturbed, so it is made again; a system that does not bear the
  // load fails each time.
  ProbeRun valid_run(const std::vector<std::string>& sets, TuneSearch& found) {
    constexpr int attempts = 3;
    for (int attempt = 1;; ++attempt) {
      ProbeRun run = store_.run(sets, allowance_.left());
      if (run.result.valid || run.interrupted) return run;
      for (const std::string& failure : run.result.failures) found.failures.push_back(run.folder + ": " + failure);
      if (talk_) fmt::print(stderr, "  {} is not valid: {}\n", run.folder, run.result.failures.front());
      if (attempt == attempts) return run;
    }
  }

  std::vector<std::string> sets_of(const std::string& rate, const std::string& value) const {
    std::vector<std::string> sets;
    if (!rate.empty()) sets.push_back("load.arrivals.rate=" + rate);
    sets.push_back(terms_.knob.path + "=" + value);
    return sets;
  }

  // Going by how long the probes took so far.
  bool no_time_for_another(const TuneSearch& so_far) const {
    const auto left = allowance_.left();
    if (!left) return false;
    if (so_far.points.empty()) return *left <= Nanos{};
    return so_far.duration / static_cast<std::int64_t>(so_far.points.size()) > *left;
  }

  void conclude(TuneSearch& found, const std::vector<Probe>& probes, const std::vector<BudgetResult>& budgets) const {
    if (probes.empty()) return;
    const SearchState state = state_of(terms_, probes);
    found.crossing = state.crossing;
    found.unsafe = state.unsafe;
    found.width = width_of(terms_, state);
    if (state.safe && found.end != "not monotone" && found.end != "none within") {
      found.safe = state.safe;
      found.x = knob_floor(terms_.knob, *state.safe);
      found.answer = knob_text(terms_.knob, *found.x);
      found.confirmed = confirmed(terms_, probes, *found.x);
    }
    // The width shrinks with the square root of what was measured.
    const double wanted = found.width > terms_.tolerance ? terms_.tolerance : found.width / 2;
    if (found.width < 1 && wanted > 0)
      found.needed =
          Nanos(std::llround(static_cast<double>(found.duration.count()) * (std::pow(found.width / wanted, 2) - 1)));
    for (std::size_t b = 0; b < state.curves.size(); ++b) found.curves.push_back(curve(budgets.at(b), state.curves[b]));
  }

  static TuneCurve curve(const BudgetResult& budget, const BudgetCurve& curve) {
    TuneCurve out;
    out.metric = budget.metric;
    out.service = budget.service;
    out.phase = budget.phase;
    out.limit = budget.limit;
    out.relative = budget.relative;
    out.crossing = curve.crossing;
    out.safe = curve.safe;
    out.unsafe = curve.unsafe;
    if (!curve.fit) return out;
    out.fitted = true;
    out.intercept = curve.fit->intercept;
    out.slope = curve.fit->slope;
    out.intercept_error = curve.fit->intercept_error;
    out.slope_error = curve.fit->slope_error;
    out.lack_of_fit = curve.fit->lack_of_fit;
    out.used = static_cast<std::uint32_t>(curve.fit->used);
    return out;
  }

  ProbeStore& store_;
  SearchTerms terms_;
  const Allowance& allowance_;
  bool talk_;
};

// A key that takes whole numbers alone refuses this one.
bool takes_whole_numbers(const ProbeStore& store, const Knob& knob) {
  if (knob.unit != Knob::Unit::number || knob.low != std::floor(knob.low) || knob.high != std::floor(knob.high) ||
      knob.high <= 1)
    return false;
  try {
    store.load({fmt::format("{}={}", knob.path, knob.low + 0.5)});
    return false;
  } catch (const ScenarioError&) {
    return true;
  }
}

}  // namespace

int tune(const TuneArguments& arguments) {
  const std::filesystem::path file = find_scenario(arguments.scenario);
  ProbeTerms probes;
  probes.scenario = file;
  probes.budgets = find_budgets(arguments.budgets);
  if (arguments.quick) {
    probes.sets = quick_sets();
    probes.notes.emplace_back(quick_warning);
  }
  probes.sets.insert(probes.sets.end(), arguments.sets.begin(), arguments.sets.end());
  const LoadedScenario base = load_scenario(file, probes.sets, probes.budgets);

  TuneTerms terms;
  SearchTerms search;
  std::vector<std::string> rates;
  std::vector<double> at_least;
  std::optional<Nanos> max_time;
  try {
    terms = tune_terms(arguments, base.scenario);
    search.tolerance = parse_tolerance(arguments.tolerance);
    rates = parse_rates(arguments.rates);
    max_time = parse_max_time(arguments.max_time);
    at_least = parse_at_least(arguments.at_least, terms.knob, std::max<std::size_t>(1, rates.size()));
    probes.sets.insert(probes.sets.end(), terms.sets.begin(), terms.sets.end());
    // All mistakes before anything runs: both ends of the range, at every rate.
    for (const std::string& rate : rates.empty() ? std::vector<std::string>{""} : rates) {
      for (const double end : {terms.knob.low, terms.knob.high}) {
        std::vector<std::string> sets = probes.sets;
        if (!rate.empty()) sets.push_back("load.arrivals.rate=" + rate);
        sets.push_back(terms.knob.path + "=" + knob_text(terms.knob, end));
        load_scenario(file, sets, probes.budgets);
      }
    }
    probes.folder = tune_folder(arguments.folder, base.scenario.name);
  } catch (const std::invalid_argument& error) {
    fmt::print(stderr, "tracetax tune: {}\n", error.what());
    return usage;
  }
  const bool talk = !arguments.quiet;
  probes.seed = base.scenario.plan.seed;
  probes.progress = talk ? arguments.progress : Progress::none;

  TuneReport report;
  report.name = base.scenario.name;
  report.scenario_file = file.string();
  report.knob = terms.knob.path;
  report.arm = terms.arm;
  report.started_at_unix_s = unix_seconds();
  report.load_description = describe(base.scenario.load);
  if (!rates.empty()) report.load_description += ", but at the rate of each search";
  report.environment = read_environment();
  report.tolerance = search.tolerance;
  report.confidence = search.confidence = base.scenario.plan.confidence;
  report.unit = unit_name(terms.knob.unit);
  for (const std::string& left_out : terms.left_out) report.notes.push_back("left out of the search: " + left_out);
  report.notes.insert(report.notes.end(), probes.notes.begin(), probes.notes.end());
  for (const std::string& warning : report.environment.warnings) report.notes.push_back(warning);

  const std::filesystem::path folder = probes.folder;
  const std::atomic<bool>& stop = stop_on_signals();
  ProbeStore store(std::move(probes), stop);
  terms.knob.whole = takes_whole_numbers(store, terms.knob);
  search.knob = terms.knob;
  report.low = knob_text(terms.knob, terms.knob.low);
  report.high = knob_text(terms.knob, terms.knob.high);
  const LoadedScenario first = store.load({});
  for (const BudgetResult& budget : budgets_of(first.scenario)) search.limits.push_back(budget.limit);
  if (talk)
    fmt::print(stderr, "{}: {} from {} to {}, {} budgets; a probe is {} (at most about {})\n", report.name, report.knob,
               report.low, report.high, search.limits.size(), describe(first.scenario.plan),
               format_duration(static_cast<double>(plan_time(first.scenario).count())));

  if (rates.empty()) rates.emplace_back();
  Allowance allowance(max_time, rates.size());
  for (std::size_t i = 0; i < rates.size(); ++i) {
    allowance.next_search();
    const std::optional<double> asked = at_least.empty() ? std::nullopt : std::optional(at_least[i]);
    report.searches.push_back(Tuner(store, search, allowance, talk).search(rates[i], asked));
    // After each search, so that one that is cut short loses none.
    write_file_atomically(folder / "tune.md", render_tune_markdown(report));
    write_file_atomically(folder / "tune.json", write_tune_json(report));
    if (stop) break;
  }
  if (talk) {
    fmt::print("{}\nreport: {}\n", render_tune_text(report, text_options(STDOUT_FILENO)),
               std::filesystem::absolute(folder / "tune.md").lexically_normal().string());
  }
  for (const TuneSearch& one : report.searches) {
    if (one.end != "not valid") continue;
    for (const std::string& failure : one.failures) fmt::print(stderr, "tracetax tune: {}\n", failure);
  }
  return exit_code(report);
}

}  // namespace tracetax::cli
