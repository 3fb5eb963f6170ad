#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "reports/html_parts.h"
#include "reports/table.h"
#include "reports/words.h"

namespace tracetax::html {
namespace {

constexpr double bar_width = 170;
constexpr double bar_height = 30;
constexpr double bar_margin = 6;

// Values to pixels, linear.
struct Axis {
  double from = 0, to = 1;
  double operator()(double v) const {
    const double share = to > from ? (v - from) / (to - from) : 0.5;
    return bar_margin + std::clamp(share, 0.0, 1.0) * (bar_width - 2 * bar_margin);
  }
};

Axis axis_over(std::initializer_list<double> values) {
  const double low = std::min(values);
  const double high = std::max(values);
  const double room = (high > low ? high - low : 1) * 0.08;
  return {low - room, high + room};
}

std::string rect(double x, double y, double width, double height, std::string_view fill, double radius = 0) {
  return fmt::format(R"(<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="{:.1f}" fill="{}"/>)", x, y,
                     width, height, radius, fill);
}

std::string line(double x1, double y1, double x2, double y2, std::string_view stroke, double width,
                 bool dashed = false) {
  return fmt::format(R"(<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}" stroke-width="{:.1f}"{}/>)",
                     x1, y1, x2, y2, stroke, width, dashed ? R"( stroke-dasharray="3 3")" : "");
}

std::string dot(double x, double y, double radius, std::string_view fill) {
  return fmt::format(
      R"svg(<circle cx="{:.1f}" cy="{:.1f}" r="{:.1f}" fill="{}" stroke="var(--card)" stroke-width="1.5"/>)svg", x, y,
      radius, fill);
}

std::string interval_mark(const Axis& x, double low, double estimate, double high, double y) {
  const double left = x(low);
  const double width = std::max(x(high) - left, 2.0);
  return rect(left, y - 4, width, 8, "var(--state)", 2) + dot(x(estimate), y, 3.5, "var(--state)");
}

std::string open_svg(double width, double height, const std::string& label) {
  return fmt::format(
      R"(<svg width="{0:.0f}" height="{1:.0f}" viewBox="0 0 {0:.0f} {1:.0f}" role="img" aria-label="{2}">)", width,
      height, escape_xml(label));
}

std::string text_at(double x, double y, std::string_view anchor, const std::string& text, bool ink = false) {
  return fmt::format(R"(<text x="{:.1f}" y="{:.1f}" text-anchor="{}"{}>{}</text>)", x, y, anchor,
                     ink ? R"( class="ink")" : "", escape_xml(text));
}

}  // namespace

std::string budget_bar(const BudgetResult& budget) {
  if (!words::was_measured(budget)) return {};
  const Axis x = axis_over({0.0, budget.low, budget.high, budget.limit});
  const double y = bar_height / 2;
  std::string svg =
      open_svg(bar_width, bar_height, words::budget_interval(budget) + " against " + words::limit(budget));
  svg += rect(0, y - 6, bar_width, 12, "var(--track)", 6);
  svg += rect(0, y - 6, x(budget.limit), 12, "var(--good-soft)", 6);
  svg += line(x(0), 4, x(0), bar_height - 4, "var(--soft)", 1, true);
  svg += line(x(budget.limit), 2, x(budget.limit), bar_height - 2, "var(--ink)", 2);
  svg += interval_mark(x, budget.low, budget.estimate, budget.high, y);
  return svg + "</svg>";
}

std::string check_bar(const CheckResult& check) {
  if (check.low == 0 && check.high == 0 && check.observed == 0) return {};
  const Axis x = axis_over({check.low, check.high, check.expected, 0.0});
  const double y = bar_height / 2;
  std::string svg =
      open_svg(bar_width, bar_height, words::check_interval(check) + " against " + words::check_expected(check));
  svg += rect(0, y - 6, bar_width, 12, "var(--track)", 6);
  svg += line(x(check.expected), 2, x(check.expected), bar_height - 2, "var(--ink)", 2);
  svg += interval_mark(x, check.low, check.observed, check.high, y);
  return svg + "</svg>";
}

std::string change_bar(const Estimate& relative, double reach) {
  const Axis x{-reach * 1.05, reach * 1.05};
  const double y = bar_height / 2;
  std::string svg = open_svg(bar_width, bar_height, words::relative_interval(relative.low, relative.high));
  svg += rect(0, y - 1, bar_width, 2, "var(--track)");
  svg += line(x(0), 4, x(0), bar_height - 4, "var(--soft)", 1, true);
  svg += interval_mark(x, relative.low, relative.estimate, relative.high, y);
  return svg + "</svg>";
}

std::string latency_chart(const Result& result) {
  constexpr double width = 1000;
  constexpr double left = 130;
  constexpr double right = 40;
  constexpr double row = 46;
  double low = 0;
  double high = 0;
  std::size_t rows = 0;
  for (const ArmSummary& arm : result.arms) {
    if (arm.latency.count == 0) continue;
    const auto p50 = static_cast<double>(std::max<std::int64_t>(arm.latency.p50_ns, 1));
    low = rows == 0 ? p50 : std::min(low, p50);
    high = std::max({high, static_cast<double>(arm.latency.max_ns), p50});
    ++rows;
  }
  if (rows == 0) return {};
  low *= 0.8;
  high *= 1.15;
  const auto x = [&](double v) {
    return left + std::log(std::max(v, low) / low) / std::log(high / low) * (width - left - right);
  };
  const double height = row * static_cast<double>(rows) + 34;
  std::string svg = fmt::format(R"(<svg viewBox="0 0 {:.0f} {:.0f}" width="100%" style="min-width:620px" role="img" )"
                                R"(aria-label="Percentiles of latency of each arm, logarithmic axis">)",
                                width, height);
  for (double decade = std::pow(10, std::floor(std::log10(low))); decade < high; decade *= 10) {
    for (const double step : {1.0, 2.0, 5.0}) {
      const double at = decade * step;
      if (at < low || at > high) continue;
      svg += line(x(at), 6, x(at), height - 24, "var(--line)", 1);
      svg += text_at(x(at), height - 8, "middle", format_duration(at));
    }
  }
  std::size_t index = 0;
  for (std::size_t i = 0; i < result.arms.size(); ++i) {
    const ArmSummary& arm = result.arms[i];
    if (arm.latency.count == 0) continue;
    const double y = row * static_cast<double>(index++) + 30;
    const std::string color = fmt::format("var(--arm{})", i % 5);
    const LatencySummary& l = arm.latency;
    const std::array<std::pair<std::string_view, std::int64_t>, 5> marks{
        {{"p50", l.p50_ns}, {"p90", l.p90_ns}, {"p99", l.p99_ns}, {"p99.9", l.p99_9_ns}, {"max", l.max_ns}}};
    // Names are the user's and may be long; the table below has them whole.
    std::string name = arm.name;
    if (name.size() > 18 && display_width(name) == name.size()) name = name.substr(0, 17) + "…";
    svg += text_at(0, y + 4, "start", name, true);
    svg += line(x(static_cast<double>(l.p50_ns)), y, x(static_cast<double>(l.max_ns)), y, color, 2);
    double last_label = -1e9;
    for (const auto& [mark, ns] : marks) {
      const double at = x(static_cast<double>(ns));
      svg += dot(at, y, mark == "p50" ? 6 : 4.5, color);
      // Labels that would run into each other are left out; the table has every number.
      if (at - last_label < 34) continue;
      svg += text_at(at, y - 11, "middle", std::string(mark));
      last_label = at;
    }
  }
  return svg + "</svg>";
}

}  // namespace tracetax::html
