#pragma once
// From results to a CostReport: which arms, what tracing did in their calls, the models of all costs, and what they say
// of settings that were not measured. Pure.

#include <string>
#include <vector>

#include "harness/results/cost_report.h"
#include "harness/results/result.h"

namespace tracetax {

struct NamedResult {
  std::string source{};
  Result result{};
};

// "ratio=0.25,spans=20,rate=400": spans started per call by all services together, of which `ratio` is sampled; bytes
// are those that a sampled span had on average (bytes=N: so many a call). Without a rate: the results' own.
struct CostQuestion {
  std::string text{};
  double ratio = 1, spans = 0, rate_per_s = 0;
  double bytes = -1;  // below 0: not said
};
// Throws std::invalid_argument saying what is wrong.
CostQuestion parse_question(const std::string& text);

struct CostTerms {
  std::vector<std::string> held_out{};  // names of arms
  std::vector<CostQuestion> questions{};
  double confidence = 0.95;
};

// Costs: latency p50 and trimmed mean (in pairs where there are any), CPU and bytes sent a call. Throws
// std::invalid_argument when no result has a treatment with spans, when `held_out` names no arm, or for a result that
// is not valid.
CostReport report_costs(const std::vector<NamedResult>& results, const CostTerms& terms);

}  // namespace tracetax
