#pragma once
// Simulated experiments whose true answer is known: blocks of a control and its treatments in random order on a machine
// that drifts and has neighbours, with calls that depend on each other and launches that differ.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tracetax::simulation {

enum class Tail { lognormal, pareto };  // Pareto: shape 2.5, so that the variance is finite and the kurtosis is not

struct World {
  std::string name;
  Tail tail = Tail::lognormal;
  double cv = 0.5;             // of one call's service time
  double drift = 0;            // the machine's speed as a random walk: standard deviation of a window's step
  double autocorrelation = 0;  // AR(1) of the logarithms of successive calls
  double launch_luck = 0;      // standard deviation of a launch's own effect on the arms' ratio
  double burst_starts = 0;     // chance at each call that a neighbour takes the machine, for 20 calls on average,
                               // which then take three times as long, whatever the arm
  bool common_draws = false;   // all arms draw the same service times
  std::size_t calls = 120;     // a window
};

// What every method is asked in: heavy tails, drift, calls that depend on their neighbours, common draws.
std::vector<World> common_worlds();

struct Metric {
  std::string name;
  double quantile = 0.5;  // below 0: the mean
};

// Per block: ln(treatment ÷ control), for each treatment and metric. A treatment's calls take `ratio` times as long, so
// the true value is ln(ratio) whatever the metric.
struct Blocks {
  std::vector<std::vector<double>> log_ratios;  // [treatment × metrics + metric][block]
  std::vector<std::uint32_t> launches;          // [block]
};
Blocks simulate(const World& world, std::span<const Metric> metrics, std::size_t blocks, std::size_t launches,
                double ratio, std::uint64_t seed, std::size_t treatments = 1);

}  // namespace tracetax::simulation
