// tracetax sampling with real processes: what is right is within, and each planted fault is found by the check that was
// made for it.

#include <gtest/gtest.h>

#include "tests/integration/tracetax/program.h"

namespace tracetax::test {
namespace {

using Json = nlohmann::json;

const std::string topology =
    "topology: { router: { listen: http }, gateway: { listen: ws }, servers: [ { name: tools, listen: http } ] }\n";
const std::string batch = "batch: { queue: 65536, size: 2048, delay: 200ms }";

std::string scenario_of(const std::string& arms, const std::string& rest) {
  return "version: 1\nname: sampling\n" + topology +
         "tools:\n"
         "  lookup: { attributes: { user.password: planted-secret, user: u1 } }\n"
         "  flaky: { error_rate: 0.5 }\n"
         "load: { arrivals: { process: poisson, rate: 300/s }, sessions: 1,\n"
         "        calls: [ { tool: lookup, weight: 4 }, { tool: flaky } ], timeout: 20s }\n"
         "arms:\n  base: { role: control, tracing: { sampler: none } }\n" +
         arms + rest;
}

const Json& check_of(const Json& result, const std::string& name, const std::string& arm) {
  for (const Json& check : result.at("checks")) {
    if (check.at("name") == name && check.at("arm") == arm) return check;
  }
  static const Json none;
  ADD_FAILURE() << "no check " << name << " of " << arm;
  return none;
}

TEST(Sampling, WhatIsRightIsWithin) {
  const Workplace place;
  place.write(
      "contract.yaml",
      "version: 1\ntraces:\n  - tool: lookup\n    spans:\n      - name: stdio.read\n        service: mcp-router\n"
      "        children: [ { name: gateway.request, kind: client } ]\n");
  const auto scenario = place.write(
      "s.yaml",
      scenario_of(
          "  all: { tracing: { sampler: parentbased_always_on, redact: { keys: [ password ] }, " + batch + " } }\n" +
              "  some: { tracing: { sampler: { type: parentbased_traceidratio, ratio: 0.2, keep_errors: true }, " +
              batch + " } }\n",
          "sampling: { steps: [ { rate: 100/s, for: 1s }, { rate: 400/s, for: 3s } ] }\n"
          "checks:\n"
          "  - { sampling_ratio: { arm: all, expect: 1 } }\n"
          "  - { sampling_ratio: { arm: some, expect: 0.2, tool: lookup, tolerance: 0.1 } }\n"
          "  - { errors_kept: { arm: some } }\n"
          "  - { one_decision: { arm: all } }\n"
          "  - { parent_respected: { arm: all } }\n"
          "  - { complete_traces: { arm: all } }\n"
          "  - calls_answered\n"
          "  - spans_lost\n"
          "  - { privacy: { arm: all, secrets: [ planted-secret ] } }\n"
          "  - { trace_contract: { arm: all, file: contract.yaml } }\n"));
  const Ended run = place.tracetax({"sampling", scenario, "-o", place.folder() / "out"});
  EXPECT_EQ(run.code, 0) << run.out << run.err;
  const Json result = read_json(place.folder() / "out/result.json");
  EXPECT_EQ(result.at("verdict"), "within");
  expect_calls_add_up(result);
  for (const Json& arm : result.at("arms")) {
    const Json& spans = arm.at("spans");
    EXPECT_EQ(spans.at("sampled"), spans.at("received")) << arm.dump();
    EXPECT_GT(arm.at("calls").at("planned").get<int>(), 1000) << arm.dump();
  }
  EXPECT_TRUE(std::filesystem::exists(place.folder() / "out/decisions/some.csv.gz"));
  EXPECT_TRUE(std::filesystem::exists(place.folder() / "out/report.html"));
}

TEST(Sampling, EachPlantedFaultIsFoundByItsCheck) {
  const Workplace place;
  const auto scenario = place.write(
      "s.yaml",
      scenario_of(
          // The server does not ask its caller.
          "  stubborn:\n    tracing:\n      sampler: { type: rules, parent_based: false, default: always_on,\n"
          "                 rules: [ { service: tools, sampler: { type: traceidratio, ratio: 0.3 } } ] }\n      " +
              batch +
              "\n"
              // A queue that is too short for the spans of one call.
              "  narrow: { tools: { flaky: { inner_spans: 500 } }, tracing: { sampler: always_on, batch: { queue: 64, "
              "size: 64, delay: 3s } } }\n"
              "  loose: { tracing: { sampler: { type: rate_limiting, traces_per_second: 110 }, " +
              batch +
              " } }\n"
              "  nine: { tracing: { sampler: { type: parentbased_traceidratio, ratio: 0.6 }, " +
              batch + " } }\n",
          "sampling: { steps: [ { rate: 400/s, for: 4s } ] }\n"
          "checks:\n"
          "  - { parent_respected: { arm: stubborn } }\n"
          "  - { one_decision: { arm: stubborn } }\n"
          "  - { spans_lost: { arm: narrow } }\n"
          "  - { rate_limit: { arm: loose, max: 100/s, burst: 100 } }\n"
          "  - { sampling_ratio: { arm: nine, expect: 0.7 } }\n"
          "  - { errors_kept: { arm: nine } }\n"
          "  - { privacy: { arm: loose, secrets: [ planted-secret ] } }\n"));
  const Ended run = place.tracetax({"sampling", scenario, "-o", place.folder() / "out"});
  EXPECT_EQ(run.code, 1) << run.out << run.err;
  const Json result = read_json(place.folder() / "out/result.json");
  for (const Json& check : result.at("checks")) EXPECT_EQ(check.at("verdict"), "exceeded") << check.dump();
  EXPECT_NE(
      check_of(result, "parent_respected", "stubborn").at("detail").get<std::string>().find("dropped what its caller"),
      std::string::npos);
  // What is lost is known to the span, where it was made and where it arrived.
  const Json& lost = check_of(result, "spans_lost", "narrow");
  for (const Json& arm : result.at("arms")) {
    if (arm.at("name") != "narrow") continue;
    const Json& spans = arm.at("spans");
    EXPECT_EQ(spans.at("sampled").get<int>() - spans.at("received").get<int>(), spans.at("lost").get<int>());
    EXPECT_NEAR(lost.at("observed").get<double>(), spans.at("lost").get<double>() / spans.at("sampled").get<double>(),
                1e-9);
  }
}

TEST(Sampling, WhatServicesSayOfThemselvesAgrees) {
  const Workplace place;
  const auto scenario = place.write(
      "s.yaml",
      scenario_of("  all: { tools: { lookup: { llm: { model: m, prompt_tokens: 7, completion_tokens: 3 } } },\n"
                  "         tracing: { sampler: always_on, " +
                      batch +
                      " } }\n"
                      "  ratio: { tracing: { sampler: { type: parentbased_traceidratio, ratio: 0.3 }, " +
                      batch +
                      " } }\n"
                      "  printed: { tracing: { sampler: always_on, exporter: { type: console }, " +
                      batch +
                      " } }\n"
                      "  variables: { tracing: { environment: { OTEL_TRACES_SAMPLER: parentbased_traceidratio,\n"
                      "      OTEL_TRACES_SAMPLER_ARG: '0.3', OTEL_BSP_SCHEDULE_DELAY: '200',\n"
                      "      OTEL_EXPORTER_OTLP_PROTOCOL: http/protobuf } } }\n",
                  "sampling: { steps: [ { rate: 150/s, for: 3s } ] }\n"
                  "checks:\n"
                  "  - metrics_agree\n"
                  "  - ids_in_logs\n"
                  "  - exporter_runs\n"
                  "  - one_decision\n"
                  "  - { sampling_ratio: { arm: variables, expect: 0.3, tolerance: 0.12 } }\n"
                  "  - { sampling_ratio: { arm: variables, least: 0.1 } }\n"
                  "  - { latency_below: { max: 15s } }\n"
                  "  - { trace_bytes: { arm: all, least: 200, most: 100KB } }\n"));
  const Ended run = place.tracetax({"sampling", scenario, "-o", place.folder() / "out"});
  EXPECT_EQ(run.code, 0) << run.out << run.err;
  const Json result = read_json(place.folder() / "out/result.json");
  for (const Json& check : result.at("checks")) EXPECT_EQ(check.at("verdict"), "within") << check.dump();
  // Each check of the arms that it can see: those that print are for exporter_runs alone, and who gets variables alone
  // cannot be told to log.
  EXPECT_EQ(result.at("checks").size(), 3U + 2U + 4U + 3U + 2U + 3U + 1U);
  const auto detail = check_of(result, "exporter_runs", "printed").at("detail").get<std::string>();
  EXPECT_NE(detail.find("in the output"), std::string::npos) << detail;
  EXPECT_EQ(detail.find(" 0 in the output"), std::string::npos) << detail;
  const auto metrics = check_of(result, "metrics_agree", "all").at("detail").get<std::string>();
  EXPECT_EQ(metrics.find("; 0 calls of a language model"), std::string::npos) << metrics;
  // Nothing was said to these services but by variables.
  const Json config = read_json(place.folder() / "out/services/variables/router-0.json");
  EXPECT_FALSE(config.contains("tracing")) << config.dump();
  EXPECT_TRUE(std::filesystem::exists(place.folder() / "out/services/all/tools-0.calls.log"));
}

TEST(Sampling, WhatServicesDoWrongIsFound) {
  const Workplace place;
  const auto scenario = place.write(
      "s.yaml", scenario_of("  narrow: { tools: { flaky: { inner_spans: 500 } }, tracing: { sampler: always_on,\n"
                            "            exporter: { timeout: 1s }, batch: { queue: 64, size: 64, delay: 3s } } }\n"
                            "  variables: { tracing: { environment: { OTEL_TRACES_SAMPLER: traceidratio,\n"
                            "               OTEL_TRACES_SAMPLER_ARG: '0.3', OTEL_BSP_SCHEDULE_DELAY: '200' } } }\n",
                            "sampling: { steps: [ { rate: 200/s, for: 6s } ], fault: { how: slow, at: 2s, for: 2s } }\n"
                            "checks:\n"
                            "  - { exporter_runs: { arm: narrow } }\n"
                            "  - { spans_lost: { arm: narrow, max_per_s: 1/s } }\n"
                            "  - { memory_bound: { arm: narrow, max: 1 } }\n"
                            "  - { trace_bytes: { arm: narrow, most: 100 } }\n"
                            "  - { latency_below: { arm: variables, quantile: 0.5, max: 1us } }\n"
                            "  - { sampling_ratio: { arm: variables, expect: 0.7 } }\n"
                            "  - { sampling_ratio: { arm: variables, least: 0.5 } }\n"));
  const Ended run = place.tracetax({"sampling", scenario, "-o", place.folder() / "out"});
  EXPECT_EQ(run.code, 1) << run.out << run.err;
  const Json result = read_json(place.folder() / "out/result.json");
  EXPECT_EQ(result.at("checks").size(), 7U);
  for (const Json& check : result.at("checks")) EXPECT_EQ(check.at("verdict"), "exceeded") << check.dump();
}

TEST(Sampling, CallsGoOnWhileTheReceiverRefuses) {
  const Workplace place;
  const auto scenario =
      place.write("s.yaml", scenario_of("  all: { tracing: { sampler: always_on, exporter: { timeout: 500ms }, "
                                        "batch: { queue: 2048, size: 512, delay: 200ms } } }\n",
                                        "sampling: { steps: [ { rate: 300/s, for: 4s } ],\n"
                                        "            fault: { how: refuse, at: 1s, for: 1500ms } }\n"
                                        "checks: [ calls_answered, spans_lost ]\n"));
  const Ended run = place.tracetax({"sampling", scenario, "-o", place.folder() / "out"});
  EXPECT_EQ(run.code, 1) << run.out << run.err;  // spans were lost
  const Json result = read_json(place.folder() / "out/result.json");
  EXPECT_EQ(check_of(result, "calls_answered", "all").at("verdict"), "within");
  EXPECT_EQ(check_of(result, "spans_lost", "all").at("verdict"), "exceeded");
}

TEST(Sampling, SaysWhichCollectorIsMissing) {
  const Workplace place;
  place.write("otel.yaml", "service: { pipelines: { traces: { receivers: [otlp], exporters: [otlp] } } }\n");
  const auto scenario = place.write(
      "s.yaml",
      scenario_of("  all: { tracing: { sampler: always_on } }\n",
                  "collector: { command: [ no-such-collector ], config: otel.yaml }\nchecks: [ tail_decisions ]\n"));
  const Ended run = place.tracetax({"sampling", scenario, "-o", place.folder() / "out"});
  EXPECT_EQ(run.code, 4) << run.out << run.err;
  EXPECT_NE(run.err.find("no-such-collector"), std::string::npos) << run.err;
}

TEST(Sampling, ARunLeavesItsChecksOutAndSaysSo) {
  const Workplace place;
  const auto scenario = place.write(
      "s.yaml", scenario_of("  all: { tracing: { sampler: always_on } }\n",
                            "plan: { warmup: 100ms, settle: 50ms, window: 500ms, phases: [blocks], blocks: 1 }\n"
                            "checks: [ complete_traces, one_decision ]\n"));
  place.tracetax({"run", scenario, "-o", place.folder() / "out"});
  const Json result = read_json(place.folder() / "out/result.json");
  EXPECT_EQ(result.at("checks").size(), 1U);
  EXPECT_NE(result.at("warnings").dump().find("1 checks are left out"), std::string::npos);
}

}  // namespace
}  // namespace tracetax::test
