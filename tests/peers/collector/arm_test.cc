// `tracetax sampling` with a real Collector in the place where production has it: what is right is within, and each
// planted fault is found by the check that was made for it.

#include <cstdlib>

#include <gtest/gtest.h>

#include "real_collector.h"
#include "tests/integration/tracetax/program.h"

namespace tracetax::test {
namespace {

using Json = nlohmann::json;

std::string scenario_of(const std::string& rest) {
  return "version: 1\nname: collector\n"
         "topology: { router: { listen: http }, gateway: { listen: ws }, servers: [ { name: tools, listen: http } ] }\n"
         "tools: { lookup: {} }\n"
         "load: { arrivals: { process: poisson, rate: 300/s }, sessions: 1, calls: [ { tool: lookup } ], timeout: 20s "
         "}\n"
         "arms:\n  base: { role: control, tracing: { sampler: none } }\n"
         "  all:\n    tracing:\n      sampler: parentbased_always_on\n"
         "      batch: { queue: 65536, size: 512, delay: 200ms }\n" +
         rest;
}

// A Collector's file with these processors, connectors and pipelines.
std::string collector_of(const std::string& processors, const std::string& service) {
  return "receivers: { otlp: { protocols: { grpc: {} } } }\nprocessors:\n" + processors +
         "connectors: { span_metrics: { metrics_flush_interval: 500ms } }\n"
         "exporters: { otlp: { endpoint: far:4317, sending_queue: { queue_size: 1000 } } }\nservice:\n  pipelines:\n" +
         service;
}

const std::string tenth =
    "  probabilistic_sampler: { sampling_percentage: 10, hash_seed: 22 }\n  batch: { timeout: 200ms }\n";
const std::string sampled_pipeline =
    "    traces: { receivers: [otlp], processors: [probabilistic_sampler, batch], exporters: [otlp] }\n";

class CollectorArm : public testing::Test {
 protected:
  void SetUp() override {
    const auto collector = real_collector();
    if (!collector) GTEST_SKIP() << "there is no Collector: build it with scripts/real_collector.sh";
    ::setenv("TRACETAX_COLLECTOR", collector->c_str(), 1);
  }
  // The checks by their names.
  std::map<std::string, Json> run(const std::string& scenario) {
    const auto file = place_.write("s.yaml", scenario);
    const Ended run = place_.tracetax({"sampling", file, "-o", place_.folder() / "out"});
    EXPECT_TRUE(run.code == 0 || run.code == 1 || run.code == 3) << run.code << run.err;
    std::map<std::string, Json> checks;
    if (run.code == 4) return checks;
    const Json result = read_json(place_.folder() / "out/result.json");
    for (const Json& check : result.at("checks")) checks[check.at("name")] = check;
    for (const Json& warning : result.at("warnings")) warnings_ += warning.get<std::string>() + "\n";
    return checks;
  }
  static void expect(const std::map<std::string, Json>& checks, const std::string& name, const std::string& verdict) {
    const auto found = checks.find(name);
    ASSERT_NE(found, checks.end()) << name;
    EXPECT_EQ(found->second.at("verdict"), verdict) << found->second.dump(1);
  }
  Workplace place_;
  std::string warnings_;
};

TEST_F(CollectorArm, ASecondPassKeepsTheSameTraces) {
  place_.write("c.yaml", collector_of(tenth, sampled_pipeline));
  const auto checks =
      run(scenario_of("collector: { config: c.yaml }\n"
                      "sampling: { steps: [ { rate: 300/s, for: 3s } ], drain: 1s }\n"
                      "checks: [ tail_decisions, one_decision, same_again ]\n"));
  for (const char* name : {"tail_decisions", "one_decision", "same_again"}) expect(checks, name, "within");
}

TEST_F(CollectorArm, AnotherSeedInTheSecondPassIsFound) {
  place_.write("c.yaml", collector_of(tenth, sampled_pipeline));
  std::string other = collector_of(tenth, sampled_pipeline);
  other.replace(other.find("hash_seed: 22"), 13, "hash_seed: 23");
  place_.write("other.yaml", other);
  const auto checks =
      run(scenario_of("collector: { config: c.yaml }\n"
                      "sampling: { steps: [ { rate: 300/s, for: 3s } ], drain: 1s }\n"
                      "checks: [ tail_decisions, { same_again: { config: other.yaml } } ]\n"));
  expect(checks, "tail_decisions", "within");
  expect(checks, "same_again", "exceeded");
}

TEST_F(CollectorArm, MetricsOfAllSpansCountEveryCall) {
  place_.write("c.yaml", collector_of(tenth, "    traces/all: { receivers: [otlp], exporters: [span_metrics] }\n" +
                                                 sampled_pipeline +
                                                 "    metrics: { receivers: [span_metrics], exporters: [otlp] }\n"));
  const auto checks =
      run(scenario_of("collector: { config: c.yaml }\n"
                      "sampling: { steps: [ { rate: 300/s, for: 3s } ], drain: 4s }\n"
                      "checks: [ span_metrics, { sampling_ratio: { arm: all, expect: 0.1, tolerance: 0.06 } } ]\n"));
  expect(checks, "span_metrics", "within");
  expect(checks, "sampling_ratio", "within");
  EXPECT_EQ(checks.at("span_metrics").at("observed"), checks.at("span_metrics").at("expected"));
}

// The sampler writes its share into the tracestate and the connector multiplies by it: what it counts is an estimate,
// which comes near and is no count.
TEST_F(CollectorArm, MetricsThatAreMadeBehindTheSamplerAreFound) {
  place_.write(
      "c.yaml",
      collector_of(tenth,
                   "    traces: { receivers: [otlp], processors: [probabilistic_sampler, batch], exporters: [otlp, "
                   "span_metrics] }\n"
                   "    metrics: { receivers: [span_metrics], exporters: [otlp] }\n"));
  const auto checks =
      run(scenario_of("collector: { config: c.yaml }\n"
                      "sampling: { steps: [ { rate: 300/s, for: 3s } ], drain: 4s }\n"
                      "checks: [ span_metrics ]\n"));
  expect(checks, "span_metrics", "exceeded");
  EXPECT_NE(checks.at("span_metrics").at("observed"), checks.at("span_metrics").at("expected"));
}

const std::string stalled =
    "sampling: { steps: [ { rate: 300/s, for: 5s } ], drain: 2s,\n"
    "            fault: { how: slow, of: sink, at: 1s, for: 3s, delay: 1s } }\n";

// A full queue behind a batch drops what it cannot hold, and counts it.
TEST_F(CollectorArm, WhatIsDroppedInFrontOfAStalledReceiverIsCounted) {
  std::string config = collector_of(
      "  batch: { timeout: 100ms, send_batch_size: 256, send_batch_max_size: 256 }\n  filter: { traces: { span: [ "
      "'name == "
      "\"auth.verify\"' ] } }\n",
      "    traces: { receivers: [otlp], processors: [filter, batch], exporters: [otlp] }\n");
  config.replace(config.find("queue_size: 1000"), 16, "queue_size: 2, num_consumers: 1");
  place_.write("c.yaml", config);
  const auto checks = run(scenario_of("collector: { config: c.yaml }\n" + stalled +
                                      "checks: [ { refusals_counted: { least: 200 } }, spans_lost, "
                                      "{ collector_memory: { max: 1GiB } } ]\n"));
  for (const char* name : {"refusals_counted", "spans_lost", "collector_memory"}) expect(checks, name, "within");
  const std::string detail = checks.at("refusals_counted").at("detail");
  EXPECT_EQ(detail.find(" 0 filtered"), std::string::npos) << detail;
  EXPECT_EQ(detail.find(" 0 not queued"), std::string::npos) << detail;
}

// A limit that is below what the Collector needs to live: it refuses all that its sender tries for 30 s, and its memory
// is more than that.
TEST_F(CollectorArm, RefusalsAreCountedByBothSidesAndMemoryIsHeldToTheLimit) {
  place_.write(
      "c.yaml",
      collector_of("  memory_limiter: { check_interval: 100ms, limit_mib: 2, spike_limit_mib: 1 }\n"
                   "  batch: { timeout: 100ms }\n",
                   "    traces: { receivers: [otlp], processors: [memory_limiter, batch], exporters: [otlp] }\n"));
  // One service and one export: each is tried for 30 s.
  const auto checks =
      run("version: 1\nname: refused\ntopology: { servers: [ { name: tools, listen: http } ] }\n"
          "load: { arrivals: { process: poisson, rate: 20/s }, sessions: 1, calls: [ { tool: echo } ], timeout: 20s }\n"
          "arms:\n  base: { role: control, tracing: { sampler: none } }\n"
          "  all: { tracing: { sampler: always_on, batch: { delay: 1h } } }\n"
          "collector: { config: c.yaml }\n"
          "sampling: { steps: [ { rate: 20/s, for: 2s } ] }\n"
          "checks: [ { refusals_counted: { least: 100 } }, { collector_memory: { max: 5MiB } } ]\n");
  expect(checks, "refusals_counted", "within");
  expect(checks, "collector_memory", "exceeded");
  EXPECT_NE(warnings_.find("refused"), std::string::npos) << warnings_;
}

// TLS at every end that the harness has, and between two Collectors. A fault leaves the tap out, and the services speak
// to the first Collector themselves.
TEST_F(CollectorArm, TiersSpeakTls) {
  place_.write("c.yaml", collector_of("  batch: { timeout: 200ms }\n",
                                      "    traces: { receivers: [otlp], processors: [batch], exporters: [otlp] }\n"));
  for (const std::string exporter : {"otlp_grpc", "otlp_http"}) {
    for (const bool tapped : {true, false}) {
      const std::string fault = ", fault: { how: stop, at: 500ms, for: 300ms }";
      std::string scenario = scenario_of(
          "collector: [ { config: c.yaml }, { config: c.yaml } ]\n"
          "sampling: { steps: [ { rate: 200/s, for: 2s } ], drain: 2s" +
          (tapped ? std::string() : fault) +
          " }\nchecks: [ spans_lost, { sampling_ratio: { arm: all, expect: 1 } } ]\n");
      scenario.insert(scenario.find("      batch:"),
                      "      exporter: { type: " + exporter + ", tls: { generated: mutual } }\n");
      std::filesystem::remove_all(place_.folder() / "out");
      warnings_.clear();
      const auto checks = run(scenario);
      for (const char* name : {"spans_lost", "sampling_ratio"}) expect(checks, name, "within");
      EXPECT_EQ(warnings_.find("without TLS") != std::string::npos, tapped) << warnings_;
    }
  }
}

}  // namespace
}  // namespace tracetax::test
