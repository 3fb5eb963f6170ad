#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/verdict/evaluate.h"
#include "synthetic.h"

namespace tracetax {
namespace {

using namespace std::chrono_literals;
using synthetic::planted_shift;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

// `kept` whole traces in each of the six blocks' 200 calls.
std::vector<TrialRecord> with_traces(const Scenario& s, std::uint64_t kept) {
  auto trials = synthetic::trials(s, planted_shift(0us));
  for (TrialRecord& trial : trials) {
    if (trial.arm != "on") continue;
    trial.traces.traces = kept;
    trial.traces.service_sets = {{"mcp-gateway,mcp-router,tools", kept}};
  }
  return trials;
}

Verdict ratio_verdict(double expect, double tolerance, std::uint64_t kept) {
  Scenario s = synthetic::scenario();
  s.checks = {SamplingRatioCheck{.arm = "on", .expect = expect, .tolerance = tolerance}};
  return evaluate(s, with_traces(s, kept), {}).checks.at(0).verdict;
}

TEST(SamplingRatio, NeedsTheWholeIntervalInside) {
  // 120 of 1200: the exact 95 % interval is 8.36 to 11.84 %.
  EXPECT_EQ(ratio_verdict(0.1, 0.02, 20), Verdict::within);
  EXPECT_EQ(ratio_verdict(0.1, 0.015, 20), Verdict::inconclusive);
  EXPECT_EQ(ratio_verdict(0.2, 0.02, 20), Verdict::exceeded);
  EXPECT_EQ(ratio_verdict(0.05, 0.02, 20), Verdict::exceeded);
}

TEST(SamplingRatio, ShowsItsExactInterval) {
  Scenario s = synthetic::scenario();
  s.checks = {SamplingRatioCheck{.arm = "on", .expect = 0.1}};
  const CheckResult check = evaluate(s, with_traces(s, 20), {}).checks.at(0);
  EXPECT_DOUBLE_EQ(check.observed, 0.1);
  EXPECT_NEAR(check.low, 0.0836, 0.0001);
  EXPECT_NEAR(check.high, 0.1184, 0.0001);
}

TEST(SamplingRatio, AtLeastIsALowerBound) {
  const auto at_least = [](double least) {
    Scenario s = synthetic::scenario();
    s.checks = {SamplingRatioCheck{.arm = "on", .least = least}};
    return evaluate(s, with_traces(s, 20), {}).checks.at(0);
  };
  // The exact interval is 8.36 to 11.84 %.
  EXPECT_EQ(at_least(0.05).verdict, Verdict::within);
  EXPECT_EQ(at_least(0.09).verdict, Verdict::inconclusive);
  EXPECT_EQ(at_least(0.12).verdict, Verdict::exceeded);
  EXPECT_EQ(at_least(0.05).expects, "at least");
}

TEST(SamplingRatio, MoreTracesThanCallsIsAFault) {
  EXPECT_EQ(ratio_verdict(1.0, 0.02, 201), Verdict::exceeded);
  EXPECT_EQ(ratio_verdict(1.0, 0.02, 200), Verdict::within);
}

CheckResult completeness(double max_broken, const std::function<void(TrialRecord&)>& change) {
  Scenario s = synthetic::scenario();
  s.checks = {CompleteTracesCheck{.max_broken = max_broken}};
  auto trials = with_traces(s, 200);
  change(synthetic::find(trials, "on", 0));
  const Result r = evaluate(s, trials, {});
  EXPECT_EQ(r.checks.size(), 1U) << "the control does not sample";
  return r.checks.at(0);
}

void break_traces(TrialRecord& trial, std::uint64_t broken) {
  trial.traces.service_sets = {{"mcp-gateway,mcp-router,tools", 200 - broken}, {"mcp-router", broken}};
}

TEST(CompleteTraces, AreLookedForInEveryArmThatCanKeepAny) {
  const auto checks = [](const SamplerConfig& sampler) {
    Scenario s = synthetic::scenario();
    s.checks = {CompleteTracesCheck{}};
    for (Arm& arm : s.arms) {
      if (arm.name == "on") arm.tracing.sampler = sampler;
    }
    return evaluate(s, with_traces(s, 200), {}).checks.size();
  };
  EXPECT_EQ(checks({SamplerType::always_off}), 0U);
  EXPECT_EQ(checks({SamplerType::traceidratio, 0}), 0U);
  EXPECT_EQ(checks({SamplerType::adaptive}), 1U);
  SamplerConfig errors{SamplerType::always_off};
  errors.keep_errors = true;
  EXPECT_EQ(checks(errors), 1U);
  SamplerConfig rules{SamplerType::rules};
  rules.otherwise.type = SamplerType::always_off;
  EXPECT_EQ(checks(rules), 0U);
  rules.rules = {{.tool = "a", .sampler = {SamplerType::rate_limiting}}};
  EXPECT_EQ(checks(rules), 1U);
}

TEST(CompleteTraces, WholeOnesAreWithin) {
  EXPECT_EQ(completeness(0, [](TrialRecord&) {}).verdict, Verdict::within);
}

TEST(CompleteTraces, OneBrokenIsOneTooMany) {
  const CheckResult check = completeness(0, [](TrialRecord& t) { break_traces(t, 1); });
  EXPECT_EQ(check.verdict, Verdict::exceeded);
  EXPECT_THAT(check.detail, HasSubstr("1 have only mcp-router"));
}

TEST(CompleteTraces, AllowedSharesAreJudgedByTheirInterval) {
  // 6 of 1200 = 0.5 %; exact interval 0.18 to 1.09 %.
  const auto six = [](TrialRecord& t) { break_traces(t, 6); };
  EXPECT_EQ(completeness(0.02, six).verdict, Verdict::within);
  EXPECT_EQ(completeness(0.005, six).verdict, Verdict::inconclusive);
  EXPECT_EQ(completeness(0.001, six).verdict, Verdict::exceeded);
}

TEST(CompleteTraces, CallsWithoutAnAnswerExcuseTheirTraces) {
  const auto two_timeouts = [](TrialRecord& t, std::uint64_t broken) {
    for (std::size_t i = 0; i < 2; ++i) t.samples[i].outcome = Outcome::timed_out;
    t.calls = count_outcomes(t.samples);
    break_traces(t, broken);
  };
  EXPECT_EQ(completeness(0, [&](TrialRecord& t) { two_timeouts(t, 2); }).verdict, Verdict::within);
  EXPECT_EQ(completeness(0, [&](TrialRecord& t) { two_timeouts(t, 3); }).verdict, Verdict::exceeded);
}

TEST(CompleteTraces, OrphansAndLostSpansAreNamed) {
  const CheckResult check = completeness(0, [](TrialRecord& t) {
    t.traces.orphans = 3;
    t.spans["gateway"].received -= 5;
  });
  EXPECT_EQ(check.verdict, Verdict::exceeded);
  EXPECT_THAT(check.detail, HasSubstr("3 orphaned spans"));
  EXPECT_THAT(check.detail, HasSubstr("5 spans were lost"));
}

TEST(CompleteTraces, NoTraceIsNotWithin) {
  Scenario s = synthetic::scenario();
  s.checks = {CompleteTracesCheck{}};
  EXPECT_EQ(evaluate(s, with_traces(s, 0), {}).checks.at(0).verdict, Verdict::inconclusive);
}

TEST(CompleteTraces, ProgramsOfTheUsersAreNotExpected) {
  Scenario s = synthetic::scenario();
  s.checks = {CompleteTracesCheck{}};
  s.topology.servers.at(0).command = {"python3", "server.py"};
  auto trials = with_traces(s, 200);
  for (TrialRecord& t : trials) {
    if (t.arm == "on") t.traces.service_sets = {{"mcp-gateway,mcp-router", 200}};
  }
  EXPECT_EQ(evaluate(s, trials, {}).checks.at(0).verdict, Verdict::within);
}

std::vector<std::string> warnings_after(const std::function<void(Scenario&, std::vector<TrialRecord>&)>& change) {
  Scenario s = synthetic::scenario();
  s.budgets = {{.metric = "latency.p50", .limit = 200e3}};
  auto trials = synthetic::trials(s, planted_shift(0us));
  change(s, trials);
  return evaluate(s, trials, {}).warnings;
}

TEST(Warnings, AQuietRunHasNone) {
  EXPECT_THAT(warnings_after([](auto&, auto&) {}), testing::IsEmpty());
}

TEST(Warnings, NameWhatHappened) {
  EXPECT_THAT(warnings_after([](auto&, auto& t) { synthetic::find(t, "on", 1).spans["tools"].received -= 6; }),
              Contains(HasSubstr("arm on: 6 of 8,400 sampled spans never reached the sink (0.07 %)")));
  EXPECT_THAT(warnings_after([](auto&, auto& t) { synthetic::find(t, "on", 1).steal_share = 0.05; }),
              Contains(HasSubstr("in 1 of 12 trials the hypervisor took more than 2 %")));
  EXPECT_THAT(warnings_after([](auto& s, auto&) { s.arms[1].tracing.batch.delay = 5s; }),
              Contains(HasSubstr("less than two export cycles")));
  EXPECT_THAT(warnings_after([](auto& s, auto&) { s.budgets.push_back({.metric = "latency.p99", .limit = 1e6}); }),
              Contains(HasSubstr("latency.p99 rests on about 2.0 calls a window")));
  EXPECT_THAT(warnings_after([](auto&, auto& t) {
                for (TrialRecord& trial : t) {
                  if (trial.block < 4) trial.warnings = {"gateway did not flush in 5 s"};
                }
              }),
              Contains("arm on: gateway did not flush in 5 s (in 4 trials)"));
  // Of all trials of the arm together, the most frequent first.
  EXPECT_THAT(warnings_after([](auto&, auto& t) {
                --synthetic::find(t, "on", 1).calls.ok;
                ++synthetic::find(t, "on", 1).calls.protocol_error;
                synthetic::find(t, "on", 1).reasons = {{"a", 2}, {"b", 1}};
                synthetic::find(t, "on", 2).reasons = {{"b", 1'000}};
              }),
              Contains("arm on: calls failed: b (1,001), a (2)"));
  EXPECT_THAT(warnings_after([](auto&, auto& t) { t.resize(4); }), Contains(HasSubstr("2 blocks")));
  EXPECT_THAT(warnings_after([](auto&, auto& t) {
                for (TrialRecord& trial : t) {
                  for (Sample& sample : trial.samples) sample.sent += 300us;
                }
              }),
              Contains(HasSubstr("the generator shares its cores")));
}

TEST(Warnings, PlannedToolErrorsAreNoNews) {
  const auto tool_errors = [](std::vector<TrialRecord>& t) {
    for (TrialRecord& trial : t) {
      trial.samples[0].outcome = Outcome::tool_error;
      trial.calls = count_outcomes(trial.samples);
    }
  };
  EXPECT_THAT(warnings_after([&](auto&, auto& t) { tool_errors(t); }),
              Contains(HasSubstr("6 calls ended in a tool error")));
  EXPECT_THAT(warnings_after([&](auto& s, auto& t) {
                tool_errors(t);
                for (Arm& arm : s.arms) arm.tools = {{.name = "lookup", .error_rate = 0.01}};
              }),
              Not(Contains(HasSubstr("tool error"))));
}

}  // namespace
}  // namespace tracetax
