#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "answers.h"

namespace tracetax::policy {
namespace {

using otlp::Status;

const std::string errors = "policies: [ { name: errors, type: status_code, status_code: { status_codes: [ERROR] } } ]";
const std::string all = "policies: [ { name: all, type: always_sample } ]";

Expected expect(const std::string& settings, const std::vector<otlp::Trace>& traces, Nanos tolerance = Nanos(0)) {
  return expect_kept(tail_of(settings), traces, {.tolerance = tolerance});
}
Keep keep_of(const std::string& settings, const otlp::Trace& trace) {
  return expect(settings, {trace}).decisions.at(0).keep;
}

// The decision is made from 5 to 6 seconds after the first span.
TEST(DecisionWait, DecidesOnWhatHasComeByThen) {
  const auto error_at = [](double s) { return made_trace(1, {{0}, {s, Status::error}}); };
  EXPECT_EQ(keep_of("decision_wait: 5s, " + errors, error_at(4.9)), Keep::yes);
  EXPECT_EQ(keep_of("decision_wait: 5s, " + errors, error_at(5.5)), Keep::uncertain);
  EXPECT_EQ(keep_of("decision_wait: 5s, " + errors, error_at(6.1)), Keep::no);
  // Whole seconds, and at least one.
  EXPECT_EQ(keep_of("decision_wait: 5900ms, " + errors, error_at(6.1)), Keep::no);
  EXPECT_EQ(keep_of("decision_wait: 100ms, " + errors, error_at(0.9)), Keep::yes);
  EXPECT_EQ(keep_of("decision_wait: 100ms, " + errors, error_at(2.1)), Keep::no);
}

TEST(DecisionWait, IsAsUncertainAsTheTimesAre) {
  const otlp::Trace trace = made_trace(1, {{0}, {4.9, Status::error}});
  EXPECT_EQ(expect("decision_wait: 5s, " + errors, {trace}, std::chrono::milliseconds(200)).decisions[0].keep,
            Keep::uncertain);
  // A batch processor in front holds spans back.
  const Pipeline pipeline =
      load_collector_config_text("processors: { batch: { timeout: 2s }, tail_sampling: { decision_wait: 5s, " + errors +
                                     " } }\nservice: { pipelines: { traces: { processors: [batch, tail_sampling] } } }",
                                 "made.yaml")
          .pipelines.at(0);
  const std::vector<otlp::Trace> traces{trace, made_trace(2, {{0}, {2.9, Status::error}}),
                                        made_trace(3, {{0}, {8.1, Status::error}})};
  const Expected expected = expect_kept(pipeline, traces, {.tolerance = Nanos(0)});
  EXPECT_EQ(expected.decisions[0].keep, Keep::uncertain);
  EXPECT_EQ(expected.decisions[1].keep, Keep::yes);
  EXPECT_EQ(expected.decisions[2].keep, Keep::no);
}

TEST(DecisionWait, IsShorterAfterTheRoot) {
  const std::string settings = "decision_wait: 10s, decision_wait_after_root_received: 2s, " + errors;
  EXPECT_EQ(keep_of(settings, made_trace(1, {{0, Status::unset, true}, {1.9, Status::error}})), Keep::yes);
  EXPECT_EQ(keep_of(settings, made_trace(1, {{0, Status::unset, true}, {2.5, Status::error}})), Keep::uncertain);
  EXPECT_EQ(keep_of(settings, made_trace(1, {{0, Status::unset, true}, {3.1, Status::error}})), Keep::no);
  EXPECT_EQ(keep_of(settings, made_trace(1, {{0}, {9.9, Status::error}})), Keep::yes);
}

TEST(LateSpans, FollowTheDecisionWhileItIsRemembered) {
  const Expected kept = expect("decision_wait: 1s, " + all, {made_trace(1, {{0}, {60}})});
  EXPECT_EQ(kept.late_spans, 1u);
  EXPECT_EQ(kept.decisions[0].late_spans, 1u);
  EXPECT_EQ(kept.decisions[0].complete, Keep::yes);
  std::vector<otlp::Trace> traces{made_trace(1, {{0}, {60, Status::error}})};
  for (std::uint64_t i = 2; i < 10; ++i) traces.push_back(made_trace(i, {{10.0 + static_cast<double>(i)}}));
  EXPECT_EQ(expect("decision_wait: 1s, num_traces: 20, " + errors, traces).decisions[0].keep, Keep::no);
  // Forgotten by then: the late span is a trace of its own, and an error.
  EXPECT_EQ(expect("decision_wait: 1s, num_traces: 5, " + errors, traces).decisions[0].keep, Keep::uncertain);
  const Decision forgotten = expect("decision_wait: 1s, num_traces: 5, " + all, traces).decisions[0];
  EXPECT_EQ(forgotten.keep, Keep::yes);
  EXPECT_EQ(forgotten.complete, Keep::uncertain);
  // A cache remembers longer than the traces are held.
  EXPECT_EQ(
      expect("decision_wait: 1s, num_traces: 5, decision_cache: { non_sampled_cache_size: 100 }, " + errors, traces)
          .decisions[0]
          .keep,
      Keep::no);
}

TEST(NumTraces, ForgetsTheOldestFirst) {
  std::vector<otlp::Trace> traces;
  for (std::uint64_t i = 0; i < 30; ++i) traces.push_back(made_trace(i, {{static_cast<double>(i) / 100}}));
  const Expected expected = expect("num_traces: 10, " + all, traces);
  EXPECT_EQ(expected.evicted, 20u);
  EXPECT_EQ(expected.low, 10);
  EXPECT_EQ(expected.high, 10);
  EXPECT_EQ(expected.decisions[19].keep, Keep::no);
  EXPECT_THAT(expected.decisions[19].why, testing::HasSubstr("10 newer traces came"));
  EXPECT_EQ(expected.decisions[20].keep, Keep::yes);
  EXPECT_EQ(expect("num_traces: 10, block_on_overflow: true, " + all, traces).evicted, 0u);
  // Decided before the newer ones come.
  for (std::uint64_t i = 0; i < 30; ++i) traces[i] = made_trace(i, {{static_cast<double>(i) * 2}});
  EXPECT_EQ(expect("decision_wait: 5s, num_traces: 10, " + all, traces).low, 30);
  // The tolerance makes the order uncertain.
  for (std::uint64_t i = 0; i < 30; ++i) traces[i] = made_trace(i, {{static_cast<double>(i) / 100}});
  const Expected loose = expect("num_traces: 10, " + all, traces, std::chrono::seconds(1));
  EXPECT_EQ(loose.low, 0);
  EXPECT_EQ(loose.high, 30);
}

TEST(Unknown, MakesUncertainOnlyWhatItCanChange) {
  const otlp::Trace plain = made_trace(1, {{0}}), error = made_trace(2, {{0, Status::error}});
  const std::string strange =
      "policies: [ { name: errors, type: status_code, status_code: { status_codes: [ERROR] } }, { name: x, type: "
      "strange } ]";
  EXPECT_EQ(keep_of(strange, error), Keep::yes);
  EXPECT_EQ(keep_of(strange, plain), Keep::uncertain);
  EXPECT_EQ(keep_of("maximum_trace_size_bytes: 1000, " + errors, error), Keep::uncertain);
  EXPECT_EQ(keep_of("maximum_trace_size_bytes: 1000, " + errors, plain), Keep::no);
  const std::string drop = all.substr(0, all.size() - 1) +
                           ", { name: d, type: drop, drop: { drop_sub_policy: [ { name: x, type: strange } ] } } ]";
  EXPECT_EQ(keep_of(drop, plain), Keep::uncertain);
}

TEST(Unknown, FilteringMayDropAndTraceIdsStandAllTheSame) {
  const auto pipeline = [](const std::string& processors, const std::string& names) {
    return load_collector_config_text("processors: { filter: {}, transform: {}, " + processors +
                                          " }\nservice: { pipelines: { traces: { processors: [" + names + "] } } }",
                                      "made.yaml")
        .pipelines.at(0);
  };
  const std::vector<otlp::Trace> traces = known_traces();
  const std::string half =
      "tail_sampling: { policies: [ { name: half, type: probabilistic, probabilistic: { sampling_percentage: 50 } } ] "
      "}";
  const Expected exact = expect_kept(pipeline(half, "tail_sampling"), traces);
  EXPECT_EQ(exact.low, exact.high);
  const Expected transformed = expect_kept(pipeline(half, "transform, tail_sampling"), traces);
  EXPECT_EQ(transformed.low, exact.low);
  const Expected filtered = expect_kept(pipeline(half, "filter, tail_sampling"), traces);
  EXPECT_EQ(filtered.low, 0);
  EXPECT_EQ(filtered.high, exact.high);
  const Expected content =
      expect_kept(pipeline("tail_sampling: { " + errors + " }", "transform, tail_sampling"), traces);
  EXPECT_EQ(content.low, 0);
  EXPECT_EQ(content.high, static_cast<double>(traces.size()));
}

TEST(Unknown, WhatOnlyPoliciesLookAtLeavesAHeadSamplerExact) {
  const std::string head = "probabilistic_sampler: { sampling_percentage: 50 }";
  const std::string vip =
      "tail_sampling: { policies: [ { name: vip, type: boolean_attribute, boolean_attribute: { key: vip, value: true } "
      "} ] }";
  const auto expected = [&](const std::string& names) {
    const std::string text = "processors: { filter: {}, k8sattributes: {}, transform: {}, " + head + ", " + vip +
                             " }\nservice: { pipelines: { traces: { processors: [" + names + "] } } }";
    return expect_kept(load_collector_config_text(text, "made.yaml").pipelines.at(0), known_traces());
  };
  const Expected exact = expected("probabilistic_sampler");
  EXPECT_EQ(exact.low, exact.high);
  const Expected filtered = expected("filter, probabilistic_sampler");
  EXPECT_EQ(filtered.low, 0);
  EXPECT_EQ(filtered.high, exact.high);
  // A resource's attribute may be what the policy asks for, but is no span's priority.
  EXPECT_EQ(expected("k8sattributes, probabilistic_sampler, tail_sampling").high, exact.high);
  EXPECT_EQ(expected("transform, probabilistic_sampler").high, static_cast<double>(known_traces().size()));
}

TEST(Why, NamesThePolicyAndTheReason) {
  const Decision error = expect(errors, {made_trace(1, {{0}, {0, Status::error}})}).decisions[0];
  EXPECT_EQ(error.policy, "errors");
  EXPECT_EQ(error.why, "span `step` has the status error");
  const Decision plain = expect(errors, {made_trace(1, {{0}})}).decisions[0];
  EXPECT_EQ(plain.policy, "tail_sampling");
  EXPECT_EQ(plain.why, "no policy samples it");
}

}  // namespace
}  // namespace tracetax::policy
