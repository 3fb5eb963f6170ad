#include "sample_history.h"

#include "tests/support/made_history.h"
#include "tests/support/made_result.h"

namespace tracetax {
namespace {

constexpr const char* hostile = "full <b>\"&|*";

void rename(Result& r) {
  r.name = "bridge-quickstart";
  for (Comparison& c : r.comparisons) c.treatment = hostile;
  for (BudgetResult& b : r.budgets) b.arm = hostile;
}

}  // namespace

HistoryReport sample_history() {
  std::vector<DatedResult> results = made::days(30, [](std::size_t i) { return i < 18 ? 0.010 : 0.031; });
  made::add_cpu(results, [](std::size_t i) { return i < 9 ? 0.12 : i < 21 ? 0.05 : 0.09; });
  for (std::size_t i = 0; i < results.size(); ++i) {
    Result& r = results[i].result;
    r.comparisons.push_back(made::comparison({"memory", 2.4e7, 0.05 + 0.002 * static_cast<double>(i * 7 % 5), 0.002}));
    rename(r);
    if (i >= 18) r.environment.versions["tracetax"] = "0.2.0";
    if (i >= 21) r.environment.kernel = "Linux 6.1.7";
  }
  results[11].result.comparisons[0].difference.mean += 9e4;  // a day that was bad
  results[11].result.comparisons[0].log_ratio->mean += 0.045;
  results[11].result.comparisons[0].relative = Estimate{0.057, 0.055, 0.059};
  results[25].result.valid = false;
  results[25].result.failures = {"the gateway ended with signal 9"};
  for (std::size_t i = 0; i < 4; ++i) results[i].result.fingerprint = "fedcba9876543210";
  HistoryTerms terms;
  terms.metrics = {"latency.p50", "cpu_per_call", "memory"};
  HistoryReport report = make_history(results, terms);
  report.folder = "out";
  report.skipped.insert(report.skipped.begin(), {"out/notes.json", "not JSON"});
  return report;
}

HistoryReport young_history() {
  HistoryReport report = make_history(made::days(5, [](std::size_t) { return 0.01; }), {});
  report.folder = "out";
  return report;
}

Overlay sample_overlay() {
  std::vector<SourcedResult> results;
  for (const double share : {0.010, 0.031, 0.048}) {
    Result r = made::result(1'767'348'900 + static_cast<std::int64_t>(results.size()) * 86'400);
    r.comparisons = {made::comparison({"latency.p50", 2.2e6, share, 0.001, "", Phase::pairs}),
                     made::comparison({"throughput", 399, -share / 10, 0.0005}),
                     made::comparison({"cpu_per_call", 130e3, 3 * share, 0.01, "gateway"})};
    r.budgets = {made::budget("latency.p50", 0.05, true, "", Phase::pairs), made::budget("throughput", 0.05, true),
                 made::budget("cpu_per_call", 1e4, false, "gateway")};
    for (BudgetResult& b : r.budgets) b.verdict = Verdict::within;
    rename(r);
    results.push_back({"out/run-" + std::to_string(results.size() + 1), std::move(r)});
  }
  results[1].result.budgets[2].verdict = results[1].result.verdict = Verdict::exceeded;
  results[1].result.environment.versions["git commit"] = "8d01b77c0ffee";
  Result& other = results[2].result;
  other.name = "bridge <b>\"&|*";
  other.fingerprint = "fedcba9876543210";
  other.valid = false;
  other.failures = {"the gateway ended with signal 9"};
  other.budgets.resize(1);
  other.budgets[0].verdict = Verdict::inconclusive;
  other.comparisons.erase(other.comparisons.begin() + 1);
  other.environment.cores = 8;
  return make_overlay(results);
}

}  // namespace tracetax
