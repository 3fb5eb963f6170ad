#include "tests/support/made_history.h"

#include <fmt/format.h>

#include "harness/base/rng.h"
#include "tests/support/made_result.h"

namespace tracetax::made {
namespace {

constexpr double error = 0.0005;
constexpr std::int64_t day = 86'400;

}  // namespace

std::vector<DatedResult> days(std::size_t n, const std::function<double(std::size_t)>& share) {
  Rng rng(11);
  std::vector<DatedResult> all;
  for (std::size_t i = 0; i < n; ++i) {
    Result r = result(1'767'348'900 + static_cast<std::int64_t>(i) * day);
    const double luck = error * (rng.normal() + rng.normal());
    r.comparisons = {comparison({"latency.p50", 2e6, share(i) + luck, error})};
    r.budgets = {budget("latency.p50", 0.05, true)};
    r.environment.versions["git commit"] = fmt::format("{:07x}c0ffee", i + 1);
    all.push_back({fmt::format("results/{:02}", i + 1), std::move(r)});
  }
  return all;
}

void add_cpu(std::vector<DatedResult>& results, const std::function<double(std::size_t)>& share) {
  Rng rng(12);
  for (std::size_t i = 0; i < results.size(); ++i) {
    const double luck = 4 * error * (rng.normal() + rng.normal());
    Result& r = results[i].result;
    r.comparisons.push_back(comparison({"cpu_per_call", 130e3, share(i) + luck, 4 * error, "gateway"}));
    r.budgets.push_back(budget("cpu_per_call", 0.1, true, "gateway"));
  }
}

}  // namespace tracetax::made
