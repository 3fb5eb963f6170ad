#include "reports/tune_words.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "reports/words.h"

namespace tracetax::tune_words {
namespace {

std::string amount(const TuneCurve& curve, double overhead) {
  return curve.relative ? words::relative(overhead) : words::difference(curve.metric, overhead);
}

// A step of the knob in which the line's slope is told: a power of ten that is about a tenth of where things happen.
double slope_step(const TuneCurve& curve, const TuneSearch& search) {
  double reach = 0;
  for (const TunePoint& point : search.points) reach = std::max(reach, point.x);
  const double where = curve.crossing && *curve.crossing > 0 ? std::min(*curve.crossing, reach) : reach;
  return where > 0 ? std::pow(10, std::floor(std::log10(where))) : 1;
}

std::string between(const TuneReport& report, const std::optional<double>& safe, const std::optional<double>& unsafe) {
  return fmt::format("{} to {}", safe ? knob(report, *safe) : "below " + report.low,
                     unsafe ? knob(report, *unsafe) : report.high + " or more");
}

std::string minutes(Nanos time) {
  const double seconds = to_seconds(time);
  return seconds < 90 ? fmt::format("{:.0f} s", std::ceil(seconds))
                      : fmt::format("{:.0f} min", std::ceil(seconds / 60));
}

std::string budgets_of(const TuneSearch& search) {
  const std::size_t n = search.curves.size();
  return n == 1 ? "the budget" : fmt::format("all {} budgets", n);
}

}  // namespace

std::string knob(const TuneReport& report, double x) {
  if (report.unit == "ns") return format_duration(x);
  if (report.unit == "bytes") return format_bytes(x);
  return fmt::format("{:.3g}{}", x, report.unit == "per_s" ? "/s" : "");
}

std::string answer(const TuneReport& report, const TuneSearch& search) {
  if (search.end == "not valid") return "the measurement failed, so there is no answer";
  if (search.points.empty()) return "nothing was measured, so there is no answer";
  if (search.end == "not monotone")
    return "a lower value breaks a budget that a higher one keeps: the cost does not rise with the knob, and a largest "
           "value means nothing";
  if (search.end == "none within") return fmt::format("even the lowest value, {}, breaks a budget", report.low);
  if (search.end == "all within")
    return fmt::format("{}, the highest value of the range, keeps {}", search.answer, budgets_of(search));
  if (search.asked && search.end == "below")
    return fmt::format("{} breaks a budget; the largest value that keeps {} is {}", knob(report, *search.asked),
                       budgets_of(search), search.answer.empty() ? "below it" : "at least " + search.answer);
  if (search.asked && search.end == "reaches")
    return fmt::format("{} keeps {}; whether more does was not asked", knob(report, *search.asked), budgets_of(search));
  std::string text;
  if (search.answer.empty()) {
    text = fmt::format("no value is known to keep {}", budgets_of(search));
  } else {
    text = fmt::format("{} keeps {}", search.answer, budgets_of(search));
    if (!search.confirmed)
      text += " as far as the cost is a straight line between the probes: none near it has confirmed that";
    if (search.end != "found") text += "; the largest that does may be well above";
  }
  if (search.crossing) text += fmt::format("; the largest is about {}", knob(report, *search.crossing));
  text += fmt::format(" ({:.3g} % interval {})", report.confidence * 100, between(report, search.safe, search.unsafe));
  return text;
}

std::string advice(const TuneReport& report, const TuneSearch& search) {
  if (search.end == "not valid" || search.end == "not monotone" || search.end == "none within" ||
      search.end == "all within" || search.end == "reaches" || search.end == "below" || search.points.empty())
    return {};
  const std::string measured = fmt::format("{} of probes", minutes(search.duration));
  if (search.width >= 1)
    return fmt::format("{} did not resolve it: longer windows or more blocks (plan.window, plan.blocks) do", measured);
  if (search.needed <= Nanos{}) return {};
  if (search.width > report.tolerance)
    return fmt::format("the answer may be {:.0f} % below what is possible; about {} more would bring that to {:.0f} %",
                       search.width * 100, minutes(search.needed), report.tolerance * 100);
  return fmt::format("the answer is at most {:.0f} % below what is possible ({}); about {} more would halve that",
                     search.width * 100, measured, minutes(search.needed));
}

Verdict verdict_of(const TuneSearch& search) {
  if (search.end == "found" || search.end == "all within" || search.end == "reaches") return Verdict::within;
  return search.end == "none within" || search.end == "below" || search.end == "not valid" ? Verdict::exceeded
                                                                                           : Verdict::inconclusive;
}

Table searches(const TuneReport& report) {
  Table table;
  table.header = {"rate", "keeps the budgets", "largest, about", "at most", "probes", "measured", ""};
  for (const TuneSearch& search : report.searches) {
    table.rows.push_back({search.rate.empty() ? report.load_description : search.rate,
                          search.answer.empty() ? "–" : search.answer,
                          search.crossing && !search.answer.empty() ? knob(report, *search.crossing) : "–",
                          search.unsafe ? knob(report, *search.unsafe) : "–", std::to_string(search.points.size()),
                          minutes(search.duration), search.end});
  }
  return table;
}

namespace {

std::vector<const TunePoint*> by_value(const TuneSearch& search) {
  std::vector<const TunePoint*> points;
  for (const TunePoint& point : search.points) points.push_back(&point);
  std::ranges::stable_sort(points, {}, &TunePoint::x);
  return points;
}

}  // namespace

Table curve(const TuneReport& report, const TuneSearch& search, std::size_t budget) {
  Table table;
  const TuneCurve& of = search.curves.at(budget);
  table.header = {"value", "probe",  "blocks", "overhead", fmt::format("{:.3g} % interval", report.confidence * 100),
                  "line",  "verdict"};
  table.left_columns = 2;
  for (const TunePoint* point : by_value(search)) {
    const BudgetResult& b = point->budgets.at(budget);
    table.rows.push_back({point->value, point->folder + (point->reused ? " (reused)" : ""),
                          std::to_string(point->blocks), words::budget_estimate(b), words::budget_interval(b),
                          of.fitted ? amount(of, of.intercept + of.slope * point->x) : "–",
                          std::string(to_string(b.verdict))});
  }
  return table;
}

std::vector<Verdict> curve_verdicts(const TuneSearch& search, std::size_t budget) {
  std::vector<Verdict> verdicts;
  for (const TunePoint* point : by_value(search)) verdicts.push_back(point->budgets.at(budget).verdict);
  return verdicts;
}

std::string title(const TuneCurve& curve) {
  return words::metric_title(curve.metric, curve.service, curve.phase);
}

std::string limit(const TuneCurve& curve) {
  return words::limit(curve.metric, curve.limit, curve.relative);
}

std::string line(const TuneReport& report, const TuneSearch& search, const TuneCurve& curve) {
  if (!curve.fitted)
    return "no line: told by the probes' verdicts, because their spread is not known or all were at one value";
  const double step = slope_step(curve, search);
  std::string text =
      fmt::format("line through {} of {} probes: {} at 0, {} for each {}", curve.used, search.points.size(),
                  amount(curve, curve.intercept), amount(curve, curve.slope * step), knob(report, step));
  if (curve.crossing)
    text += fmt::format("; it meets the limit at {} ({})", knob(report, *curve.crossing),
                        between(report, curve.safe, curve.unsafe));
  if (curve.lack_of_fit < 0.05)
    text += fmt::format("; it does not fit well (p = {:.2g}), and its errors are widened", curve.lack_of_fit);
  return text;
}

}  // namespace tracetax::tune_words
