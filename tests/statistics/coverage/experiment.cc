#include "experiment.h"

#include <algorithm>
#include <cmath>

#include "harness/base/rng.h"
#include "harness/stats/quantile.h"

namespace tracetax::coverage {
namespace {

// Standard normal distribution function: an AR(1) of normals becomes uniform, then any tail.
double normal_cdf(double z) {
  return 0.5 * std::erfc(-z / std::sqrt(2.0));
}

class Calls {
 public:
  Calls(const World& world, std::uint64_t seed)
      : world_(world), rng_(seed), sigma_(std::sqrt(std::log1p(world.cv * world.cv))) {}

  double next() {
    const double a = world_.autocorrelation;
    z_ = a * z_ + std::sqrt(1 - a * a) * rng_.normal();
    if (world_.tail == Tail::lognormal) return std::exp(sigma_ * z_);
    constexpr double shape = 2.5;
    return std::pow(std::max(1 - normal_cdf(z_), 1e-16), -1 / shape);
  }

 private:
  const World& world_;
  Rng rng_;
  double sigma_;
  double z_ = 0;
};

std::vector<double> window(const World& world, double scale, std::uint64_t seed) {
  Calls calls(world, seed);
  std::vector<double> times(world.calls);
  for (double& t : times) t = scale * calls.next();
  std::ranges::sort(times);
  return times;
}

double metric_of(const Metric& metric, const std::vector<double>& sorted) {
  return metric.quantile < 0 ? mean_of(sorted) : quantile_of_sorted(sorted, metric.quantile);
}

}  // namespace

Blocks simulate(const World& world, std::span<const Metric> metrics, std::size_t blocks, std::size_t launches,
                double ratio, std::uint64_t seed) {
  Rng machine(derive_seed({seed, 1}));
  std::vector<double> luck(launches);
  for (double& l : luck) l = world.launch_luck * machine.normal();
  Blocks out;
  out.log_ratios.resize(metrics.size());
  double speed = 0;
  for (std::size_t block = 0; block < blocks; ++block) {
    const std::size_t launch = block * launches / blocks;
    const bool treatment_first = machine.uniform() < 0.5;
    std::vector<double> control;
    std::vector<double> treatment;
    for (int position = 0; position < 2; ++position) {
      speed += world.drift * machine.normal();
      const bool treated = (position == 0) == treatment_first;
      const std::uint64_t draws = derive_seed({seed, 2, block, world.common_draws ? 0U : (treated ? 1U : 2U)});
      const double scale = std::exp(speed) * (treated ? ratio * std::exp(luck[launch]) : 1.0);
      (treated ? treatment : control) = window(world, scale, draws);
    }
    for (std::size_t m = 0; m < metrics.size(); ++m) {
      out.log_ratios[m].push_back(std::log(metric_of(metrics[m], treatment) / metric_of(metrics[m], control)));
    }
    out.launches.push_back(static_cast<std::uint32_t>(launch));
  }
  return out;
}

}  // namespace tracetax::coverage
