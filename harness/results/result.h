#pragma once
// result.json as values (schema "tracetax.result/1", docs/results.md). Reports are functions of this and nothing else.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/time.h"
#include "harness/results/trial.h"

namespace tracetax {

enum class Verdict { within, exceeded, inconclusive };
std::string_view to_string(Verdict);                         // "within", "exceeded", "inconclusive"
std::optional<Verdict> verdict_from(std::string_view name);  // and back

struct Environment {
  std::string host, cpu, kernel, compiler, build_type;
  std::uint32_t cores = 0;
  std::uint64_t memory_bytes = 0;
  std::map<std::string, std::string> versions{};  // tracetax, opentelemetry-cpp, grpc, boost, git commit
  std::vector<std::string> warnings{};
};

struct LatencySummary {
  std::uint64_t count = 0;
  std::int64_t mean_ns = 0, trimmed_mean_ns = 0;  // trimmed: without the slowest and fastest 5 %
  std::int64_t p50_ns = 0, p90_ns = 0, p95_ns = 0, p99_ns = 0, p99_9_ns = 0, max_ns = 0;
};

struct ServiceSummary {
  std::string name;
  std::string measured{};  // "outside": it runs elsewhere, and nothing here is known of it; else empty
  std::uint32_t processes = 0;
  std::int64_t cpu_ns = 0, cpu_per_call_ns = 0;
  std::uint64_t memory_bytes = 0;  // median over the trials
  double network_sent_bytes_per_call = 0, network_received_bytes_per_call = 0;
  SpanCounts spans{};
};

// How well the generator kept to what it was asked for: medians over the arm's trials.
struct GeneratorAudit {
  std::uint32_t trials = 0;
  ArrivalSummary arrivals{};             // `count` is their sum; 0: of no trial known
  std::int64_t working_ns_per_call = 0;  // CPU of the load threads without what was spun
  std::int64_t spun_ns_per_call = 0;
  double busy_share = 0;  // working time ÷ (duration × load threads): near 1 it is the bottleneck
  double steal_share = 0;
  double preempted_per_s = 0;
};

struct ArmSummary {
  std::string name;
  std::string role;  // "control", "treatment"
  OutcomeCounts calls{};
  LatencySummary latency{}, service_time{};  // of answered calls (ok and tool_error)
  std::int64_t send_lag_p50_ns = 0, send_lag_p99_ns = 0;
  double throughput_per_s = 0;  // answered calls ÷ time
  double error_rate = 0;        // 1 − ok ÷ planned
  std::vector<ServiceSummary> services{};
  SpanCounts spans{};
  TraceSummary traces{};
  GeneratorAudit generator{};
};

// How the load threads waited for the next call.
struct Pacing {
  std::int64_t spin_ns = 0;              // before a call was due; 0: they slept until then
  std::int64_t spin_for_answers_ns = 0;  // after a call was sent; 0: they slept until its answer came
  std::string reason{};
  std::int64_t wake_late_p50_ns = 0, wake_late_p99_ns = 0;  // of the sleeps it was learnt from
  std::uint64_t sleeps = 0;                                 // 0: the scenario said so
};

struct Estimate {
  double estimate = 0, low = 0, high = 0;
};

// What a comparison of two results needs beyond an interval: the mean over independent units, and how far it is to be
// trusted.
struct UnitMean {
  double mean = 0, standard_error = 0;
};

struct Comparison {
  std::string metric;
  std::string service{};  // empty: the whole system
  Phase phase = Phase::blocks;
  std::string control, treatment;
  double control_value = 0, treatment_value = 0;  // means over blocks of the per-trial values
  Estimate absolute{};                            // treatment − control, in the metric's unit
  std::optional<Estimate> relative{};             // treatment ÷ control − 1; absent where the control's value is 0
  double confidence = 0.95;                       // over all looks together
  std::uint32_t blocks = 0;
  std::uint32_t units = 0;              // independent ones among the blocks: blocks, or launches where they repeat
  UnitMean difference{};                // of treatment − control, in the metric's unit
  std::optional<UnitMean> log_ratio{};  // of ln(treatment ÷ control)
  double smallest_effect = 0;           // found with a chance of 80 % by an experiment like this; the metric's unit
};

struct BudgetResult {
  std::string metric;
  std::string arm;
  std::string service{};
  Phase phase = Phase::blocks;
  double limit = 0;
  bool relative = false;
  double estimate = 0, low = 0, high = 0;
  Verdict verdict = Verdict::inconclusive;
  bool resolvable = true;           // the interval is narrow enough that the budget could have been decided
  std::uint32_t blocks_needed = 0;  // about; 0: decided, or not to be known
  std::string detail{};
  std::vector<std::string> ids{};  // of the claims that it decides, as the scenario names them
};

struct CheckResult {
  std::string name{};  // "sampling_ratio", "complete_traces", …: the check's key in a scenario
  std::string arm{};
  std::string unit = "share";        // of the numbers: "share", "per_s", "count", "ns", "bytes"
  std::string expects = "equal to";  // `expected`; or "at most", "at least", "at least 5.0 KB and at most"
  double expected = 0, observed = 0, low = 0, high = 0;
  Verdict verdict = Verdict::inconclusive;
  std::string detail{};
  std::vector<std::string> ids{};  // as BudgetResult::ids
};

// The verdicts as they were after so many blocks.
struct LookResult {
  std::uint32_t blocks = 0;
  double level = 0;             // one-sided, of this look: what its intervals' ends are exceeded with by chance
  std::uint32_t undecided = 0;  // budgets and checks
};

// Raised when numbers are made in another way, so that results of both ways are not compared.
inline constexpr int method_version = 3;

struct Result {
  std::string name, description;
  std::string scenario_file;
  Verdict verdict = Verdict::inconclusive;
  bool valid = true;     // false: exit code 4, and `failures` say why
  bool finished = true;  // false: interrupted or failed before the plan's end
  std::vector<std::string> failures{};
  std::int64_t started_at_unix_s = 0;
  Nanos duration{};
  std::uint64_t seed = 0;
  int method = method_version;
  std::string fingerprint{};  // of what was measured: topology, tools, load, arms, windows; not budgets, blocks or seed
  std::uint32_t blocks_least = 0, blocks_planned = 0, blocks_done = 0, launches = 0;
  std::vector<LookResult> looks{};  // the last one is what the verdicts here are
  std::string stopped{};            // "plan's end", "decided", "max time", "interrupted", "failed"
  double window_s = 0;
  std::string load_description{};  // "open loop, poisson 400/s, 4 sessions"
  Pacing pacing{};
  Environment environment{};
  std::vector<ArmSummary> arms{};
  std::vector<Comparison> comparisons{};
  std::vector<BudgetResult> budgets{};
  std::vector<CheckResult> checks{};
  std::vector<std::string> warnings{};
  std::vector<std::string> doubts{};  // those among the warnings that put the numbers themselves in doubt
  bool strict = false;                // nothing is `within` while there are doubts
};

// JSON text as design.md §5 fixes it, and back. read_result throws std::runtime_error that names the key at fault.
std::string write_result_json(const Result&);
Result read_result_json(const std::string& json);

}  // namespace tracetax
