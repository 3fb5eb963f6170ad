#pragma once
// The runs behind `tracetax sampling`: each arm that makes spans gets the same steps of load, one arm after the other,
// and every span it exports is kept for the checks. Nothing of it is a measurement of latency.

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "harness/results/result.h"
#include "harness/sampling/observation.h"
#include "harness/scenario/scenario.h"
#include "harness/verdict/digest.h"

namespace tracetax {

struct SamplingOptions {
  std::filesystem::path programs;  // folder of otlp-sink, mcp-router and the others
  std::filesystem::path folder;    // the services' configurations and logs go to its folder `services`
};

struct SamplingObserver {
  std::function<void(const std::string& arm)> on_arm = [](auto&) {};
  std::function<void(const std::string& arm, std::size_t step, const ObservedStep&)> on_step = [](auto&, auto, auto&) {
  };
};

struct SamplingOutcome {
  std::vector<ArmObservation> arms{};
  Digest trials{};  // one for each arm and step; its block is the step's number
  std::vector<std::string> failures{};
  std::vector<std::string> warnings{};
  Pacing pacing{};
  bool interrupted = false;
};

// The steps of the load that the scenario asks for: sampling.steps, or 20 s at the load's own rate (of a closed loop:
// at 100/s).
std::vector<LoadStep> sampling_steps(const Scenario& scenario);

// Never throws for a failing world: what was seen comes back with `failures`. Throws ScenarioError for a Collector's
// configuration that cannot be used.
SamplingOutcome run_sampling(const Scenario& scenario, const SamplingOptions& options, const SamplingObserver& observer,
                             const std::atomic<bool>& stop);

}  // namespace tracetax
