#include "reports/act.h"

#include <map>
#include <string_view>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "reports/words.h"

namespace tracetax::words {
namespace {

constexpr const char* not_by_this_run = "Not by this run: it is not valid. Repair what failed and run it again.";

// What usually brings a cost down, by what it is a cost of.
std::string remedy(const BudgetResult& budget) {
  const std::string_view metric = budget.metric;
  if (metric == "cpu_per_call" && budget.service.empty())
    return "See which service pays (\"Where the time and the CPU go\"), lower the sampling ratio, or export larger "
           "batches less often.";
  if (metric == "cpu_per_call")
    return "Lower the sampling ratio, make fewer or smaller spans in this service, or export larger batches less "
           "often.";
  if (metric == "memory")
    return "A smaller batch.queue bounds what waits for its export; fewer attributes make it smaller.";
  if (metric.starts_with("network_"))
    return "Compress what is exported (compression: gzip), set fewer attributes, or lower the sampling ratio.";
  if (metric == "spans_lost") return "Raise batch.queue, export more often, or lower the load.";
  if (metric == "error_rate")
    return "Look at the accounts of calls and at the services' logs: which calls failed, and why.";
  if (metric == "throughput")
    return "Look for the service that is at the end of its CPU; lower the sampling ratio, or give it cores.";
  if (budget.phase == Phase::pairs)
    return "This is what the call's own path costs: lower the sampling ratio, make fewer spans, or set fewer "
           "attributes.";
  return "Lower the sampling ratio, look at the batch settings and at the CPU per call, or accept the cost and raise "
         "the "
         "budget.";
}

std::string more_blocks(const BudgetResult& budget) {
  return budget.blocks_needed > 0 ? fmt::format("raise plan.blocks to about {}", format_count(budget.blocks_needed))
                                  : std::string("raise plan.blocks");
}

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string undecided(const BudgetResult& budget) {
  const std::string& detail = budget.detail;
  if (holds(detail, "not measured"))
    return "Yes: nothing is known. Look at the failures and warnings, repair the run, and run it again.";
  if (holds(detail, "a share of nothing"))
    return "Yes: write this budget's limit as an amount (such as 200us); a share of 0 cannot be judged.";
  if (holds(detail, "inline cost (pairs)"))
    return "Yes: the call's own path is within the budget, the exporter's work beside it is not. Look at the batch "
           "settings and at the CPU per call.";
  if (holds(detail, "Holm"))
    return fmt::format("Suspect it: alone it would be exceeded, among so many budgets chance could do that. {}.",
                       budget.blocks_needed > 0 ? "To decide it, " + more_blocks(budget) : "More blocks decide it");
  if (!budget.resolvable)
    return fmt::format(
        "Measure differently: this run could not have found it within. {} or plan.window, use a quieter machine, or "
        "budget a steadier metric: CPU per call is the steadiest, a tail quantile the least.",
        budget.blocks_needed > 0 ? fmt::format("Raise plan.blocks to about {}", format_count(budget.blocks_needed))
                                 : std::string("Raise plan.blocks"));
  if (budget.blocks_needed > 0)
    return fmt::format("It is not a pass: measure more. To decide it, {}, or use a quieter machine.",
                       more_blocks(budget));
  return "It is not a pass, and the estimate lies so near the limit that no number of blocks is sure to decide it: ask "
         "whether the limit is where it should be, or measure much longer.";
}

// Doubts weaken a pass; a cost that was found in spite of them is there.
std::string pass(const Result& result) {
  return result.doubts.empty() ? "No: the whole interval lies at or below the limit."
                               : "No, as far as these numbers can be believed: read first what could make them wrong.";
}

}  // namespace

std::string act(const Result& result, const BudgetResult& budget) {
  if (!result.valid) return not_by_this_run;
  switch (budget.verdict) {
    case Verdict::within:
      return pass(result);
    case Verdict::exceeded:
      return "Yes: it costs more than you accept, and chance does not explain it. " + remedy(budget);
    case Verdict::inconclusive:
      return undecided(budget);
  }
  return {};
}

std::string act(const Result& result, const CheckResult& check) {
  if (!result.valid) return not_by_this_run;
  if (check.verdict == Verdict::within) return "No.";
  if (holds(check.detail, "not measured"))
    return "Yes: nothing is known. Look at the failures and warnings, repair the run, and run it again.";
  if (check.verdict == Verdict::inconclusive)
    return "It is not a pass: the interval holds what is expected and what is not. More calls narrow it: raise "
           "plan.blocks, plan.window or the rate.";
  if (holds(check.detail, "spans were lost"))
    return "Yes: repair the loss first (raise batch.queue, export more often, or lower the load); a trace that lost "
           "spans cannot be whole.";
  if (check.name == "sampling_ratio")
    return "Yes: the sampler does not do what was configured, or context is lost between services and traces begin "
           "anew. The check of complete traces tells which.";
  if (check.name == "complete_traces")
    return "Yes: follow the chain of services that is named here. It breaks after the last one in it: look at how "
           "context leaves that service and reaches the next.";
  return "Yes: what was asked for does not hold; the line above says what was found instead.";
}

std::string room(const BudgetResult& budget) {
  if (!was_measured(budget)) return "–";
  // A difference of shares is in percentage points, which is what error_rate differs in.
  return difference(budget.relative ? "error_rate" : budget.metric, budget.limit - budget.high);
}

std::vector<Meaning> reading(const Result& result) {
  const std::string level = confidence(result);
  return {
      {"within", "The whole interval lies at or below the limit. Nothing to do."},
      {"exceeded",
       "The whole interval lies above the limit, also after correcting for the number of budgets (Holm). Act: the "
       "treatment costs more than you accept."},
      {"inconclusive",
       "The interval holds the limit: the data cannot say. It is not a pass. More blocks, longer windows or a quieter "
       "machine narrow it; the text of the budget says about how many blocks."},
      {"change and interval",
       "Each block runs every arm once on the same calls; the change is the mean over the blocks of treatment minus "
       "control (relative: of the ratio). In " +
           level +
           " of such experiments the interval holds the true value. Blocks are the sample, not calls: calls of one "
           "window share their luck."},
      {"room left",
       "The limit minus the upper end of the interval: what may still be added before the budget is in doubt. Below 0 "
       "the interval reaches beyond the limit."},
      {"pairs and blocks",
       "Blocks: each arm alone in a window of its own, which is the total cost. Pairs: all arms live at once, which is "
       "the cost on the call's own path, more precisely."},
      {"corrected and uncorrected",
       "Latency counts from when a call was due, so that a late start counts; service time from when it was sent. "
       "Where "
       "the two part, calls had to wait for their turn."},
      {"percentiles",
       "The axis of percentiles gives every further nine the same room: 90 %, 99 %, 99.9 %. Points with too few calls "
       "behind them are left out. Each point of a difference has its own interval; together they are no band for the "
       "whole curve."},
      {"latency", latency_caption(result) + "."},
      {"calls and spans",
       "They must add up. A span that was lost was never paid for: that arm looks cheaper than it is."},
  };
}

}  // namespace tracetax::words
