#pragma once
// Where the level of a series of estimates changes, with a stated chance of a false alarm. docs/statistics.md, "When
// the tax rose", says why this method.

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace tracetax {

// One estimate of a series, in order of time, with the standard error that it has of itself.
struct SeriesValue {
  double value = 0, standard_error = 0;
};

// How much the truth spreads from one estimate to the next beyond their own standard errors (another day, another start
// of the machine), as a standard deviation: for which the squares of successive differences have the median that a
// normal distribution gives them. Neither a few changes of level nor a few outliers move it much. 0 for fewer than two.
double spread_between(std::span<const SeriesValue> series);

struct ChangePoints {
  double p_value = 1;  // of "nothing ever changed": the chance of a series as uneven as this by its order
  std::vector<std::size_t> begins{};  // where the later segments begin; empty when p_value is above the level
};

// Segments of at least `least_segment` values: what came and went in one or two results is no change of level.
//
// Each value is taken from the median in units of its own spread (standard error and spread_between), replaced by the
// normal score of its rank (van der Waerden), and the scores are cut by optimal_partition(). The statistic is the
// largest penalty at which they are still cut; its distribution, when nothing changed, is that of the same scores in
// random order, whatever distribution the values have. The penalty is its critical value, so that a series in which
// nothing changed is cut with a chance of at most `level`. What was cut is tested again segment by segment, with scores
// of its own, all together at half the level (and again half within those), and at the end each cut is settled between
// its neighbours. Deterministic: the orders are drawn from a fixed seed.
class ChangePointFinder {
 public:
  static constexpr std::size_t least_segment = 3;

  // `level` in (0, 1). `orders`: of the permutation distribution; 0: as many as take about a third of a second, between
  // 2,000 and 20,000.
  explicit ChangePointFinder(double level = 0.05, std::size_t orders = 0);

  ChangePoints find(std::span<const SeriesValue> series);

 private:
  // One series, looked at once.
  ChangePoints cut(std::span<const SeriesValue> series, double level);
  // Adds to `all`, ascending, the `begins` of `series` and those within its segments; `offset`: where it begins.
  void cut_further(std::span<const SeriesValue> series, const std::vector<std::size_t>& begins, double level,
                   std::size_t offset, std::vector<std::size_t>& all);
  // Statistics of the scores in random orders, ascending. Of all series of a length without ties it is the same.
  const std::vector<double>& distribution_of(std::vector<double> scores);

  double level_;
  std::size_t orders_;
  std::map<std::vector<double>, std::vector<double>> known_{};
};

// The smallest number of results in which a change can be seen at all at `level`: when the upper half all lies above
// the lower half and each in one piece, chance does that with 2 ÷ C(n, n ÷ 2).
std::size_t least_results(double level);

}  // namespace tracetax
