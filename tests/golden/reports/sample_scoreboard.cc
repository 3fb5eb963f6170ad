#include "sample_scoreboard.h"

namespace tracetax {

Scoreboard sample_scoreboard() {
  Scoreboard board{.quick = true, .started_at_unix_s = 1'767'225'600, .duration = std::chrono::seconds(754)};
  board.environment.host = "vm";
  board.environment.cpu = "Some CPU";
  board.environment.cores = 2;
  board.environment.kernel = "Linux 6.1";

  BudgetResult p50;
  p50.metric = "latency.p50";
  p50.arm = "production";
  p50.phase = Phase::pairs;
  p50.limit = 0.05;
  p50.relative = true;
  p50.estimate = 0.0153;
  p50.low = 0.0136;
  p50.high = 0.0170;
  p50.verdict = Verdict::within;
  BudgetResult memory = p50;
  memory.metric = "memory";
  memory.service = "router";
  memory.phase = Phase::blocks;
  memory.relative = false;
  memory.limit = 5e6;
  memory.estimate = 5.3e6;
  memory.low = 5.12e6;
  memory.high = 5.48e6;
  memory.verdict = Verdict::exceeded;
  CheckResult kept;
  kept.name = "errors_kept";
  kept.arm = "<b>all</b>";
  kept.expects = "at least";
  kept.expected = 1;
  kept.observed = 0.98;
  kept.low = 0.95;
  kept.high = 0.99;
  kept.detail = "2 of 100 failed calls have no trace";
  kept.verdict = Verdict::inconclusive;

  SystemResult& first = board.systems.emplace_back(SystemResult{"ggen-mcp", "A spreadsheet server", "its summary"});
  ClaimResult& pass = first.claims.emplace_back(ClaimResult{.id = "G1",
                                                            .says = "A call of 2 ms is < 5 % slower",
                                                            .threshold = "median and mean",
                                                            .verdict = ClaimVerdict::pass});
  pass.evidence.push_back({.run = "runs/a", .scenario = "a", .page = "report.md", .budget = p50, .resolution = 0.034});
  pass.evidence.push_back({.run = "runs/b", .scenario = "b", .page = "report.md", .budget = p50, .resolution = 0.3});
  first.claims.push_back({.id = "G9",
                          .says = "Errors | always",
                          .note = "A head sampler <cannot>.",
                          .verdict = ClaimVerdict::inconclusive,
                          .evidence = {{.run = "runs/c", .scenario = "c", .page = "report.md", .check = kept}}});
  SystemResult& second = board.systems.emplace_back(SystemResult{"bridge", "Router and gateway", "its guide"});
  second.claims.push_back(
      {.id = "B2",
       .says = "2 to 5 MB",
       .verdict = ClaimVerdict::fail,
       .evidence = {{.run = "runs/d", .scenario = "d", .page = "report.md", .budget = memory, .resolution = 0.036}}});
  second.claims.push_back(
      {.id = "B9", .says = "pretty", .verdict = ClaimVerdict::not_measurable, .why = "no Collector was found"});
  board.runs = {{.folder = "runs/a",
                 .verb = "run",
                 .scenario = "ggen-mcp/a",
                 .state = "done",
                 .started_at_unix_s = 1'767'225'600,
                 .duration = std::chrono::seconds(33),
                 .blocks = 4},
                {.folder = "runs/e",
                 .verb = "sampling",
                 .scenario = "bridge/e",
                 .state = "not run",
                 .why = "no Collector was found"}};
  return board;
}

}  // namespace tracetax
