#pragma once
// What the blocks so far say that each treatment costs: for the eye, while a run goes on.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/results/result.h"
#include "harness/results/trial.h"
#include "harness/scenario/scenario.h"
#include "harness/verdict/trial_values.h"

namespace tracetax::cli {

// One treatment, by the first budget that is about it, or by the median call when there is none.
struct CostSoFar {
  std::string arm;
  std::string metric;        // "latency.p50"
  std::string service{};     // empty: the whole system
  bool relative = true;      // `change` is treatment ÷ control − 1; else treatment − control, in the metric's unit
  std::uint32_t blocks = 0;  // in which both arms have a value
  Estimate change{};         // the interval is that of these blocks alone, as if nobody looked at others (Student's t):
                             // verdicts wait for the planned looks, whose intervals are wider
  bool has_interval = false;  // two blocks at least
};

class RunningCosts {
 public:
  explicit RunningCosts(const Scenario& scenario);

  // `times`: of the trial's samples. A trial with a failure is left out.
  void add(const TrialRecord& trial, const TrialTimes& times);
  // In the scenario's order of arms; without those that nothing is known of yet.
  std::vector<CostSoFar> costs() const;

 private:
  struct Watched {
    std::string arm, control;
    MetricKey key{};
    Phase phase = Phase::blocks;
    bool relative = true;
    std::map<std::uint32_t, double> control_values{}, values{};  // by block
  };

  double confidence_;
  std::vector<Watched> watched_{};
};

// "latency p50 of ratio10 +1.60 % (+1.26 to +1.94 %)"; without the interval while there is none.
std::string describe(const CostSoFar& cost);

}  // namespace tracetax::cli
