#pragma once
// What `tracetax model` found, as values (schema "tracetax.model/1", docs/model.md). Reports are functions of this and
// nothing else.

#include <cstdint>
#include <string>
#include <vector>

#include "harness/results/result.h"

namespace tracetax {

// What tracing does in a call of an arm, and where it was measured.
struct CostSetting {
  std::string source{};  // the result, as given
  std::string arm{};
  double rate_per_s = 0;                       // of calls; 0: not known
  double started = 0, sampled = 0, bytes = 0;  // spans and exported bytes a call, all services together
};

struct CostCoefficient {
  std::string term{};  // "each call", "span started", "span sampled", "byte exported"
  double coefficient = 0, standard_error = 0, low = 0, high = 0;
};

struct CostFitted {
  std::size_t setting = 0;  // of CostReport::settings
  bool held_out = false;
  double measured = 0, standard_error = 0;  // treatment − control
  double fitted = 0, low = 0, high = 0;     // held out: where a measurement should lie
  bool inside = true;                       // held out: the measured value is between low and high
};

struct CostPredicted {
  std::string text{};  // as asked: "ratio=0.25,spans=20"
  double ratio = 0, started = 0, sampled = 0, bytes = 0, rate_per_s = 0;
  double cost = 0, low = 0, high = 0;  // a call
  bool inside = true;                  // spans and bytes are within what was measured
};

struct CostOf {
  std::string metric;
  Phase phase = Phase::blocks;
  bool fitted = false;
  std::string detail{};  // why not; or what to know
  std::vector<CostCoefficient> coefficients{};
  std::vector<std::string> collinear{};  // terms that were left out: their cost is in those that go with them
  std::vector<std::string> entangled{};  // pairs of terms whose coefficients are correlated by more than 0.9
  double chi_squared = 0, lack_of_fit = 1, widened = 1, degrees = 0;
  std::uint32_t residual_degrees = 0;
  std::vector<CostFitted> points{};
  std::vector<CostPredicted> predictions{};
};

struct CostReport {
  double confidence = 0.95;
  std::vector<CostSetting> settings{};
  std::vector<CostOf> costs{};
  std::vector<std::string> notes{};
};

std::string write_cost_json(const CostReport&);

}  // namespace tracetax
