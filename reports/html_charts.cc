#include <algorithm>
#include <initializer_list>

#include <fmt/format.h>

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

}  // namespace tracetax::html
