#include "harness/search/cost_report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/base/text.h"
#include "harness/scenario/scalars.h"
#include "harness/search/cost_model.h"

namespace tracetax {
namespace {

constexpr std::array<std::string_view, 4> metrics{"latency.p50", "latency.trimmed_mean", "cpu_per_call",
                                                  "network_per_call"};

// A setting and where its comparisons are.
struct Treated {
  std::size_t result = 0;
  const Result* of = nullptr;
  bool held_out = false;
};

CostSetting setting_of(const NamedResult& named, const ArmSummary& arm) {
  CostSetting setting{.source = named.source, .arm = arm.name};
  setting.rate_per_s =
      arm.generator.arrivals.planned_per_s > 0 ? arm.generator.arrivals.planned_per_s : arm.throughput_per_s;
  const auto calls = static_cast<double>(arm.calls.sent());
  if (calls <= 0) return setting;
  setting.started = static_cast<double>(arm.spans.started) / calls;
  setting.sampled = static_cast<double>(arm.spans.sampled) / calls;
  setting.bytes = static_cast<double>(arm.spans.bytes) / calls;
  return setting;
}

const Comparison* find(const Result& result, std::string_view metric, Phase phase, const std::string& arm) {
  const auto found = std::ranges::find_if(result.comparisons, [&](const Comparison& c) {
    return c.metric == metric && c.service.empty() && c.treatment == arm && c.phase == phase;
  });
  return found == result.comparisons.end() ? nullptr : &*found;
}

CostRow row_of(double started, double sampled, double bytes) {
  return {1, started, sampled, bytes};
}

// The phase in which every arm has the metric; pairs first, which are sharper.
std::optional<Phase> common_phase(const std::vector<Treated>& arms, const std::vector<CostSetting>& settings,
                                  std::string_view metric) {
  for (const Phase phase : {Phase::pairs, Phase::blocks}) {
    bool all = true;
    for (std::size_t i = 0; i < arms.size(); ++i) all = all && find(*arms[i].of, metric, phase, settings[i].arm);
    if (all) return phase;
  }
  return std::nullopt;
}

struct Range {
  double low = 0, high = 0;
  bool holds(double x) const { return x >= low * 0.999 && x <= high * 1.001; }
};

Range range_of(const std::vector<CostSetting>& settings, double CostSetting::*column) {
  Range range{settings.front().*column, settings.front().*column};
  for (const CostSetting& s : settings) {
    range.low = std::min(range.low, s.*column);
    range.high = std::max(range.high, s.*column);
  }
  return range;
}

// Of the terms but the constant.
std::vector<std::string> entangled(const CostModel& model) {
  constexpr double hardly = 0.9;
  std::vector<std::string> pairs;
  const auto& v = model.fit.covariance;
  for (std::size_t i = 1; i < model.terms.size(); ++i) {
    for (std::size_t j = i + 1; j < model.terms.size(); ++j) {
      if (std::fabs(v[i][j]) > hardly * std::sqrt(v[i][i] * v[j][j]))
        pairs.push_back(
            fmt::format("`{}` and `{}`", cost_terms.at(model.terms[i].column), cost_terms.at(model.terms[j].column)));
    }
  }
  return pairs;
}

class Reporter {
 public:
  Reporter(std::vector<Treated> arms, CostReport& report, const CostTerms& terms)
      : arms_(std::move(arms)), report_(report), terms_(terms) {
    double spans = 0;
    double bytes = 0;
    for (const CostSetting& s : report_.settings) {
      spans += s.sampled;
      bytes += s.bytes;
    }
    bytes_per_span_ = spans > 0 ? bytes / spans : 0;
  }

  CostOf cost(std::string_view metric) const {
    CostOf cost{.metric = std::string(metric)};
    const auto phase = common_phase(arms_, report_.settings, metric);
    if (!phase) {
      cost.detail = "not every arm has it in the same phase";
      return cost;
    }
    cost.phase = *phase;
    std::vector<CostPoint> points;
    for (std::size_t i = 0; i < arms_.size(); ++i) {
      const CostSetting& s = report_.settings[i];
      const Comparison& c = *find(*arms_[i].of, metric, *phase, s.arm);
      points.push_back({arms_[i].result, row_of(s.started, s.sampled, s.bytes), c.difference.mean,
                        c.difference.standard_error, c.units, arms_[i].held_out});
    }
    const auto model = fit_costs(points, terms_.confidence);
    if (!model) {
      cost.detail = "too few arms for the terms (one more than terms is the least), or no block of any arm differed";
      return cost;
    }
    fill(cost, *model, points);
    return cost;
  }

 private:
  void fill(CostOf& cost, const CostModel& model, const std::vector<CostPoint>& points) const {
    cost.fitted = true;
    cost.chi_squared = model.chi_squared;
    cost.residual_degrees = static_cast<std::uint32_t>(model.residual_degrees);
    cost.lack_of_fit = model.lack_of_fit;
    cost.widened = model.widened;
    cost.degrees = model.degrees;
    for (const CostTerm& term : model.terms) {
      cost.coefficients.push_back({std::string(cost_terms.at(term.column)), term.coefficient, term.standard_error,
                                   term.interval.low, term.interval.high});
    }
    for (const std::size_t column : model.collinear) cost.collinear.emplace_back(cost_terms.at(column));
    cost.entangled = entangled(model);
    for (std::size_t i = 0; i < points.size(); ++i) {
      const CostPoint& point = points[i];
      const CostPrediction p = model.predict(point.row, terms_.confidence, point.held_out ? point.standard_error : 0);
      const Interval& interval = point.held_out ? p.measured : p.mean;
      cost.points.push_back({i, point.held_out, point.value, point.standard_error, p.value, interval.low, interval.high,
                             interval.contains(point.value)});
    }
    for (const CostQuestion& question : terms_.questions) cost.predictions.push_back(predicted(model, question));
  }

  CostPredicted predicted(const CostModel& model, const CostQuestion& question) const {
    CostPredicted out{.text = question.text, .ratio = question.ratio, .started = question.spans};
    out.sampled = question.ratio * question.spans;
    out.bytes = question.bytes >= 0 ? question.bytes : out.sampled * bytes_per_span_;
    const Range rates = range_of(report_.settings, &CostSetting::rate_per_s);
    out.rate_per_s = question.rate_per_s > 0 ? question.rate_per_s : (rates.low + rates.high) / 2;
    const CostPrediction p = model.predict(row_of(out.started, out.sampled, out.bytes), terms_.confidence);
    out.cost = p.value;
    out.low = p.mean.low;
    out.high = p.mean.high;
    out.inside = range_of(report_.settings, &CostSetting::started).holds(out.started) &&
                 range_of(report_.settings, &CostSetting::sampled).holds(out.sampled) &&
                 out.rate_per_s >= 0.8 * rates.low && out.rate_per_s <= 1.25 * rates.high;
    return out;
  }

  std::vector<Treated> arms_;
  CostReport& report_;
  const CostTerms& terms_;
  double bytes_per_span_ = 0;
};

}  // namespace

CostQuestion parse_question(const std::string& text) {
  CostQuestion question{.text = text};
  bool spans = false;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t comma = std::min(text.find(',', from), text.size());
    const std::string part = text.substr(from, comma - from);
    from = comma + 1;
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string key = part.substr(0, equals);
    const std::string value = equals < part.size() ? part.substr(equals + 1) : "";
    std::optional<double> number = key == "ratio" ? shapes::parse_share(value) : shapes::parse_number(value);
    if (key == "rate" && !number) number = shapes::parse_rate(value);
    const bool known = key == "ratio" || key == "spans" || key == "rate" || key == "bytes";
    if (!known || !number || *number < 0 || (key == "ratio" && *number > 1))
      throw std::invalid_argument(fmt::format(
          "--predict {}: `{}` is none of ratio=SHARE, spans=N (started per call), rate=R, bytes=N (exported per call)",
          text, part));
    if (key == "ratio") question.ratio = *number;
    if (key == "spans") question.spans = *number;
    if (key == "rate") question.rate_per_s = *number;
    if (key == "bytes") question.bytes = *number;
    spans = spans || key == "spans";
  }
  if (!spans)
    throw std::invalid_argument(fmt::format("--predict {}: spans=N is missing: how many are started per call", text));
  return question;
}

CostReport report_costs(const std::vector<NamedResult>& results, const CostTerms& terms) {
  CostReport report;
  report.confidence = terms.confidence;
  std::vector<Treated> arms;
  std::vector<std::string> unknown = terms.held_out;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const Result& result = results[i].result;
    if (!result.valid) throw std::invalid_argument(results[i].source + " is not valid, so nothing can be built on it");
    for (const ArmSummary& arm : result.arms) {
      if (arm.role == "control") continue;
      const bool held_out = std::ranges::find(terms.held_out, arm.name) != terms.held_out.end();
      std::erase(unknown, arm.name);
      arms.push_back({i, &result, held_out});
      report.settings.push_back(setting_of(results[i], arm));
    }
    if (!result.finished) report.notes.push_back(results[i].source + " was cut short");
    if (!result.doubts.empty())
      report.notes.push_back(fmt::format("{}: {} doubts about its numbers, which `tracetax report` tells",
                                         results[i].source, result.doubts.size()));
  }
  if (!unknown.empty())
    throw std::invalid_argument(fmt::format("--hold-out {}: no result has such a treatment", fmt::join(unknown, ", ")));
  if (arms.empty()) throw std::invalid_argument("the results have no treatment");
  const auto differ = [&](std::string Environment::*what) {
    return std::ranges::any_of(results, [&](const NamedResult& r) {
      return r.result.environment.*what != results.front().result.environment.*what;
    });
  };
  if (differ(&Environment::cpu) || differ(&Environment::host))
    report.notes.emplace_back("the results are of different machines: what differs between them looks like cost");
  const Range rates = range_of(report.settings, &CostSetting::rate_per_s);
  if (rates.high > 1.25 * rates.low && rates.low > 0)
    report.notes.push_back(
        fmt::format("the rates differ ({:.4g} to {:.4g} calls/s) and the model has no term for them: a cost per call "
                    "that depends on the rate shows as lack of fit",
                    rates.low, rates.high));
  const Reporter reporter(std::move(arms), report, terms);
  for (const std::string_view metric : metrics) report.costs.push_back(reporter.cost(metric));
  return report;
}

}  // namespace tracetax
