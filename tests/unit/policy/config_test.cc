#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "answers.h"
#include "harness/scenario/load_scenario.h"

namespace tracetax::policy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

CollectorConfig load(const std::string& text, const Environment& environment = process_environment()) {
  return load_collector_config_text(text, "otel.yaml", environment);
}
std::string mistakes(const std::string& text) {
  try {
    load(text);
  } catch (const ScenarioError& error) {
    return error.what();
  }
  return "none";
}
std::vector<std::string> texts(const std::vector<Remark>& remarks) {
  std::vector<std::string> all;
  for (const Remark& remark : remarks) all.push_back(remark.text());
  return all;
}
std::string whole(const std::string& processors, const std::string& names) {
  return "processors:\n" + processors + "service: { pipelines: { traces: { processors: [" + names + "] } } }\n";
}

TEST(CollectorConfig, ReadsTheDocumentedArchitecture) {
  const CollectorConfig config = load_collector_config(data_file("cases/architecture.yaml"));
  ASSERT_EQ(config.pipelines.size(), 1u);
  const auto& processors = config.pipelines[0].processors;
  ASSERT_EQ(processors.size(), 3u);
  EXPECT_EQ(std::get<Passing>(processors[0].work).delay, std::chrono::seconds(5));
  const auto& tail = std::get<TailSampling>(processors[1].work);
  EXPECT_EQ(tail.decision_wait, std::chrono::seconds(30));
  EXPECT_EQ(tail.num_traces, 50'000u);
  ASSERT_EQ(tail.policies.size(), 3u);
  EXPECT_THAT(std::get<StatusCode>(tail.policies[0].rule).codes, ElementsAre(otlp::Status::error));
  EXPECT_EQ(std::get<Latency>(tail.policies[1].rule).threshold_ms, 1000);
  EXPECT_EQ(std::get<Probabilistic>(tail.policies[2].rule).percentage, 10);
  EXPECT_EQ(tail.policies[2].name, "probabilistic-policy");
  EXPECT_TRUE(std::holds_alternative<Passing>(processors[2].work));
  EXPECT_TRUE(config.unknown.empty() && config.notes.empty());
}

TEST(CollectorConfig, ReadsTheBareFormOfDocumentsAndSaysWhatTheCollectorWants) {
  const CollectorConfig config = load(R"(tail_sampling:
  policies:
    - name: error-policy
      type: status_code
      status_code:
        status_codes: [ERROR]
    - name: custom-attribute-policy
      type: and
      and:
        - type: string_attribute
          string_attribute:
            key: mcp.critical_operation
            values: ["true"]
        - type: probabilistic
          probabilistic:
            sampling_percentage: 100
)");
  ASSERT_EQ(config.pipelines.size(), 1u);
  const auto& tail = std::get<TailSampling>(config.pipelines[0].processors.at(0).work);
  const auto& both = std::get<And>(tail.policies.at(1).rule).all;
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(std::get<StringAttribute>(both[0].rule).key, "mcp.critical_operation");
  EXPECT_THAT(std::get<StringAttribute>(both[0].rule).values, ElementsAre("true"));
  EXPECT_EQ(std::get<Probabilistic>(both[1].rule).percentage, 100);
  EXPECT_THAT(
      texts(config.notes),
      ElementsAre("otel.yaml:10: tail_sampling.policies.1.and: the Collector refuses a list here: it wants `and: { "
                  "and_sub_policy: [...] }`"));
}

TEST(CollectorConfig, NamesWhatItDoesNotKnow) {
  const CollectorConfig config = load(whole(R"(  filter: { error_mode: ignore, traces: { span: ['name == "x"'] } }
  strange/one: {}
  transform: {}
  tail_sampling:
    num_shards: 4
    policies:
      - { name: ottl, type: ottl_condition, ottl_condition: { span: ["true"] } }
      - { name: new, type: moon_phase }
      - { name: slow, type: latency, latency: { threshold_ms: 5, unit: s } }
  redaction: {}
)",
                                            "filter, strange/one, transform, tail_sampling, redaction"));
  EXPECT_THAT(
      texts(config.unknown),
      ElementsAre("otel.yaml:2: processors.filter: drops the spans that its conditions name",
                  HasSubstr("strange/one: what a processor of type `strange` does to traces is not known"),
                  HasSubstr("transform: may change anything of a span, and a later sampler looks at such"),
                  "otel.yaml:6: processors.tail_sampling.num_shards: this key is not known here",
                  HasSubstr("policies.0.type: what a policy of type `ottl_condition` decides is not decided here"),
                  HasSubstr("policies.1.type: what a policy of type `moon_phase` decides is not known"),
                  "otel.yaml:10: processors.tail_sampling.policies.2.latency.unit: this key is not known here"));
  const auto& processors = config.pipelines[0].processors;
  EXPECT_TRUE(std::get<Opaque>(processors[0].work).may_drop);
  EXPECT_FALSE(std::get<Opaque>(processors[2].work).may_drop);
  EXPECT_TRUE(std::get<TailSampling>(processors[3].work).may_keep);
  // What is changed after the last sampler changes nothing that is decided.
  EXPECT_TRUE(std::holds_alternative<Passing>(processors[4].work));
}

TEST(CollectorConfig, AttributesMatterOnlyWhenASamplerLooksAtThem) {
  const std::string tail =
      "  tail_sampling: { policies: [ { name: a, type: string_attribute, string_attribute: { key: tier, values: [gold] "
      "} } ] }\n";
  const auto unknown = [&](const std::string& action) {
    return load(whole("  attributes: { actions: [" + action + "] }\n" + tail, "attributes, tail_sampling"))
        .unknown.size();
  };
  EXPECT_EQ(unknown("{ key: other, value: x, action: upsert }"), 0u);
  EXPECT_EQ(unknown("{ key: tier, value: x, action: upsert }"), 1u);
  EXPECT_EQ(unknown("{ pattern: '^t', action: delete }"), 1u);
  EXPECT_EQ(unknown("{ key: url, pattern: '(?P<tier>.*)', action: extract }"), 1u);
}

TEST(CollectorConfig, ProcessorsMatterOnlyWhenTheyChangeWhatIsLookedAt) {
  const auto unknown = [&](const std::string& processor, const std::string& sampler, const std::string& settings) {
    return load(whole("  " + processor + ": {}\n  " + sampler + ": " + settings + "\n", processor + ", " + sampler))
        .unknown.size();
  };
  const std::string errors = "{ policies: [ { name: e, type: status_code, status_code: { status_codes: [ERROR] } } ] }";
  const std::string tier =
      "{ policies: [ { name: b, type: boolean_attribute, boolean_attribute: { key: vip, value: true } } ] }";
  EXPECT_EQ(unknown("k8sattributes", "tail_sampling", errors), 0u);
  EXPECT_EQ(unknown("k8sattributes", "tail_sampling", tier), 1u);
  EXPECT_EQ(unknown("transform", "tail_sampling", errors), 1u);
  EXPECT_EQ(unknown("k8sattributes", "probabilistic_sampler", "{ sampling_percentage: 1 }"), 0u);
  EXPECT_EQ(unknown("redaction", "probabilistic_sampler", "{ sampling_percentage: 1 }"), 1u);
  EXPECT_EQ(unknown("memory_limiter", "tail_sampling", tier), 0u);
  EXPECT_EQ(unknown("groupbytrace", "tail_sampling", errors), 1u);
}

TEST(CollectorConfig, SaysAllMistakesWithTheirLines) {
  EXPECT_EQ(mistakes(whole(R"(  probabilistic_sampler: { sampling_percentage: -3, mode: hash, sampling_precision: 15 }
  tail_sampling:
    decision_wait: soon
    policies:
      - { name: a, type: status_code, status_code: { status_codes: [Error] } }
      - { name: a, type: always_sample }
      - { type: always_sample }
      - { name: n, type: numeric_attribute, numeric_attribute: { key: x } }
      - { name: r, type: string_attribute, string_attribute: { key: x, values: ['('], enabled_regex_matching: true } }
      - { name: i, type: not, not: { not_sub_policy: { type: composite } } }
)",
                           "probabilistic_sampler, tail_sampling, missing")),
            R"(otel.yaml:2:49: processors.probabilistic_sampler.sampling_percentage: must not be below 0, got `-3`
otel.yaml:2:59: processors.probabilistic_sampler.mode: unknown word `hash`
  hint: one of: hash_seed, proportional, equalizing
otel.yaml:2:85: processors.probabilistic_sampler.sampling_precision: must be from 1 to 14, got 15
otel.yaml:4:20: processors.tail_sampling.decision_wait: must be a duration, got `soon`
  hint: write it as 10s, 1m30s or 500ms
otel.yaml:6:69: processors.tail_sampling.policies.0.status_code.status_codes…: unknown word `Error`
  hint: one of: OK, ERROR, UNSET
otel.yaml:7:17: processors.tail_sampling.policies.1.name: `a` is here twice
otel.yaml:8:9: processors.tail_sampling.policies.2.name: is missing
  hint: the Collector wants a name for each policy
otel.yaml:9:64: processors.tail_sampling.policies.3.numeric_attribute: needs min_value or max_value other than 0
  hint: the Collector takes 0 for `not given`, and dies on the first trace when both are
otel.yaml:10:81: processors.tail_sampling.policies.4.string_attribute.values.…: is not a regular expression: missing ): (
  hint: the syntax is that of Go (RE2)
otel.yaml:11:62: processors.tail_sampling.policies.5.not.not_sub_policy.type: `composite` cannot stand inside of `not`
  hint: the Collector does not start with it
otel.yaml:12:35: service.pipelines.traces.processors: `missing` is not among the processors of the file
  hint: one of: probabilistic_sampler, tail_sampling)");
}

TEST(CollectorConfig, RefusesWhatIsNoConfiguration) {
  EXPECT_THAT(mistakes("a: 1\n"), HasSubstr("service: is missing"));
  EXPECT_THAT(mistakes("service: { pipelines: { metrics: {} } }\n"), HasSubstr("has no pipeline for traces"));
  EXPECT_THAT(mistakes("service: {}\n"), HasSubstr("service.pipelines: is missing"));
  EXPECT_THAT(mistakes("- 1\n"), HasSubstr("must be a Collector's configuration, got a list"));
  EXPECT_THROW(load_collector_config("/nowhere/otel.yaml"), ScenarioError);
}

TEST(CollectorConfig, PutsInWhatTheEnvironmentSays) {
  const Environment environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "SHARE") return "12.5";
    if (name == "CODES") return "[ERROR, OK]";
    return std::nullopt;
  };
  const std::string text = whole(
      "  probabilistic_sampler: { sampling_percentage: '${env:SHARE}', hash_seed: \"${SEED:-7}\" }\n"
      "  tail_sampling: { policies: [ { name: a$$b, type: status_code, status_code: { status_codes: '${CODES}' } } ] "
      "}\n",
      "probabilistic_sampler, tail_sampling");
  const CollectorConfig config = load(text, environment);
  const auto& head = std::get<HeadSampling>(config.pipelines[0].processors[0].work);
  EXPECT_EQ(head.percentage, 12.5f);
  EXPECT_EQ(head.hash_seed, 7u);
  const auto& policy = std::get<TailSampling>(config.pipelines[0].processors[1].work).policies.at(0);
  EXPECT_EQ(policy.name, "a$b");
  EXPECT_EQ(std::get<StatusCode>(policy.rule).codes.size(), 2u);
  EXPECT_THAT(mistakes(text),
              HasSubstr("the environment variable SHARE is not set\n  hint: set it, or give it a default"));
  // What nobody samples with need not be known.
  EXPECT_EQ(mistakes("exporters: { otlp: { endpoint: '${NOWHERE}' } }\n" + whole("  batch: {}\n", "batch")), "none");
}

TEST(CollectorConfig, SaysWhatWorksOtherwiseThanItReads) {
  const CollectorConfig config = load(whole(R"(  probabilistic_sampler: { sampling_percentage: 0.001 }
  tail_sampling/unused: { policies: [] }
  tail_sampling:
    decision_wait: 1500ms
    policies:
      - name: c
        type: composite
        latency: { threshold_ms: 1 }
        composite:
          max_total_spans_per_second: 100
          policy_order: [b, a]
          composite_sub_policy: [ { name: a, type: always_sample }, { name: b, type: always_sample }, { name: c, type: always_sample } ]
          rate_allocation: [ { policy: a, percent: 25 }, { policy: b, percent: 0 } ]
)",
                                            "probabilistic_sampler, tail_sampling"));
  EXPECT_THAT(texts(config.notes),
              testing::UnorderedElementsAre(
                  HasSubstr("less than one of 16384 buckets"), HasSubstr("is in no pipeline"),
                  HasSubstr("waits whole seconds"), HasSubstr("has no effect with `type: composite`"),
                  HasSubstr("`c` is not in rate_allocation"), HasSubstr("policy_order has no effect")));
  const auto& tail = std::get<TailSampling>(config.pipelines[0].processors[1].work);
  EXPECT_THAT(std::get<Composite>(tail.policies.at(0).rule).allocated, ElementsAre(25, 33, 0));
}

TEST(CollectorConfig, TakesEveryPipelineForTraces) {
  const CollectorConfig config = load(R"(
connectors: { forward: {} }
processors: { probabilistic_sampler: { sampling_percentage: 5 } }
service:
  pipelines:
    traces: { receivers: [otlp], exporters: [forward] }
    metrics: { receivers: [otlp] }
    traces/thin: { receivers: [forward], processors: [probabilistic_sampler] }
)");
  ASSERT_EQ(config.pipelines.size(), 2u);
  EXPECT_EQ(config.pipelines[0].name, "traces");
  EXPECT_TRUE(config.pipelines[0].processors.empty());
  EXPECT_EQ(config.pipelines[1].processors.size(), 1u);
  EXPECT_THAT(texts(config.unknown), ElementsAre(HasSubstr("goes on in pipeline `traces/thin` by way of `forward`")));
}

}  // namespace
}  // namespace tracetax::policy
