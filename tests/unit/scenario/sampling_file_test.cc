// Files of other systems' sampling strategies, as their documentation has them.

#include "harness/scenario/sampling_file.h"

#include <gtest/gtest.h>

#include "harness/scenario/load_scenario.h"
#include "tests/unit/scenario/scenario_text.h"

namespace tracetax {
namespace {

using namespace std::chrono_literals;

SamplerConfig from(const std::string& file, const Variables& variables = {}) {
  return parse_sampling_file(
      test::read_text(std::string(TRACETAX_SOURCE_DIR "/tests/data/scenarios/strategies/") + file), file, variables);
}

PlainSampler ratio(double share) {
  return {SamplerType::traceidratio, share};
}

PlainSampler limit(double traces) {
  return {SamplerType::rate_limiting, 1.0, traces};
}

std::string refusal(const std::string& text) {
  try {
    parse_sampling_file(text, "s");
  } catch (const ScenarioError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(SamplingFile, OfJaeger) {
  SamplerConfig expected;
  expected.type = SamplerType::rules;
  expected.rules = {{.service = "foo", .operation = "op1", .sampler = ratio(0.2)},
                    {.service = "foo", .operation = "op2", .sampler = ratio(0.4)},
                    {.service = "foo", .operation = "/health", .sampler = ratio(0)},
                    {.service = "foo", .operation = "/metrics", .sampler = ratio(0)},
                    {.service = "foo", .sampler = ratio(0.8)},
                    {.service = "bar", .operation = "/health", .sampler = ratio(0)},
                    {.service = "bar", .operation = "/metrics", .sampler = ratio(0)},
                    {.service = "bar", .sampler = limit(5)},
                    {.operation = "/health", .sampler = ratio(0)},
                    {.operation = "/metrics", .sampler = ratio(0)}};
  expected.otherwise = ratio(0.5);
  EXPECT_EQ(from("jaeger.json"), expected);
}

TEST(SamplingFile, OfJaegerLeavesOutWhatTheStoreFillsIn) {
  const SamplerConfig config = parse_sampling_file(
      R"({"service_strategies":[{"service":"a","operation_strategies":[{"operation":"x","type":"probabilistic","param":1}]},)"
      R"({"service":"b","type":"ratelimiting","param":0.5,"operation_strategies":[{"operation":"x"}]}],)"
      R"("default_strategy":{"operation_strategies":[{"operation":"x","type":"probabilistic","param":0.3}]}})",
      "s");
  EXPECT_EQ(config.otherwise, ratio(0.001));
  const std::vector<SamplingRule> expected{{.service = "a", .operation = "x", .sampler = ratio(1)},
                                           {.service = "a", .sampler = ratio(0.001)},
                                           {.service = "b", .operation = "x", .sampler = ratio(0.001)},
                                           {.service = "b", .sampler = limit(0.5)},
                                           {.operation = "x", .sampler = ratio(0.3)}};
  EXPECT_EQ(config.rules, expected);
  EXPECT_EQ(parse_sampling_file(R"({"service_strategies":[]})", "s").otherwise, ratio(0.001));
  const SamplerConfig older = parse_sampling_file(
      R"({"default_operation_strategies":[{"operation":"x","type":"probabilistic","param":0.3}]})", "s");
  EXPECT_EQ(older.rules, (std::vector<SamplingRule>{{.operation = "x", .sampler = ratio(0.3)}}));
}

TEST(SamplingFile, OfNamedStrategies) {
  SamplerConfig expected;
  expected.type = SamplerType::rules;
  PlainSampler adaptive{SamplerType::adaptive};
  adaptive.adaptive.target = 50;
  adaptive.adaptive.delta = 0.1;
  expected.rules = {{.operation = "health_check", .sampler = ratio(0.01)},
                    {.operation = "model_inference", .sampler = ratio(1)},
                    {.operation = "workflow_execution", .sampler = {SamplerType::always_off}},
                    {.service = "model-router", .sampler = ratio(1)},
                    {.service = "workflow-orchestrator", .sampler = limit(100)},
                    {.service = "frontend", .sampler = adaptive}};
  expected.otherwise = ratio(0.1);
  expected.keep_slow = {{"workflow_execution", 5s}};
  EXPECT_EQ(from("named.yaml"), expected);
}

TEST(SamplingFile, ATargetAboveTheUsualCapRaisesIt) {
  const SamplerConfig config = parse_sampling_file(
      "sampling_strategies: { default_strategy: { type: adaptive, target_samples_per_second: 500 } }", "s");
  EXPECT_EQ(config.otherwise.adaptive.target, 500);
  EXPECT_EQ(config.otherwise.adaptive.cap, 500);
}

TEST(SamplingFile, OfAConfigurationOfTracing) {
  SamplerConfig expected;
  expected.type = SamplerType::rules;
  expected.otherwise.type = SamplerType::adaptive;
  expected.otherwise.adaptive = {.target = 10, .cap = 100, .base = 1.0};
  EXPECT_EQ(from("tracing.yaml"), expected);
  expected.otherwise.adaptive.base = 0.25;
  EXPECT_EQ(from("tracing.yaml",
                 [](const std::string& name) {
                   return name == "TRACE_SAMPLE_RATIO" ? std::optional<std::string>("0.25") : std::nullopt;
                 }),
            expected);
  EXPECT_EQ(parse_sampling_file("tracing: { otel: { sampling: { ratio: 0.2, adaptive: { enabled: false } } } }", "s")
                .otherwise,
            ratio(0.2));
  const AdaptiveConfig four =
      parse_sampling_file(
          "tracing: { otel: { sampling: { adaptive: { base_sample_rate: 0.1, max_sample_rate: 0.7, target_tps: 3, "
          "max_tps: 4 } } } }",
          "s")
          .otherwise.adaptive;
  EXPECT_EQ(four, (AdaptiveConfig{.target = 3, .cap = 4, .base = 0.1, .max = 0.7}));
}

TEST(SamplingFile, WhatCannotBeHadIsSaid) {
  EXPECT_EQ(refusal("a: b"),
            "s:1:1: is no file of sampling strategies\n  hint: it must have `default_strategy` or `service_strategies` "
            "(Jaeger), `sampling_strategies`, or `tracing.otel.sampling`");
  EXPECT_EQ(refusal("{ default_strategy: { type: probabilistic, param: 0.1, default_lower_bound: 1 } }"),
            "s:1:77: default_strategy.default_lower_bound: a lower bound of traces per second is not kept beside a "
            "probability\n  hint: remove it, or use `type: adaptive`, whose ratio rises when few traces are offered");
  EXPECT_EQ(refusal("{ default_strategy: { type: probabilistic, param: 0.1, operation_strategies: [ { operation: x, "
                    "type: ratelimiting, param: 1 } ] } }"),
            "s:1:102: default_strategy.operation_strategies.0.type: Jaeger limits no rate of a single operation, and "
            "would take its default\n  hint: write `probabilistic`, or `rules` with `rate_limiting` in the scenario");
  EXPECT_EQ(refusal("sampling_strategies: { default_strategy: { type: latency, latency_threshold_ms: 5 } }"),
            "s:1:50: sampling_strategies.default_strategy.type: latency is known when a trace has ended, and is taken "
            "for operations only\n  hint: write `keep_slow` beside `type: file` in the scenario");
  EXPECT_EQ(
      refusal("tracing: { enabled: false, otel: { sampling: { ratio: 1 } } }"),
      "s:1:21: tracing.enabled: the file switches tracing off\n  hint: write `sampler: none` instead of the file");
}

TEST(SamplingFile, MistakesAreAllNamed) {
  EXPECT_EQ(
      refusal("{ default_strategy: { type: probabilistc, param: 2 }, service_strategies: [ { type: probabilistic, "
              "parm: 1 }, { service: a, type: ratelimiting, param: 0 } ] }"),
      "s:1:29: default_strategy.type: unknown word `probabilistc`\n  hint: did you mean `probabilistic`?\n"
      "s:1:50: default_strategy.param: must be at most 1 (100%), got `2`\n"
      "s:1:77: service_strategies.0.service: is missing\n  hint: `service`: service.name\n"
      "s:1:77: service_strategies.0.param: is missing\n  hint: the share or the traces per second\n"
      "s:1:100: service_strategies.0.parm: unknown key\n  hint: did you mean `param`?\n"
      "s:1:152: service_strategies.1.param: must be above 0, got `0`");
  EXPECT_EQ(
      refusal("sampling_strategies: { per_service_strategies: [ { type: adaptive, delta: 0.1 } ] }"),
      "s:1:22: sampling_strategies.default_strategy: is missing\n  hint: `default_strategy`: where no other one "
      "is meant\n"
      "s:1:50: sampling_strategies.per_service_strategies.0.target_samples_…: is missing\n"
      "  hint: `target_samples_per_second`: traces that should be kept each second\n"
      "s:1:50: sampling_strategies.per_service_strategies.0.service: is missing\n  hint: `service`: service.name");
}

}  // namespace
}  // namespace tracetax
