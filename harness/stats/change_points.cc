#include "harness/stats/change_points.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "harness/base/ensure.h"
#include "harness/base/rng.h"
#include "harness/stats/partition.h"
#include "harness/stats/quantile.h"

namespace tracetax {
namespace {

constexpr std::uint64_t seed = 0x7472616365746178ULL;
// A statistic that is the same but for rounding is as large.
constexpr double rounding = 1e-9;
// Not infinity, of which there is no difference.
constexpr double beyond_all = 1e300;

double square(double x) {
  return x * x;
}

// Distances from the median in units of each value's own spread. Values whose spreads differ are not exchangeable, and
// a noisy stretch would look like a change. Where a spread is 0 (counts of nothing) there is no such unit.
std::vector<double> standardised(std::span<const SeriesValue> series) {
  const double between = spread_between(series);
  std::vector<double> values;
  for (const SeriesValue& v : series) values.push_back(v.value);
  const double median = median_of(values);
  const bool all_spread =
      between > 0 || std::ranges::all_of(series, [](const SeriesValue& v) { return v.standard_error > 0; });
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = (values[i] - median) / (all_spread ? std::hypot(series[i].standard_error, between) : 1.0);
  return values;
}

// Φ⁻¹(rank ÷ (n + 1)), equal values sharing their middle rank, scaled so that their squares add up to n − 1: what a cut
// explains of a series that never changed is then about a χ² of one degree. All is computed in the order of the ranks,
// so that series of a length have the very same scores.
std::vector<double> normal_scores(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return values[i]; });
  std::vector<double> ranked;
  const auto n = static_cast<double>(values.size());
  for (std::size_t first = 0; first < order.size(); first = ranked.size()) {
    std::size_t next = first + 1;
    while (next < order.size() && values[order[next]] == values[order[first]]) ++next;
    const double rank = (static_cast<double>(first) + static_cast<double>(next) + 1) / 2;
    ranked.resize(next, normal_quantile(rank / (n + 1)));
  }
  const double mean = mean_of(ranked);
  double squares = 0;
  for (const double s : ranked) squares += square(s - mean);
  const double scale = squares > 0 ? std::sqrt((n - 1) / squares) : 0;
  std::vector<double> scores(values.size());
  for (std::size_t i = 0; i < order.size(); ++i) scores[order[i]] = (ranked[i] - mean) * scale;
  return scores;
}

std::vector<double> scores_of(std::span<const SeriesValue> series) {
  return normal_scores(standardised(series));
}

// Each cut anew between its neighbours, by scores of those two segments alone: in scores of the whole series a step
// between two of many levels is small.
void settle(std::span<const SeriesValue> series, std::vector<std::size_t>& begins) {
  for (std::size_t k = 0; k < begins.size(); ++k) {
    const std::size_t from = k == 0 ? 0 : begins[k - 1];
    const std::size_t to = k + 1 < begins.size() ? begins[k + 1] : series.size();
    begins[k] = from + best_cut(scores_of(series.subspan(from, to - from)), ChangePointFinder::least_segment);
  }
}

std::size_t orders_for(std::size_t n) {
  return std::clamp<std::size_t>(200'000'000 / (n * n), 1'999, 19'999);
}

}  // namespace

double spread_between(std::span<const SeriesValue> series) {
  if (series.size() < 2) return 0;
  std::vector<double> squares;
  std::vector<double> known;  // what the standard errors explain of each
  for (std::size_t i = 1; i < series.size(); ++i) {
    squares.push_back(square(series[i].value - series[i - 1].value));
    known.push_back(square(series[i].standard_error) + square(series[i - 1].standard_error));
  }
  const double median_of_normal = square(normal_quantile(0.75));
  const auto too_small = [&](double variance) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < squares.size(); ++i) {
      const double expected = known[i] + 2 * variance;
      ratios.push_back(squares[i] == 0 ? 0 : expected > 0 ? squares[i] / expected : beyond_all);
    }
    return median_of(ratios) > median_of_normal;
  };
  double low = 0;
  double high = std::ranges::max(squares) / median_of_normal;
  if (high == 0 || !too_small(0)) return 0;
  for (int i = 0; i < 100; ++i) {
    const double middle = (low + high) / 2;
    (too_small(middle) ? low : high) = middle;
  }
  return std::sqrt(high);
}

ChangePointFinder::ChangePointFinder(double level, std::size_t orders) : level_(level), orders_(orders) {
  ensure(level > 0 && level < 1, "a level is a probability");
}

const std::vector<double>& ChangePointFinder::distribution_of(std::vector<double> scores) {
  std::ranges::sort(scores);
  const auto [found, is_new] = known_.try_emplace(scores);
  if (!is_new) return found->second;
  Rng rng(derive_seed({seed, scores.size()}));
  const std::size_t orders = orders_ > 0 ? orders_ : orders_for(scores.size());
  std::vector<double>& statistics = found->second;
  statistics.reserve(orders);
  for (std::size_t i = 0; i < orders; ++i) {
    shuffle(scores, rng);
    statistics.push_back(largest_cutting_penalty(scores, least_segment));
  }
  std::ranges::sort(statistics);
  return statistics;
}

ChangePoints ChangePointFinder::cut(std::span<const SeriesValue> series, double level) {
  ChangePoints result;
  if (series.size() < 2 * least_segment) return result;
  const std::vector<double> scores = scores_of(series);
  const double statistic = largest_cutting_penalty(scores, least_segment);
  if (statistic <= 0) return result;
  const std::vector<double>& distribution = distribution_of(scores);
  const auto at_least =
      static_cast<double>(distribution.end() - std::ranges::lower_bound(distribution, statistic * (1 - rounding)));
  // The order that was seen is one of them (Phipson & Smyth 2010): a p-value is never 0.
  const auto all = static_cast<double>(distribution.size() + 1);
  result.p_value = (1 + at_least) / all;
  if (result.p_value > level) return result;
  // So many of the drawn orders may be cut at the penalty; the next is the largest that may not.
  const auto may = static_cast<std::size_t>(std::max(0.0, std::floor(level * all + rounding) - 1));
  const double penalty = distribution[distribution.size() - 1 - std::min(may, distribution.size() - 1)];
  result.begins = optimal_partition(scores, penalty * (1 + rounding), least_segment);
  return result;
}

// The scores of a series with many levels are spread over all of them, and a step between two is small among them. So
// each segment is looked at again by itself, until none is cut. All segments of one cut share half of its level.
void ChangePointFinder::cut_further(std::span<const SeriesValue> series, const std::vector<std::size_t>& begins,
                                    double level, std::size_t offset, std::vector<std::size_t>& all) {
  const double shared = level / 2 / static_cast<double>(begins.size() + 1);
  std::size_t begin = 0;
  for (std::size_t k = 0; k <= begins.size(); ++k) {
    const std::size_t end = k < begins.size() ? begins[k] : series.size();
    const std::span<const SeriesValue> segment = series.subspan(begin, end - begin);
    const std::vector<std::size_t> inner = cut(segment, shared).begins;
    if (!inner.empty()) cut_further(segment, inner, shared, offset + begin, all);
    if (k < begins.size()) all.push_back(offset + end);
    begin = end;
  }
}

ChangePoints ChangePointFinder::find(std::span<const SeriesValue> series) {
  ChangePoints result = cut(series, level_);
  if (result.begins.empty()) return result;
  const std::vector<std::size_t> first = std::exchange(result.begins, {});
  cut_further(series, first, level_, 0, result.begins);
  settle(series, result.begins);
  return result;
}

std::size_t least_results(double level) {
  ensure(level > 0 && level < 1, "a level is a probability");
  for (std::size_t n = 2 * ChangePointFinder::least_segment;; ++n) {
    // Two halves can change places, and with an odd number the middle one can belong to either.
    double chance = n % 2 == 0 ? 2 : 4;
    for (std::size_t i = 0; i < n / 2; ++i) chance *= static_cast<double>(n / 2 - i) / static_cast<double>(n - i);
    if (chance <= level) return n;
  }
}

}  // namespace tracetax
