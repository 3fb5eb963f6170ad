#include "tests/peers/web/made_runs.h"

#include "harness/verdict/compare_results.h"
#include "tests/support/made_history.h"

namespace tracetax::made {
namespace {

std::vector<DatedResult> marked_days(const std::string& mark) {
  std::vector<DatedResult> results = days(60, [](std::size_t i) { return i < 40 ? 0.01 : 0.034; });
  add_cpu(results, [](std::size_t i) { return i < 20 ? 0.12 : i < 45 ? 0.05 : 0.09; });
  for (DatedResult& one : results) {
    one.source += mark;
    Result& r = one.result;
    r.name += mark;
    r.environment.host += mark;
    r.environment.versions["tracetax" + mark] = "0.1.0" + mark;
    for (Comparison& c : r.comparisons) c.treatment += mark;
    for (BudgetResult& b : r.budgets) b.arm += mark;
  }
  return results;
}

}  // namespace

HistoryReport history(const std::string& mark) {
  std::vector<DatedResult> results = marked_days(mark);
  results[7].result.valid = false;
  results[7].result.failures = {"the gateway ended with signal 9" + mark};
  HistoryReport report = make_history(results, {});
  report.folder = "out" + mark;
  return report;
}

Overlay overlay(const std::string& mark) {
  const std::vector<DatedResult> results = marked_days(mark);
  std::vector<SourcedResult> some;
  for (const std::size_t i : {std::size_t{3}, std::size_t{30}, std::size_t{50}})
    some.push_back({results[i].source, results[i].result});
  return make_overlay(some);
}

GrowthReport growth(const std::string& mark) {
  const std::vector<DatedResult> results = marked_days(mark);
  GrowthReport report = compare_results(results[39].result, results[50].result, {});
  report.baseline.source = results[39].source;
  report.later.source = results[50].source;
  return report;
}

}  // namespace tracetax::made
