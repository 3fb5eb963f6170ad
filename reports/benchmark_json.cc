#include "reports/benchmark_json.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "harness/scenario/metric.h"
#include "reports/sections.h"
#include "reports/words.h"

namespace tracetax {
namespace {

// Names come from files; a result that was read has UTF-8 in them, one that was made in memory may not.
using Json = nlohmann::ordered_json;
std::string dumped(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

bool higher_is_worse(const std::string& metric) {
  const MetricInfo* const info = find_metric(metric);
  return info == nullptr || info->higher_is_worse;
}

bool has_budget(const Result& result, const Comparison& c) {
  return std::ranges::any_of(result.budgets, [&](const BudgetResult& b) {
    return b.metric == c.metric && b.arm == c.treatment && b.service == c.service && b.phase == c.phase;
  });
}

// A chart for every comparison would be hundreds; these are what the reports show where there is no room for all.
bool is_shown(const Result& result, const Comparison& c) {
  return (c.service.empty() && sections::is_main(c.metric)) || has_budget(result, c);
}

std::string budgets_on(const Result& result, const Comparison& c) {
  std::string text;
  for (const BudgetResult& b : result.budgets) {
    if (b.metric == c.metric && b.arm == c.treatment && b.service == c.service && b.phase == c.phase)
      text += fmt::format("\nbudget {}: {}", words::limit(b), to_string(b.verdict));
  }
  return text;
}

struct Point {
  double value = 0, low = 0, high = 0;
  std::string unit{};
};

Point in_own_unit(const Comparison& c) {
  const MetricInfo* const info = find_metric(c.metric);
  const auto made = [&](double size, const char* unit) {
    const double level = c.control_value / size;
    return Point{c.treatment_value / size, level + c.absolute.low / size, level + c.absolute.high / size, unit};
  };
  switch (info ? info->unit : Unit::count) {
    case Unit::nanoseconds:
      return made(1e3, "µs");
    case Unit::bytes:
      return made(1, "bytes");
    case Unit::fraction:
      return made(0.01, "%");
    case Unit::per_second:
      return made(1, "/s");
    case Unit::count:
      break;
  }
  return made(1, "");
}

Point point_of(const Comparison& c) {
  if (!c.relative) return in_own_unit(c);
  const Estimate& r = *c.relative;
  if (higher_is_worse(c.metric))
    return {100 * (1 + r.estimate), 100 * (1 + r.low), 100 * (1 + r.high), "% of " + c.control};
  return {100 / (1 + r.estimate), 100 / (1 + r.high), 100 / (1 + r.low), "% of " + c.treatment};
}

bool is_finite(const Point& p) {
  return std::isfinite(p.value) && std::isfinite(p.low) && std::isfinite(p.high);
}

// Slugs have letters, digits and hyphens.
std::string slug_of(const Comparison& c, const std::string& what) {
  std::string slug = c.metric;
  std::ranges::replace_if(
      slug, [](char ch) { return ch == '.' || ch == '_'; }, '-');
  return slug + "-" + what + (c.phase == Phase::pairs ? "-pairs" : "");
}

Json metric_of(double value, double low, double high) {
  return Json{{"value", value}, {"lower_value", low}, {"upper_value", high}};
}

}  // namespace

std::string render_benchmark_action(const Result& result) {
  Json all = Json::array();
  for (const Comparison& c : result.comparisons) {
    if (!is_shown(result, c)) continue;
    const Point p = point_of(c);
    if (!is_finite(p)) continue;
    std::string extra = fmt::format(
        "{} {}, {} {}\nchange {}, {:.4g} % interval {}", c.control, words::value(c.metric, c.control_value),
        c.treatment, words::value(c.metric, c.treatment_value), words::difference(c.metric, c.absolute.estimate),
        c.confidence * 100, words::interval(c.metric, c.absolute.low, c.absolute.high));
    extra += budgets_on(result, c);
    const bool inverse = c.relative && !higher_is_worse(c.metric);
    all.push_back({{"name", fmt::format("{}: {} of {}{}", result.name, words::metric_title(c), c.treatment,
                                        inverse ? " (inverse)" : "")},
                   {"unit", p.unit},
                   {"value", p.value},
                   {"range", fmt::format("{:.6g} to {:.6g}", p.low, p.high)},
                   {"extra", extra}});
  }
  return dumped(all);
}

std::string render_bencher(const Result& result) {
  Json all = Json::object();
  for (const Comparison& c : result.comparisons) {
    if (!is_shown(result, c)) continue;
    const std::string name = result.name + "/" + c.treatment + (c.service.empty() ? "" : "/" + c.service);
    const Estimate& a = c.absolute;
    if (is_finite({a.estimate, a.low, a.high})) all[name][slug_of(c, "cost")] = metric_of(a.estimate, a.low, a.high);
    if (!c.relative) continue;
    const Point ratio{1 + c.relative->estimate, 1 + c.relative->low, 1 + c.relative->high};
    if (is_finite(ratio)) all[name][slug_of(c, "ratio")] = metric_of(ratio.value, ratio.low, ratio.high);
  }
  return dumped(all);
}

}  // namespace tracetax
