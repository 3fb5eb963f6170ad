#include "tests/statistics/simulation/experiment.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "harness/base/rng.h"
#include "harness/stats/quantile.h"

namespace tracetax::simulation {
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

// Stretches of calls that a neighbour slows. Its own draws: they are the machine's, not the arms'.
class Neighbour {
 public:
  Neighbour(const World& world, std::uint64_t seed) : starts_(world.burst_starts), rng_(seed) {}

  double slowdown() {
    constexpr double ends = 1 / 20.0;
    if (starts_ > 0) here_ = here_ ? rng_.uniform() >= ends : rng_.uniform() < starts_;
    return here_ ? 3 : 1;
  }

 private:
  double starts_;
  Rng rng_;
  bool here_ = false;
};

std::vector<double> window(const World& world, double scale, std::uint64_t draws, std::uint64_t machine) {
  Calls calls(world, draws);
  Neighbour neighbour(world, machine);
  std::vector<double> times(world.calls);
  for (double& t : times) t = scale * calls.next() * neighbour.slowdown();
  std::ranges::sort(times);
  return times;
}

double metric_of(const Metric& metric, const std::vector<double>& sorted) {
  return metric.quantile < 0 ? mean_of(sorted) : quantile_of_sorted(sorted, metric.quantile);
}

}  // namespace

Blocks simulate(const World& world, std::span<const Metric> metrics, std::size_t blocks, std::size_t launches,
                double ratio, std::uint64_t seed, std::size_t treatments) {
  Rng machine(derive_seed({seed, 1}));
  std::vector<double> luck(launches);
  for (double& l : luck) l = world.launch_luck * machine.normal();
  Blocks out;
  out.log_ratios.resize(treatments * metrics.size());
  double speed = 0;
  for (std::size_t block = 0; block < blocks; ++block) {
    const std::size_t launch = block * launches / blocks;
    std::vector<std::size_t> order(treatments + 1);  // arm 0 is the control
    std::iota(order.begin(), order.end(), std::size_t{0});
    shuffle(order, machine);
    std::vector<std::vector<double>> times(order.size());
    for (const std::size_t arm : order) {
      speed += world.drift * machine.normal();
      const std::uint64_t draws = derive_seed({seed, 2, block, world.common_draws ? 0 : arm == 0 ? 2 : 2 * arm - 1});
      const double scale = std::exp(speed) * (arm > 0 ? ratio * std::exp(luck[launch]) : 1.0);
      times[arm] = window(world, scale, draws, derive_seed({seed, 3, block, arm}));
    }
    for (std::size_t m = 0; m < metrics.size(); ++m) {
      const double control = metric_of(metrics[m], times[0]);
      for (std::size_t t = 0; t < treatments; ++t) {
        out.log_ratios[t * metrics.size() + m].push_back(std::log(metric_of(metrics[m], times[t + 1]) / control));
      }
    }
    out.launches.push_back(static_cast<std::uint32_t>(launch));
  }
  return out;
}

std::vector<World> common_worlds() {
  return {
      {.name = "lognormal, cv 0.5, steady"},
      {.name = "lognormal, cv 2, drift", .cv = 2, .drift = 0.03},
      {.name = "Pareto, drift", .tail = Tail::pareto, .drift = 0.03},
      {.name = "lognormal, AR(1) 0.9, drift", .drift = 0.03, .autocorrelation = 0.9},
      {.name = "Pareto, AR(1) 0.9, common draws",
       .tail = Tail::pareto,
       .drift = 0.01,
       .autocorrelation = 0.9,
       .common_draws = true},
  };
}

}  // namespace tracetax::simulation
