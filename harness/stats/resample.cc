#include "harness/stats/resample.h"

#include <algorithm>
#include <map>
#include <vector>

#include "harness/base/ensure.h"
#include "harness/stats/quantile.h"

namespace tracetax {

Interval hierarchical_percentile_interval(std::span<const double> values, std::span<const std::uint32_t> launches,
                                          double confidence, std::size_t resamples, Rng& rng) {
  ensure(!values.empty() && values.size() == launches.size(), "every block belongs to a launch");
  ensure(resamples > 0, "an interval needs resamples");
  std::map<std::uint32_t, std::vector<double>> by_launch;
  for (std::size_t i = 0; i < values.size(); ++i) by_launch[launches[i]].push_back(values[i]);
  std::vector<std::vector<double>> samples;
  for (auto& [launch, of_launch] : by_launch) samples.push_back(std::move(of_launch));
  std::vector<double> means;
  means.reserve(resamples);
  for (std::size_t r = 0; r < resamples; ++r) {
    double sum = 0;
    std::size_t n = 0;
    for (std::size_t l = 0; l < samples.size(); ++l) {
      const auto& sample = samples[static_cast<std::size_t>(rng.below(samples.size()))];
      for (std::size_t b = 0; b < sample.size(); ++b) sum += sample[static_cast<std::size_t>(rng.below(sample.size()))];
      n += sample.size();
    }
    means.push_back(sum / static_cast<double>(n));
  }
  std::ranges::sort(means);
  const double tail = (1 - confidence) / 2;
  return {quantile_of_sorted(means, tail), quantile_of_sorted(means, 1 - tail)};
}

}  // namespace tracetax
