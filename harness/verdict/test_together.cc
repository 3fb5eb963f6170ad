#include "harness/verdict/test_together.h"

#include <algorithm>

#include "harness/stats/holm.h"

namespace tracetax {

std::vector<TestedSeries> test_together(std::span<const std::span<const SeriesValue>> series, double false_alarms,
                                        ChangePointFinder& finder) {
  const std::size_t alone = least_results(false_alarms);
  const auto candidates =
      static_cast<std::size_t>(std::ranges::count_if(series, [&](const auto& s) { return s.size() >= alone; }));
  const std::size_t needed = least_results(false_alarms / static_cast<double>(std::max<std::size_t>(candidates, 1)));
  std::vector<TestedSeries> tested(series.size());
  std::vector<std::size_t> long_enough;
  std::vector<double> p_values;
  for (std::size_t i = 0; i < series.size(); ++i) {
    tested[i].needed = static_cast<std::uint32_t>(needed);
    if (series[i].size() < needed) continue;
    ChangePoints found = finder.find(series[i]);
    tested[i].p_value = found.p_value;
    tested[i].begins = std::move(found.begins);
    long_enough.push_back(i);
    p_values.push_back(found.p_value);
  }
  const std::vector<bool> changed = holm_rejects(p_values, false_alarms);
  for (std::size_t k = 0; k < long_enough.size(); ++k) {
    if (!changed[k]) tested[long_enough[k]].begins.clear();
  }
  return tested;
}

}  // namespace tracetax
