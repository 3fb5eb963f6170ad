#include "harness/verdict/claims.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

namespace tracetax {
namespace {

template <class R>
bool decides(const R& result, const std::string& id) {
  return std::ranges::find(result.ids, id) != result.ids.end();
}

std::optional<double> resolution_of(double low, double high, double limit) {
  const double half = (high - low) / 2;
  if (limit == 0 || !std::isfinite(half)) return std::nullopt;
  return half / std::fabs(limit);
}

Evidence evidence_of(const FinishedRun& run) {
  return {.run = run.folder,
          .scenario = run.scenario.stem().string(),
          .page = run.verb == "tune" ? "tune.md" : "report.md"};
}

void collect(const FinishedRun& run, ClaimResult& claim) {
  for (const BudgetResult& budget : run.result->budgets) {
    if (!decides(budget, claim.id)) continue;
    Evidence& one = claim.evidence.emplace_back(evidence_of(run));
    one.budget = budget;
    one.resolution = resolution_of(budget.low, budget.high, budget.limit);
  }
  for (const CheckResult& check : run.result->checks) {
    if (!decides(check, claim.id)) continue;
    Evidence& one = claim.evidence.emplace_back(evidence_of(run));
    one.check = check;
    one.resolution = resolution_of(check.low, check.high, check.expected);
  }
}

// What keeps the run from deciding anything; empty: nothing.
std::string trouble_with(const FinishedRun& run, const std::string& id) {
  if (!run.result) return run.why;
  const Result& result = *run.result;
  if (!result.valid) return "the run is not valid: " + (result.failures.empty() ? run.why : result.failures.front());
  if (!result.finished) return "the run did not come to its end";
  const bool named = std::ranges::any_of(result.budgets, [&](const auto& b) { return decides(b, id); }) ||
                     std::ranges::any_of(result.checks, [&](const auto& c) { return decides(c, id); });
  return named ? "" : "no budget or check of the run has the id " + id;
}

}  // namespace

ClaimResult judge_claim(const Claim& claim, const ClaimsFile& file, std::span<const FinishedRun> runs) {
  ClaimResult out{.id = claim.id, .says = claim.says, .threshold = claim.threshold, .note = claim.note};
  if (!claim.not_measurable.empty()) {
    out.verdict = ClaimVerdict::not_measurable;
    out.why = claim.not_measurable;
    return out;
  }
  std::vector<std::string> troubles;
  bool impossible = false;
  const auto look_at = [&](const std::string& verb, const std::vector<std::string>& scenarios) {
    for (const std::string& scenario : scenarios) {
      const std::filesystem::path path = scenario_file(file, scenario);
      const auto run =
          std::ranges::find_if(runs, [&](const FinishedRun& r) { return r.verb == verb && r.scenario == path; });
      if (run == runs.end()) {
        troubles.push_back(fmt::format("{} was not run", scenario));
        continue;
      }
      const std::string trouble = trouble_with(*run, claim.id);
      if (trouble.empty()) {
        collect(*run, out);
        continue;
      }
      troubles.push_back(fmt::format("{}: {}", scenario, trouble));
      impossible = impossible || run->impossible;
    }
  };
  look_at("run", claim.run);
  look_at("sampling", claim.sampling);
  if (!claim.tune.scenario.empty()) look_at("tune", {claim.tune.scenario});
  for (const std::string& trouble : troubles) out.why += (out.why.empty() ? "" : "; ") + trouble;
  const auto any = [&](Verdict verdict) {
    return std::ranges::any_of(out.evidence, [&](const Evidence& e) { return e.verdict() == verdict; });
  };
  if (any(Verdict::exceeded)) {
    out.verdict = ClaimVerdict::fail;
  } else if (impossible) {
    out.verdict = ClaimVerdict::not_measurable;
  } else if (troubles.empty() && !out.evidence.empty() && !any(Verdict::inconclusive)) {
    out.verdict = ClaimVerdict::pass;
  }
  return out;
}

}  // namespace tracetax
