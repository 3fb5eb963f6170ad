#pragma once
// Statements about traces: was the share kept that was asked for, and are the kept ones whole?

#include <optional>
#include <span>
#include <vector>

#include "harness/results/result.h"
#include "harness/scenario/scenario.h"

namespace tracetax {

// The verdict on `result.expected` as a share of the offered calls, with its Clopper-Pearson interval: within when the
// interval lies in expected ± tolerance. Without a tolerance that is 2 %, and an exact binomial test at 0.1 % (the
// Clopper-Pearson interval of 99.9 % holds `expected`) must not reject besides.
void judge_share(CheckResult& result, std::uint64_t kept_traces, std::uint64_t offered, std::optional<double> tolerance,
                 double confidence);

// The verdict on at least the share `least` of the offered calls: within when the whole Clopper-Pearson interval is not
// below it, exceeded when all of it is.
void judge_least(CheckResult& result, std::uint64_t kept_traces, std::uint64_t offered, double least,
                 double confidence);

// One result for each check and arm it is about, in the scenario's order. `arms`: the summaries of all arms; their
// intervals have this confidence. Checks that need every span (needs_spans()) are left out.
std::vector<CheckResult> run_checks(const Scenario& scenario, std::span<const ArmSummary> arms, double confidence);

}  // namespace tracetax
