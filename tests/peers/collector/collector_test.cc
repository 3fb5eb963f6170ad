// The oracle against a real Collector, as a process that ticks by its own clock.

#include <ostream>
#include <thread>

#include <gtest/gtest.h>

#include "harness/policy/oracle.h"
#include "harness/scenario/load_scenario.h"
#include "real_collector.h"
#include "traffic.h"

namespace tracetax::test {
namespace {

using policy::Expected;
using policy::Keep;
constexpr std::uint64_t trace_count = 2400;

class RealCollector : public testing::Test {
 protected:
  void SetUp() override {
    if (!real_collector()) GTEST_SKIP() << "there is no Collector: build it with scripts/real_collector.sh";
  }
};

void send_all(CollectorUnderTest& collector, std::uint64_t count = trace_count) {
  constexpr std::uint64_t at_once = 100;
  for (std::uint64_t first = 0; first < count; first += at_once) collector.send(request_of(first, at_once));
}

Expected oracle(const CollectorUnderTest& collector, const std::vector<otlp::Trace>& traces) {
  const auto config = policy::load_collector_config_text(collector.config(), "collector.yaml");
  EXPECT_TRUE(config.unknown.empty());
  return policy::expect_kept(config.pipelines.at(0), traces);
}

struct Compared {
  std::size_t kept = 0, dropped = 0, uncertain = 0, uncertain_kept = 0;
};
// Whatever the oracle is certain of must be so.
Compared compare(const Expected& expected, const std::vector<otlp::Trace>& traces,
                 const std::map<std::string, std::size_t>& got) {
  Compared compared;
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < traces.size(); ++i) {
    const policy::Decision& decision = expected.decisions[i];
    const auto found = got.find(otlp::to_hex(traces[i].id));
    const std::size_t spans = found == got.end() ? 0 : found->second;
    compared.kept += decision.keep == Keep::yes ? 1 : 0;
    compared.dropped += decision.keep == Keep::no ? 1 : 0;
    compared.uncertain += decision.keep == Keep::uncertain ? 1 : 0;
    compared.uncertain_kept += decision.keep == Keep::uncertain && spans > 0 ? 1 : 0;
    const bool agrees = (decision.keep == Keep::uncertain || decision.keep == policy::keep_if(spans > 0)) &&
                        (decision.complete == Keep::uncertain || decision.keep != Keep::yes ||
                         decision.complete == policy::keep_if(spans == traces[i].spans.size()));
    if (agrees || ++wrong > 5) continue;
    ADD_FAILURE() << otlp::to_hex(traces[i].id) << ": expected " << to_string(decision.keep) << " (" << decision.policy
                  << ": " << decision.why << "), and " << spans << " of " << traces[i].spans.size() << " spans came";
  }
  EXPECT_EQ(wrong, 0u);
  return compared;
}

struct Setting {
  std::string name, processors, names;
};
void PrintTo(const Setting& setting, std::ostream* out) {
  *out << setting.processors;
}
const std::string documented = R"(  tail_sampling:
    decision_wait: 2s
    policies:
      - { name: error-policy, type: status_code, status_code: { status_codes: [ERROR] } }
      - { name: latency-policy, type: latency, latency: { threshold_ms: 1000 } }
      - { name: probabilistic-policy, type: probabilistic, probabilistic: { sampling_percentage: 10 } }
)";
const std::string critical = documented + R"(      - name: custom-attribute-policy
        type: and
        and:
          and_sub_policy:
            - { name: a, type: string_attribute, string_attribute: { key: mcp.critical_operation, values: ["true"] } }
            - { name: b, type: probabilistic, probabilistic: { sampling_percentage: 100 } }
)";
const std::string dropping = critical + R"(      - name: no-errors
        type: drop
        drop: { drop_sub_policy: [ { name: e, type: status_code, status_code: { status_codes: [ERROR] } } ] }
)";

const Setting settings[] = {
    {"documented", documented + "  batch: { timeout: 100ms }\n", "batch, tail_sampling"},
    {"critical", critical, "tail_sampling"},
    {"dropping", dropping, "tail_sampling"},
    {"head", "  probabilistic_sampler: { sampling_percentage: 10 }\n", "probabilistic_sampler"},
    {"seeded", "  probabilistic_sampler: { sampling_percentage: 33.3, hash_seed: 4711 }\n", "probabilistic_sampler"},
    {"proportional", "  probabilistic_sampler: { sampling_percentage: 25, mode: proportional }\n",
     "probabilistic_sampler"},
    {"equalizing", "  probabilistic_sampler: { sampling_percentage: 3, mode: equalizing }\n", "probabilistic_sampler"},
    {"head_and_tail", "  probabilistic_sampler: { sampling_percentage: 50, mode: proportional }\n" + documented,
     "probabilistic_sampler, tail_sampling"},
};

class Deterministic : public RealCollector, public testing::WithParamInterface<Setting> {};

TEST_P(Deterministic, KeepsWhatTheOracleSays) {
  CollectorUnderTest collector(GetParam().processors, GetParam().names);
  send_all(collector);
  const std::vector<otlp::Trace> traces = collector.sent();
  ASSERT_EQ(traces.size(), trace_count);
  const Compared compared = compare(oracle(collector, traces), traces, collector.finish());
  EXPECT_EQ(compared.uncertain, 0u);
  EXPECT_GT(compared.kept, trace_count / 50);
  EXPECT_GT(compared.dropped, trace_count / 50);
}

INSTANTIATE_TEST_SUITE_P(Settings, Deterministic, testing::ValuesIn(settings),
                         [](const auto& one) { return one.param.name; });

// Sends for six seconds, four times as much as the limit lets through.
Expected send_for_a_while(CollectorUnderTest& collector, std::map<std::string, std::size_t>& got) {
  for (std::uint64_t i = 0; i < 60; ++i) {
    collector.send(request_of(i * 20, 20));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  const std::vector<otlp::Trace> traces = collector.sent();
  // What is decided at its end, all at once, is not what the oracle expects: let it decide everything by its clock.
  std::this_thread::sleep_for(std::chrono::milliseconds(3500));
  got = collector.finish();
  const Expected expected = oracle(collector, traces);
  compare(expected, traces, got);
  return expected;
}

TEST_F(RealCollector, LimitsTheRateWithinTheExpectedBounds) {
  CollectorUnderTest collector(R"(  tail_sampling:
    decision_wait: 1s
    policies: [ { name: rate, type: rate_limiting, rate_limiting: { spans_per_second: 150 } } ]
)",
                               "tail_sampling");
  std::map<std::string, std::size_t> got;
  const Expected expected = send_for_a_while(collector, got);
  // A late tick has more tokens: half a second's, of three spans each, is what the clock may be off.
  EXPECT_GE(static_cast<double>(got.size()), expected.low - 25);
  EXPECT_LE(static_cast<double>(got.size()), expected.high + 25);
  EXPECT_GT(expected.low, 300);
  EXPECT_LT(expected.high, 600);
}

TEST_F(RealCollector, SharesOutASecondWithinTheExpectedBounds) {
  CollectorUnderTest collector(R"(  tail_sampling:
    decision_wait: 1s
    policies:
      - name: shares
        type: composite
        composite:
          max_total_spans_per_second: 200
          policy_order: [errors, rest]
          composite_sub_policy:
            - { name: errors, type: status_code, status_code: { status_codes: [ERROR] } }
            - { name: rest, type: always_sample }
          rate_allocation: [ { policy: errors, percent: 30 }, { policy: rest, percent: 45 } ]
)",
                               "tail_sampling");
  std::map<std::string, std::size_t> got;
  const Expected expected = send_for_a_while(collector, got);
  // One tick more or less: 20 and 30 traces.
  EXPECT_GE(static_cast<double>(got.size()), expected.low - 50);
  EXPECT_LE(static_cast<double>(got.size()), expected.high + 50);
}

TEST_F(RealCollector, ForgetsTheOldestWhenThereAreTooMany) {
  CollectorUnderTest collector(R"(  tail_sampling:
    decision_wait: 5s
    num_traces: 150
    policies: [ { name: all, type: always_sample } ]
)",
                               "tail_sampling");
  for (std::uint64_t i = 0; i < 8; ++i) {
    if (i > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1200));
    collector.send(request_of(i * 100, 100));
  }
  const std::vector<otlp::Trace> traces = collector.sent();
  const Expected expected = oracle(collector, traces);
  const Compared compared = compare(expected, traces, collector.finish());
  EXPECT_EQ(expected.evicted, 600u);
  EXPECT_EQ(compared.kept, 100u);
  // Of the batch before the last those remain for which there is room; which, is a matter of order.
  EXPECT_EQ(compared.uncertain_kept, 50u);
}

TEST_F(RealCollector, LetsLateSpansFollowTheDecision) {
  CollectorUnderTest collector(R"(  tail_sampling:
    decision_wait: 1s
    policies:
      - { name: errors, type: status_code, status_code: { status_codes: [ERROR] } }
      - { name: critical, type: string_attribute, string_attribute: { key: mcp.critical_operation, values: ["true"] } }
)",
                               "tail_sampling");
  collector.send(request_of(0, 200, Part::root));
  std::this_thread::sleep_for(std::chrono::milliseconds(4000));
  collector.send(request_of(0, 200, Part::rest));
  const std::vector<otlp::Trace> traces = collector.sent();
  const Expected expected = oracle(collector, traces);
  const Compared compared = compare(expected, traces, collector.finish());
  EXPECT_EQ(expected.late_spans, 200u);
  // The errors came too late; the critical ones were known at once, and their last span follows.
  EXPECT_EQ(compared.kept, 20u);
  EXPECT_EQ(compared.dropped, 180u);
}

// What the reader says of the Collector itself.
std::string policies(const std::string& text) {
  return "  tail_sampling: { decision_wait: 1s, policies: [ " + text + " ] }\n";
}

TEST_F(RealCollector, RefusesWhatTheReaderSaysThatItRefuses) {
  const std::string list = "{ name: a, type: and, and: [ { name: b, type: always_sample } ] }";
  EXPECT_THROW(CollectorUnderTest(policies(list), "tail_sampling"), std::runtime_error);
  const auto config = policy::load_collector_config_text("tail_sampling: { policies: [ " + list + " ] }", "list.yaml");
  ASSERT_EQ(config.notes.size(), 1u);
  EXPECT_NE(config.notes[0].what.find("the Collector refuses a list here"), std::string::npos);
  for (const std::string text :
       {"{ name: a, type: not, not: { not_sub_policy: { name: b, type: composite } } }",
        "{ name: a, type: status_code, status_code: { status_codes: [Error] } }", "{ type: always_sample }",
        "{ name: a, type: always_sample }, { name: a, type: always_sample }",
        "{ name: a, type: string_attribute, string_attribute: { key: b, values: ['('], enabled_regex_matching: true } "
        "}"}) {
    EXPECT_THROW(CollectorUnderTest(policies(text), "tail_sampling"), std::runtime_error) << text;
    EXPECT_THROW(policy::load_collector_config_text(policies(text).substr(2), "wrong.yaml"), ScenarioError) << text;
  }
}

TEST_F(RealCollector, DiesOfANumericPolicyWithoutEnds) {
  const std::string numeric = "{ name: a, type: numeric_attribute, numeric_attribute: { key: b, min_value: 0 } }";
  CollectorUnderTest collector(policies(numeric), "tail_sampling");
  EXPECT_FALSE(collector.survives(request_of(0, 1)));
  CollectorUnderTest sound(policies("{ name: a, type: always_sample }"), "tail_sampling");
  EXPECT_TRUE(sound.survives(request_of(0, 1)));
}

TEST_F(RealCollector, IgnoresTheOrderOfACompositePolicy) {
  // By policy_order the errors would come first and have their own share; by their place they fall to the first part.
  CollectorUnderTest collector(policies(R"({ name: c, type: composite, composite: { max_total_spans_per_second: 100,
      policy_order: [errors, rest], composite_sub_policy: [ { name: rest, type: always_sample },
      { name: errors, type: status_code, status_code: { status_codes: [ERROR] } } ],
      rate_allocation: [ { policy: errors, percent: 99 }, { policy: rest, percent: 1 } ] } })"),
                               "tail_sampling");
  send_all(collector, 100);
  EXPECT_EQ(collector.finish().size(), 0u);
}

}  // namespace
}  // namespace tracetax::test
