#pragma once
// Simulated experiments whose true answer is known: blocks of two arms in random order on a machine that drifts, with
// calls that depend on each other and launches that differ.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tracetax::coverage {

enum class Tail { lognormal, pareto };  // Pareto: shape 2.5, so that the variance is finite and the kurtosis is not

struct World {
  std::string name;
  Tail tail = Tail::lognormal;
  double cv = 0.5;             // of one call's service time
  double drift = 0;            // the machine's speed as a random walk: standard deviation of a window's step
  double autocorrelation = 0;  // AR(1) of the logarithms of successive calls
  double launch_luck = 0;      // standard deviation of a launch's own effect on the arms' ratio
  bool common_draws = false;   // both arms draw the same service times
  std::size_t calls = 120;     // a window
};

struct Metric {
  std::string name;
  double quantile = 0.5;  // below 0: the mean
};

// Per block: ln(treatment ÷ control), for each metric. The treatment's calls take `ratio` times as long, so the true
// value is ln(ratio) whatever the metric.
struct Blocks {
  std::vector<std::vector<double>> log_ratios;  // [metric][block]
  std::vector<std::uint32_t> launches;          // [block]
};
Blocks simulate(const World& world, std::span<const Metric> metrics, std::size_t blocks, std::size_t launches,
                double ratio, std::uint64_t seed);

}  // namespace tracetax::coverage
