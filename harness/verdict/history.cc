#include "harness/verdict/history.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "harness/scenario/metric.h"
#include "harness/stats/segment_levels.h"
#include "harness/verdict/history_families.h"
#include "harness/verdict/judging.h"
#include "harness/verdict/test_together.h"

namespace tracetax {
namespace {

struct SeriesKey {
  std::string metric{}, service{};
  Phase phase = Phase::blocks;
  std::string treatment{};
  friend bool operator==(const SeriesKey&, const SeriesKey&) = default;
};

template <class T>
bool chosen(const std::vector<T>& wanted, const T& one) {
  return wanted.empty() || std::ranges::find(wanted, one) != wanted.end();
}

// Of the newest results first, so that series stand in the order of today's scenario.
std::vector<SeriesKey> keys_of(const Family& family, const HistoryTerms& terms) {
  std::vector<SeriesKey> keys;
  const auto add = [&](const SeriesKey& key) {
    if (!chosen(terms.metrics, key.metric) || !chosen(terms.arms, key.treatment)) return;
    if (std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
  };
  for (auto one = family.results.rbegin(); one != family.results.rend(); ++one) {
    for (const BudgetResult& b : (*one)->result.budgets) add({b.metric, b.service, b.phase, b.arm});
  }
  for (const std::string& metric : terms.metrics) {
    for (auto one = family.results.rbegin(); one != family.results.rend(); ++one) {
      const MetricInfo* info = find_metric(metric);
      for (const Comparison& c : (*one)->result.comparisons) {
        // Without a budget to say which: the whole system, in the phase that carries the metric.
        if (c.metric == metric && c.service.empty() && (!info || c.phase == info->phase))
          add({c.metric, c.service, c.phase, c.treatment});
      }
    }
  }
  return keys;
}

const BudgetResult* budget_of(const Family& family, const SeriesKey& key) {
  for (auto one = family.results.rbegin(); one != family.results.rend(); ++one) {
    for (const BudgetResult& b : (*one)->result.budgets) {
      if (key == SeriesKey{b.metric, b.service, b.phase, b.arm}) return &b;
    }
  }
  return nullptr;
}

bool finite(const UnitMean& mean) {
  return std::isfinite(mean.mean) && std::isfinite(mean.standard_error);
}

// nullptr: the result does not have it, or not with a spread.
const Comparison* comparison_of(const Result& result, const SeriesKey& key) {
  const auto found = std::ranges::find_if(result.comparisons, [&](const Comparison& c) {
    return key == SeriesKey{c.metric, c.service, c.phase, c.treatment};
  });
  if (found == result.comparisons.end() || found->units < 2 || !finite(found->difference)) return nullptr;
  return found->log_ratio && !finite(*found->log_ratio) ? nullptr : &*found;
}

// A share has a value of its own only where both arms have one above 0.
bool all_have_shares(const Family& family, const SeriesKey& key) {
  return std::ranges::all_of(family.results, [&](const DatedResult* one) {
    const Comparison* c = comparison_of(one->result, key);
    return !c || (c->log_ratio && c->relative);
  });
}

// A series under construction: what it says, and the values on the scale on which they are tested (logarithms of
// ratios, or differences), larger always being worse.
struct Drafted {
  HistorySeries series{};
  std::vector<SeriesValue> values{};
  double sign = 1;

  // From the tested scale to the one that is shown.
  double shown(double tested) const { return series.relative ? sign * std::expm1(sign * tested) : tested; }
  Estimate shown(double tested, const Interval& interval) const {
    return {shown(tested), shown(interval.low), shown(interval.high)};
  }
};

void add_point(Drafted& draft, std::size_t run, const Comparison& c) {
  const bool relative = draft.series.relative;
  if (relative && !(c.log_ratio && c.relative)) return;
  const UnitMean& mean = relative ? *c.log_ratio : c.difference;
  draft.values.push_back({draft.sign * mean.mean, mean.standard_error});
  draft.series.points.push_back({run, worse(relative ? *c.relative : c.absolute, draft.sign > 0)});
}

Drafted draft_of(const Family& family, std::size_t number, const SeriesKey& key) {
  Drafted draft;
  HistorySeries& s = draft.series;
  s.family = number;
  s.metric = key.metric;
  s.service = key.service;
  s.phase = key.phase;
  s.treatment = key.treatment;
  const MetricInfo* info = find_metric(key.metric);
  draft.sign = !info || info->higher_is_worse ? 1 : -1;
  if (const BudgetResult* budget = budget_of(family, key)) {
    s.limit = budget->limit;
    s.relative = budget->relative;
    s.judged = family.values.current;
  } else {
    s.relative = all_have_shares(family, key);
  }
  for (std::size_t run = 0; run < family.results.size(); ++run) {
    const Comparison* c = comparison_of(family.results[run]->result, key);
    if (!c) continue;
    s.control = c->control;
    add_point(draft, run, *c);
  }
  return draft;
}

void describe(Drafted& draft, const std::vector<std::size_t>& begins, const Family& family, double confidence) {
  HistorySeries& s = draft.series;
  if (draft.values.size() < begins.size() + 2) return;
  const SegmentLevels levels = segment_levels(draft.values, begins);
  s.between = s.relative ? std::expm1(levels.between) : levels.between;
  for (std::size_t k = 0; k < levels.segments.size(); ++k) {
    const SegmentLevel& segment = levels.segments[k];
    s.segments.push_back({segment.begin, segment.end - 1, draft.shown(segment.level, levels.interval(k, confidence))});
    if (k == 0) continue;
    HistoryChange change;
    change.after = segment.begin;
    change.growth = draft.shown(levels.step(k), levels.step_interval(k, confidence));
    change.rise = change.growth.low > 0;
    change.fall = change.growth.high < 0;
    change.different = differences_between(family.results[s.points[change.after - 1].run]->result.environment,
                                           family.results[s.points[change.after].run]->result.environment);
    s.changes.push_back(change);
  }
  if (!s.changes.empty())
    s.trend = s.changes.back().rise ? Trend::risen : s.changes.back().fall ? Trend::fallen : Trend::steady;
}

// Of a group of series that Holm's procedure corrects together.
void test_group(const std::vector<Drafted*>& group, const std::vector<Family>& families, const HistoryTerms& terms,
                ChangePointFinder& finder) {
  std::vector<std::span<const SeriesValue>> values;
  for (const Drafted* draft : group) values.emplace_back(draft->values);
  const std::vector<TestedSeries> tested = test_together(values, terms.false_alarms, finder);
  for (std::size_t i = 0; i < group.size(); ++i) {
    HistorySeries& s = group[i]->series;
    s.needed = tested[i].needed;
    s.p_value = tested[i].p_value;
    describe(*group[i], tested[i].begins, families[s.family], terms.confidence);
    if (s.points.size() < s.needed) s.trend = Trend::too_few;
  }
}

// A series that is still too short to say anything leaves the word to the others.
Trend overall(const std::vector<HistorySeries>& series) {
  const auto any = [&](auto... trends) {
    return std::ranges::any_of(series,
                               [&](const HistorySeries& s) { return s.judged && ((s.trend == trends) || ...); });
  };
  return any(Trend::risen) ? Trend::risen : any(Trend::steady, Trend::fallen) ? Trend::steady : Trend::too_few;
}

}  // namespace

HistoryReport make_history(const std::vector<DatedResult>& results, const HistoryTerms& terms) {
  HistoryReport report;
  report.confidence = terms.confidence;
  report.false_alarms = terms.false_alarms;
  LeftOut left_out;
  const std::vector<Family> families = families_of(results, terms, left_out);
  report.older = left_out.older;
  report.skipped = std::move(left_out.skipped);
  std::vector<Drafted> drafts;
  for (std::size_t f = 0; f < families.size(); ++f) {
    report.families.push_back(families[f].values);
    for (const SeriesKey& key : keys_of(families[f], terms)) drafts.push_back(draft_of(families[f], f, key));
  }
  std::erase_if(drafts, [](const Drafted& d) { return d.series.points.empty() && !d.series.judged; });
  std::vector<Drafted*> judged;
  std::vector<Drafted*> others;
  for (Drafted& draft : drafts) (draft.series.judged ? judged : others).push_back(&draft);
  ChangePointFinder finder(terms.false_alarms);
  test_group(judged, families, terms, finder);
  test_group(others, families, terms, finder);
  for (Drafted& draft : drafts) report.series.push_back(std::move(draft.series));
  report.verdict = overall(report.series);
  return report;
}

int exit_code(const HistoryReport& report) {
  return report.verdict == Trend::risen ? 1 : report.verdict == Trend::too_few ? 3 : 0;
}

}  // namespace tracetax
