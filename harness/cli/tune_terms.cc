#include "harness/cli/tune_terms.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/scenario/metric.h"
#include "harness/scenario/scalars.h"

namespace tracetax::cli {
namespace {

bool has_ratio(const Arm& arm) {
  const SamplerType type = arm.tracing.sampler.type;
  return arm.role == Role::treatment &&
         (type == SamplerType::traceidratio || type == SamplerType::parentbased_traceidratio);
}

std::string ratio_of(const Arm& arm) {
  return "arms." + arm.name + ".tracing.sampler.ratio";
}

std::string default_knob(const Scenario& scenario) {
  std::vector<std::string> knobs;
  for (const Arm& arm : scenario.arms) {
    if (has_ratio(arm)) knobs.push_back(ratio_of(arm));
  }
  if (knobs.size() == 1) return knobs.front();
  if (knobs.empty())
    throw std::invalid_argument(
        "no treatment has a sampler with a ratio\n  hint: name a number of the scenario: --knob KEY.PATH --min X --max "
        "Y");
  throw std::invalid_argument(fmt::format(
      "several treatments have a sampler with a ratio\n  hint: choose one: --knob {}", fmt::join(knobs, " or ")));
}

// Names of arms may contain points: the longest that fits.
const Arm* arm_of(const Scenario& scenario, const std::string& path) {
  const Arm* found = nullptr;
  for (const Arm& arm : scenario.arms) {
    if (path.starts_with("arms." + arm.name + ".") && (!found || arm.name.size() > found->name.size())) found = &arm;
  }
  return found;
}

}  // namespace

std::string budget_text(const Budget& budget) {
  const MetricInfo* metric = find_metric(budget.metric);
  std::string limit = fmt::format("{:.12g}", budget.limit);
  if (budget.relative) {
    limit = fmt::format("{:.12g}%", budget.limit * 100);
  } else if (metric && metric->unit == Unit::nanoseconds) {
    limit += "ns";
  } else if (metric && metric->unit == Unit::per_second) {
    limit += "/s";
  } else if (metric && metric->unit == Unit::bytes) {
    limit = fmt::format("{:.0f}B", budget.limit);
  }
  std::string text = fmt::format("{{ metric: {}, max: {}", budget.metric, limit);
  if (!budget.service.empty()) text += ", service: " + budget.service;
  if (!budget.arm.empty()) text += ", arm: " + budget.arm;
  if (budget.phase) text += fmt::format(", phase: {}", to_string(*budget.phase));
  if (!budget.ids.empty()) text += fmt::format(", id: [ {} ]", fmt::join(budget.ids, ", "));
  return text + " }";
}

std::vector<std::string> parse_rates(const std::string& text) {
  std::vector<std::string> rates;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t comma = std::min(text.find(',', from), text.size());
    rates.push_back(text.substr(from, comma - from));
    from = comma + 1;
    const auto rate = shapes::parse_rate(rates.back());
    if (!rate || *rate <= 0)
      throw std::invalid_argument(fmt::format("--rates: must be rates such as 100/s,300/s, got `{}`", rates.back()));
  }
  return rates;
}

std::vector<double> parse_at_least(const std::string& text, const Knob& knob, std::size_t searches) {
  std::vector<double> values;
  if (text.empty()) return values;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string one = text.substr(begin, end - begin);
    const auto value = knob_value(knob, one);
    if (!value || *value < knob.low || *value > knob.high)
      throw std::invalid_argument(fmt::format("--at-least: must be a value of {} from {} to {}, got `{}`", knob.path,
                                              knob_text(knob, knob.low), knob_text(knob, knob.high), one));
    values.push_back(*value);
    begin = end + 1;
  }
  if (values.size() == 1) values.resize(searches, values.front());
  if (values.size() != searches)
    throw std::invalid_argument(
        fmt::format("--at-least: has {} values for {} rates\n  hint: give one for all, or one for each of --rates",
                    values.size(), searches));
  return values;
}

TuneTerms tune_terms(const TuneArguments& arguments, const Scenario& scenario) {
  TuneTerms terms;
  const std::string path = arguments.knob.empty() ? default_knob(scenario) : arguments.knob;
  const bool is_ratio = path.ends_with(".ratio");
  if (!is_ratio && (arguments.min.empty() || arguments.max.empty()))
    throw std::invalid_argument(fmt::format("--knob {} needs a range: --min X --max Y", path));
  terms.knob =
      make_knob(path, arguments.min.empty() ? "0.001" : arguments.min, arguments.max.empty() ? "1" : arguments.max);

  const Arm* arm = arm_of(scenario, path);
  if (path.starts_with("arms.") && !arm)
    throw std::invalid_argument(fmt::format("--knob {}: the scenario has no such arm", path));
  if (arm && arm->role == Role::control)
    throw std::invalid_argument(
        fmt::format("--knob {}: {} is the control, whose cost is not held to a budget", path, arm->name));
  if (arm) terms.arm = arm->name;

  std::vector<std::string> kept;
  for (const Budget& budget : scenario.budgets) {
    if (!arm || budget.arm.empty() || budget.arm == arm->name) kept.push_back(budget_text(budget));
  }
  if (kept.empty())
    throw std::invalid_argument(
        "the scenario has no budget for the arm, so every value would do\n  hint: give it one, or --budgets FILE");
  if (kept.size() < scenario.budgets.size()) {
    terms.sets.push_back(fmt::format("budgets=[ {} ]", fmt::join(kept, ", ")));
    terms.left_out.push_back(fmt::format("{} budgets of other arms", scenario.budgets.size() - kept.size()));
  }
  std::vector<std::string> others;
  for (const Arm& other : scenario.arms) {
    if (!arm || other.role == Role::control || other.name == arm->name) continue;
    terms.sets.push_back("arms." + other.name + "=null");
    others.push_back(other.name);
  }
  if (!others.empty()) terms.left_out.push_back(fmt::format("the treatments {}", fmt::join(others, ", ")));
  // They speak of the scenario's own setting ("a tenth is kept"), which the search changes.
  if (!scenario.checks.empty()) {
    terms.sets.emplace_back("checks=[]");
    terms.left_out.emplace_back("all checks");
  }
  return terms;
}

}  // namespace tracetax::cli
