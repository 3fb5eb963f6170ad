// A whole scenario becomes the values it says, and the resolved text says the same.

#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

#include "harness/scenario/load_scenario.h"
#include "tests/unit/scenario/scenario_text.h"

namespace tracetax {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

const fs::path data = fs::path(TRACETAX_SOURCE_DIR) / "tests/data/scenarios/valid";

TEST(Load, EveryKeyArrives) {
  const Scenario s = load_scenario(data / "everything.yaml").scenario;
  EXPECT_EQ(s.name, "everything_1.0");
  EXPECT_EQ(s.description, "all: keys");

  const RouterHop& router = s.topology.router.value();
  EXPECT_EQ(router.name, "router");
  EXPECT_EQ(router.listen, TransportKind::http);
  EXPECT_EQ(router.era, HopEra::legacy);
  EXPECT_EQ(router.command, (std::vector<std::string>{"my-router", "--listen", "{url}", "--next", "{next}"}));
  EXPECT_EQ(router.environment, (std::map<std::string, std::string>{{"MY_LEVEL", "3"}, {"MY_PATH", "/tmp/x"}}));
  EXPECT_EQ(router.cwd, "../router");
  EXPECT_EQ(router.start_timeout, 45s);
  EXPECT_FALSE(router.is_mock());

  const GatewayHop& gateway = s.topology.gateway.value();
  EXPECT_EQ(gateway.name, "gateway");
  EXPECT_EQ(gateway.listen, TransportKind::ws);
  EXPECT_EQ(gateway.connections, 7U);
  EXPECT_FALSE(gateway.auth);
  EXPECT_DOUBLE_EQ(gateway.rate_limit.rate_per_s, 100);
  EXPECT_DOUBLE_EQ(gateway.rate_limit.burst, 50);
  EXPECT_EQ(gateway.breaker.failures, 0U);
  EXPECT_EQ(gateway.breaker.open_for, 250ms);
  EXPECT_TRUE(gateway.is_mock());

  ASSERT_EQ(s.topology.servers.size(), 2U);
  const ServerHop& near_server = s.topology.servers[0];
  EXPECT_EQ(near_server.replicas, 3U);
  EXPECT_EQ(near_server.connections, 2U);
  EXPECT_EQ(near_server.tools, (std::vector<std::string>{"constant", "uniform"}));
  EXPECT_EQ(s.topology.servers[1].url, "http://192.0.2.1:8080/mcp");

  ASSERT_EQ(s.tools.size(), 4U);
  EXPECT_EQ(s.tools[0].name, "constant");
  EXPECT_EQ(s.tools[0].description, "a tool");
  EXPECT_EQ(s.tools[0].service_time.value, 1500us);
  EXPECT_EQ(s.tools[0].added_delay, 20us);
  EXPECT_DOUBLE_EQ(s.tools[0].cpu_share, 0.25);
  EXPECT_EQ(s.tools[0].response_bytes, 4096U);
  EXPECT_DOUBLE_EQ(s.tools[0].error_rate, 0.5);
  EXPECT_EQ(s.tools[0].inner_spans, 3U);
  ASSERT_EQ(s.tools[0].steps.size(), 3U);
  EXPECT_EQ(s.tools[0].steps[0].name, "SELECT plans");
  EXPECT_EQ(s.tools[0].steps[0].kind, StepSpec::Kind::client);
  EXPECT_EQ(s.tools[0].steps[0].attributes.at("db.operation.name"), "SELECT");
  EXPECT_DOUBLE_EQ(s.tools[0].steps[0].share, 0.4);
  EXPECT_DOUBLE_EQ(s.tools[0].steps[1].share, 0.3);  // what is left, in equal parts
  EXPECT_DOUBLE_EQ(s.tools[0].steps[2].share, 0.3);
  EXPECT_EQ(count_spans(s.tools[0].steps[1]), 8U);
  EXPECT_EQ(s.tools[0].memory_bytes, 1048576U);
  EXPECT_EQ(s.tools[1].memory_bytes, 0U);
  EXPECT_EQ(s.tools[1].service_time.min, 1ms);
  EXPECT_EQ(s.tools[1].service_time.max, 2ms);
  EXPECT_EQ(s.tools[1].response_bytes, 1'000'000U);
  EXPECT_EQ(s.tools[2].service_time.distribution, ServiceTime::Distribution::exponential);
  EXPECT_EQ(s.tools[2].service_time.mean, 3ms);
  EXPECT_DOUBLE_EQ(s.tools[3].service_time.cv, 1.25);

  EXPECT_EQ(std::get<ClosedArrivals>(s.load.arrivals).think_time, 10ms);
  EXPECT_EQ(s.load.sessions, 12U);
  EXPECT_EQ(s.load.workers, 3U);
  EXPECT_EQ(s.load.max_in_flight, 5U);
  EXPECT_EQ(s.load.timeout, 2s);
  EXPECT_EQ(s.load.spin, 100us);
  EXPECT_DOUBLE_EQ(s.load.max_send_lag_share, 0.01);
  ASSERT_EQ(s.load.calls.size(), 2U);
  EXPECT_DOUBLE_EQ(s.load.calls[0].weight, 2.5);
  EXPECT_EQ(s.load.calls[0].arguments_json,
            R"({"text":"5","number":5,"share":0.5,"yes":true,"none":null,"list":[1,"a"],"map":{"k":"v"}})");
  EXPECT_EQ(s.load.calls[1].tool, "somewhere/else");
  EXPECT_EQ(s.load.calls[1].arguments_json, "{}");

  EXPECT_EQ(s.plan.warmup, 1s);
  EXPECT_EQ(s.plan.settle, 0s);
  EXPECT_EQ(s.plan.window, 3s);
  EXPECT_TRUE(s.plan.run_blocks);
  EXPECT_FALSE(s.plan.run_pairs);
  EXPECT_EQ(s.plan.pairs_window, 2s);
  EXPECT_EQ(s.plan.looks, 3U);
  EXPECT_EQ(s.plan.blocks_min, 4U);
  EXPECT_EQ(s.plan.blocks_max, 9U);
  EXPECT_EQ(s.plan.launches, 2U);
  EXPECT_EQ(s.plan.seed, 18446744073709551615U);
  EXPECT_DOUBLE_EQ(s.plan.confidence, 0.99);
}

TEST(Load, ArmsHaveTheScenariosToolsWithTheirOwnChanges) {
  const Scenario s = load_scenario(data / "everything.yaml").scenario;
  ASSERT_EQ(s.arms.size(), 3U);
  EXPECT_EQ(&s.control(), &s.arms[0]);
  EXPECT_EQ(s.arms[0].tracing.sampler.type, SamplerType::none);
  ASSERT_EQ(s.arms[0].tools.size(), 4U);
  EXPECT_EQ(s.arms[0].tools[0].added_delay, 20us);

  const Arm& changed = s.arms[1];
  EXPECT_EQ(changed.name, "every.thing-1");
  EXPECT_EQ(changed.tracing.sampler.type, SamplerType::traceidratio);
  EXPECT_DOUBLE_EQ(changed.tracing.sampler.ratio, 0.05);
  EXPECT_EQ(changed.tracing.exporter.type, ExporterType::otlp_grpc);
  EXPECT_EQ(changed.tracing.exporter.timeout, 3s);
  EXPECT_TRUE(changed.tracing.exporter.gzip);
  EXPECT_EQ(changed.tracing.batch.queue, 100U);
  EXPECT_EQ(changed.tracing.batch.size, 50U);
  EXPECT_EQ(changed.tracing.batch.delay, 200ms);
  EXPECT_EQ(changed.tracing.batch.export_timeout, 4s);
  EXPECT_FALSE(changed.tracing.propagation.meta);
  EXPECT_FALSE(changed.tracing.propagation.headers);
  EXPECT_EQ(changed.tracing.span_names, SpanNames::conventions);
  ASSERT_EQ(changed.tools.size(), 4U);
  EXPECT_EQ(changed.tools[0].added_delay, 100us);
  EXPECT_EQ(changed.tools[0].service_time.value, 1500us);  // what the arm does not name stays
  EXPECT_EQ(changed.tools[1].service_time.distribution, ServiceTime::Distribution::constant);
  EXPECT_EQ(changed.tools[1].service_time.value, 7ms);
  EXPECT_EQ(changed.tools[1].response_bytes, 1'000'000U);
  EXPECT_EQ(changed.tools[0].memory_bytes, 4096U);
  EXPECT_EQ(changed.programs, "build/other/bin");
  EXPECT_EQ(changed.commands, (std::map<std::string, std::vector<std::string>>{{"gateway", {"./my-gateway"}},
                                                                               {"near", {"my-server", "--fast"}}}));
  EXPECT_TRUE(s.arms[0].commands.empty());
  ASSERT_EQ(s.arms[0].hops.size(), 2U);
  EXPECT_EQ(s.arms[0].hops.at("router").cwd, "other");
  EXPECT_EQ(s.arms[0].hops.at("router").environment.at("MY_LEVEL"), "4");
  EXPECT_EQ(s.arms[0].hops.at("far").url, "ws://192.0.2.3/mcp");
  EXPECT_EQ(s.arms[0].hops.at("far").listen, TransportKind::ws);
  EXPECT_EQ(s.arms[0].programs, "");
  EXPECT_EQ(s.arms[2].role, Role::treatment);
  EXPECT_EQ(s.arms[2].tracing.exporter.type, ExporterType::otlp_http);
  EXPECT_EQ(s.arms[2].tracing.exporter.endpoint, "https://192.0.2.2:4317");
}

TEST(Load, BudgetsAreInTheirMetricsUnit) {
  const std::vector<Budget> b = load_scenario(data / "everything.yaml").scenario.budgets;
  ASSERT_EQ(b.size(), 9U);
  const auto expect = [](const Budget& budget, const std::string& metric, bool relative, double limit) {
    EXPECT_EQ(budget.metric, metric);
    EXPECT_EQ(budget.relative, relative) << metric;
    EXPECT_DOUBLE_EQ(budget.limit, limit) << metric;
  };
  expect(b[0], "latency.p99", true, 0.05);
  EXPECT_EQ(b[0].phase, Phase::blocks);
  EXPECT_EQ(b[1].phase, std::nullopt);
  expect(b[1], "service_time.mean", false, 250'000);
  EXPECT_EQ(b[1].arm, "elsewhere");
  expect(b[2], "cpu_per_call", false, 10'000);
  EXPECT_EQ(b[2].service, "near");
  expect(b[3], "memory", false, 10 * 1048576);
  expect(b[4], "error_rate", false, 0.01);  // a share itself: 1 % is one point, not a hundredth more
  expect(b[5], "spans_lost", false, 0);
  expect(b[6], "throughput", false, 5);
  expect(b[7], "throughput", true, 0.03);
  expect(b[8], "network_per_call", false, 512);
  EXPECT_EQ(b[8].line - b[0].line, 8);
  EXPECT_EQ(b[0].ids, std::vector<std::string>{"G1"});
  EXPECT_TRUE(b[1].ids.empty());
}

TEST(Load, ChecksAreAWordOrAMap) {
  const std::vector<Check> checks = load_scenario(data / "everything.yaml").scenario.checks;
  ASSERT_EQ(checks.size(), 3U);
  const auto& ratio = std::get<SamplingRatioCheck>(checks[0].kind);
  EXPECT_EQ(ratio.arm, "every.thing-1");
  EXPECT_DOUBLE_EQ(ratio.expect, 0.05);
  EXPECT_DOUBLE_EQ(ratio.tolerance.value_or(-1), 0.01);
  EXPECT_DOUBLE_EQ(std::get<CompleteTracesCheck>(checks[1].kind).max_broken, 0.02);
  EXPECT_EQ(std::get<CompleteTracesCheck>(checks[2].kind).arm, "");
  EXPECT_TRUE(checks[0].ids.empty());
  EXPECT_EQ(checks[1].ids, (std::vector<std::string>{"A2", "H5"}));
}

TEST(Load, WhatIsLeftOutHasTheDefaultsOfTheTypes) {
  const Scenario s = load_scenario(data / "minimal.yaml").scenario;
  EXPECT_FALSE(s.topology.router);
  EXPECT_FALSE(s.topology.gateway);
  EXPECT_EQ(s.topology.servers.at(0).era, HopEra::unsaid);
  EXPECT_EQ(s.load.sessions, 1U);
  EXPECT_EQ(s.load.timeout, 5s);
  EXPECT_EQ(s.plan.window, 5s);
  EXPECT_EQ(s.plan.blocks_min, 6U);
  EXPECT_EQ(s.plan.blocks_max, 6U);
  EXPECT_TRUE(s.plan.run_blocks);
  EXPECT_TRUE(s.plan.run_pairs);
  EXPECT_EQ(s.plan.pairs_window, s.plan.window);
  EXPECT_EQ(s.plan.looks, 4U);
  EXPECT_EQ(s.arms.at(1).tracing.batch.queue, 2048U);
  EXPECT_TRUE(s.budgets.empty());
}

TEST(Load, SourceIsTheBytesAndResolvedLoadsToTheSame) {
  std::vector<fs::path> files{data / "everything.yaml", data / "minimal.yaml", data / "pairs.yaml",
                              data / "samplers.yaml"};
  for (const char* name : {"quickstart", "direct", "same", "planted", "ratio-sweep", "model"})
    files.push_back(fs::path(TRACETAX_SOURCE_DIR) / "scenarios" / (std::string(name) + ".yaml"));
  for (const fs::path& file : files) {
    const LoadedScenario loaded = load_scenario(file, std::vector<std::string>{"plan.seed=7"});
    EXPECT_EQ(loaded.source, test::read_text(file));
    const LoadedScenario again = load_scenario_text(loaded.resolved, "resolved");
    EXPECT_EQ(test::everything_of(again.scenario), test::everything_of(loaded.scenario)) << file;
    EXPECT_EQ(again.scenario.plan.seed, 7U);
    EXPECT_EQ(again.resolved, loaded.resolved) << file;
  }
}

TEST(Load, TheBundledSameAndPlantedScenariosDifferInWhatTheySay) {
  const fs::path folder = fs::path(TRACETAX_SOURCE_DIR) / "scenarios";
  const Scenario same = load_scenario(folder / "same.yaml").scenario;
  ASSERT_EQ(same.arms.size(), 2U);
  EXPECT_EQ(test::everything_of(same.arms[0]), test::everything_of(same.arms[1]));
  const Scenario planted = load_scenario(folder / "planted.yaml").scenario;
  ASSERT_EQ(planted.arms.size(), 2U);
  EXPECT_EQ(planted.arms[1].tools.at(0).added_delay - planted.arms[0].tools.at(0).added_delay, 100us);
  EXPECT_EQ(planted.arms[1].tracing.sampler.type, SamplerType::none);
  EXPECT_EQ(load_scenario(folder / "ratio-sweep.yaml").scenario.arms.size(), 5U);
}

TEST(Load, AFileThatCannotBeReadIsNamed) {
  const auto message = [](const fs::path& file) -> std::string {
    try {
      load_scenario(file);
    } catch (const ScenarioError& error) {
      return error.what();
    }
    return "accepted";
  };
  EXPECT_EQ(message("/nowhere/at all.yaml"), "/nowhere/at all.yaml: cannot be read: No such file or directory");
  EXPECT_EQ(message(data), data.string() + ": is a directory, not a file");
  EXPECT_NE(message("/dev/zero").find("larger than 1024 KiB"), std::string::npos);
  EXPECT_NE(message("/dev/null").find("the file is empty"), std::string::npos);
}

TEST(Load, ProblemsCarryTheirParts) {
  try {
    load_scenario_text("version: 1\nname: x\nloda: 5\n", "f.yaml");
    FAIL();
  } catch (const ScenarioError& error) {
    ASSERT_EQ(error.problems().size(), 4U);  // three keys are missing as well
    const Problem& last = error.problems().back();
    EXPECT_EQ(last.file, "f.yaml");
    EXPECT_EQ(last.line, 3);
    EXPECT_EQ(last.column, 1);
    EXPECT_EQ(last.key, "loda");
    EXPECT_EQ(last.what, "unknown key");
    EXPECT_EQ(last.text(), "f.yaml:3:1: loda: unknown key\n  hint: did you mean `load`?");
  }
}

// The load finds the era out where nothing is said of somebody else's server; mocks are modern.
TEST(Load, TheFirstHopMayBeAnybodys) {
  const std::string rest = "extends: " + (data / "minimal.yaml").string() + "\n";
  const auto era = [&](const std::string& server, const std::string& arm) {
    const Scenario s = load_scenario_text(rest + "topology: { servers: [ { name: tools, " + server + " } ] }\n" +
                                              "arms: { on: { commands: { tools: [x] } } }\n",
                                          "s.yaml", {})
                           .scenario;
    const auto found = std::ranges::find(s.arms, arm, &Arm::name);
    const std::optional<Era> spoken = era_of_load(hop_of_load(s.topology), *found);
    EXPECT_EQ(all_mocks(s.topology, *found), server == "listen: http" && arm == "off");
    return spoken ? std::string(to_string(*spoken)) : "auto";
  };
  EXPECT_EQ(era("listen: http", "off"), "modern");
  EXPECT_EQ(era("listen: http", "on"), "auto");  // a program takes its place
  EXPECT_EQ(era("command: [x]", "off"), "auto");
  EXPECT_EQ(era("command: [x], era: modern", "off"), "modern");
  EXPECT_EQ(era("command: [x], era: legacy", "off"), "legacy");

  const Scenario s =
      load_scenario_text(rest +
                             "topology:\n  servers:\n    - name: tools\n"
                             "      url: https://example.org/mcp\n"
                             "      headers: { Authorization: \"Bearer ${env:TOKEN}\", x-tenant: blue }\n"
                             "      tls: { ca: ca.pem }\n",
                         "s.yaml", {})
          .scenario;
  const ServerHop& hop = s.topology.servers.at(0);
  EXPECT_EQ(hop.listen, TransportKind::http);
  ASSERT_EQ(hop.headers.size(), 2U);
  EXPECT_EQ(hop.headers[0].name, "authorization");
  EXPECT_EQ(hop.headers[0].value, "Bearer ${env:TOKEN}");
  EXPECT_EQ(hop.ca, "ca.pem");
  ASSERT_EQ(hop.places.size(), 2U);
  EXPECT_EQ(hop.places[0].key, "headers.authorization");
  EXPECT_EQ(hop.places[0].line, 6);
  EXPECT_EQ(s.load.calls.at(0).places.at(0).key, "tool");

  const Scenario encrypted =
      load_scenario_text(
          rest + "topology: { servers: [ { name: tools, url: \"wss://example.org/mcp\", tls: { ca: ca.pem } } ] }\n",
          "s.yaml", {})
          .scenario;
  EXPECT_EQ(encrypted.topology.servers.at(0).listen, TransportKind::ws);
  EXPECT_EQ(encrypted.topology.servers.at(0).ca, "ca.pem");
}

}  // namespace
}  // namespace tracetax
