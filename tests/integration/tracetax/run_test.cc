// Whole runs over real processes and sockets: what goes in comes out, for every transport and era.

#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "harness/results/files.h"
#include "tests/integration/tracetax/program.h"

namespace tracetax::test {
namespace {

using Json = nlohmann::json;

const std::string full_stack =
    "topology:\n"
    "  router: { listen: stdio }\n"
    "  gateway: { listen: ws, connections: 2 }\n"
    "  servers: [ { name: tools, listen: http, connections: 8 } ]\n";
const std::string direct = "topology: { servers: [ { name: tools, listen: http, connections: 8 } ] }\n";

std::string plan(int blocks, const std::string& window = "1s") {
  return "plan: { warmup: 200ms, settle: 100ms, window: " + window + ", blocks: " + std::to_string(blocks) +
         ", launches: 1, seed: 42, phases: [blocks] }\n";
}
const std::string lookup_load =
    "load:\n  arrivals: { process: poisson, rate: 200/s }\n  sessions: 2\n  timeout: 5s\n"
    "  calls: [ { tool: lookup, arguments: { text: hello } } ]\n";
const std::string loose_budget = "budgets: [ { metric: latency.p50, max: 5s } ]\n";

const Json& arm_of(const Json& result, const std::string& name) {
  for (const Json& arm : result.at("arms")) {
    if (arm.at("name") == name) return arm;
  }
  throw std::runtime_error("no arm " + name);
}

TEST(Run, EveryCallIsOneTraceThroughAllServicesAndNoSpanIsLost) {
  const Workplace place;
  const auto scenario = place.write(
      "s.yaml",
      short_scenario(full_stack,
                     lookup_load +
                         "arms:\n"
                         "  untraced: { role: control, tracing: { sampler: none } }\n"
                         "  off: { role: treatment, tracing: { sampler: always_off } }\n"
                         "  all: { role: treatment, tracing: { sampler: always_on, batch: { delay: 200ms } } }\n" +
                         plan(2) + loose_budget +
                         "checks: [ complete_traces, { sampling_ratio: { arm: all, expect: 1.0 } } ]\n"));
  const Ended run = place.tracetax({"run", scenario, "-o", place.folder() / "out"});
  ASSERT_EQ(run.code, 0) << run.err << run.out;
  const Json result = read_json(place.folder() / "out/result.json");
  expect_calls_add_up(result);
  EXPECT_EQ(result.at("verdict"), "within");
  for (const Json& arm : result.at("arms")) EXPECT_EQ(arm.at("calls").at("ok"), arm.at("calls").at("planned"));

  const Json& all = arm_of(result, "all");
  const auto calls = all.at("calls").at("planned").get<std::uint64_t>();
  EXPECT_GT(calls, 200U);
  const Json& spans = all.at("spans");
  // stdio.read, gateway.request, http.request, auth.verify, rate_limit.check, backend.forward, tools/call lookup
  // and one gateway.connect for each of the router's connections that was opened within a window
  EXPECT_GE(spans.at("started").get<std::uint64_t>(), 7 * calls);
  EXPECT_LE(spans.at("started").get<std::uint64_t>(), 7 * calls + 8);
  EXPECT_EQ(spans.at("sampled"), spans.at("started"));
  EXPECT_EQ(spans.at("received"), spans.at("started"));
  EXPECT_EQ(spans.at("lost"), 0);
  EXPECT_GT(spans.at("bytes_per_span").get<double>(), 100);

  const Json& off = arm_of(result, "off").at("spans");
  EXPECT_GE(off.at("started").get<std::uint64_t>(), 7 * calls);
  EXPECT_EQ(off.at("sampled"), 0);
  EXPECT_EQ(off.at("received"), 0);
  EXPECT_EQ(arm_of(result, "untraced").at("spans").at("received"), 0);

  // Per service: the kernel's figures are there and spans are where they belong.
  std::set<std::string> services;
  for (const Json& service : all.at("services")) {
    services.insert(service.at("name").get<std::string>());
    EXPECT_GT(service.at("cpu_ns").get<std::int64_t>(), 0) << service.at("name");
    EXPECT_GT(service.at("memory_bytes").get<std::int64_t>(), 1 << 20) << service.at("name");
  }
  EXPECT_EQ(services, (std::set<std::string>{"gateway", "router", "sink", "tools"}));

  // The folder is what docs/results.md says.
  for (const char* file : {"scenario.yaml", "scenario.resolved.yaml", "report.html", "report.md", "junit.xml",
                           "metrics.txt", "histograms/all.hlog", "histograms/untraced.hgrm", "trials/00-"}) {
    if (std::string(file) == "trials/00-") continue;
    EXPECT_TRUE(std::filesystem::exists(place.folder() / "out" / file)) << file;
  }
  EXPECT_EQ(read_file(place.folder() / "out/scenario.yaml"), read_file(scenario));
  EXPECT_NE(run.out.find("report: "), std::string::npos);
  EXPECT_TRUE(processes_with(place.folder().string()).empty());

  // All arms of a block had the same calls, due at the same times.
  const auto trials = read_trials(place.folder() / "out", {"lookup"});
  ASSERT_EQ(trials.size(), 6U);
  for (const TrialRecord& trial : trials) {
    const TrialRecord& first = *std::ranges::find(trials, trial.block, &TrialRecord::block);
    ASSERT_EQ(trial.samples.size(), first.samples.size());
    for (std::size_t i = 0; i < trial.samples.size(); ++i)
      ASSERT_EQ(trial.samples[i].intended, first.samples[i].intended);
    EXPECT_EQ(trial.traces.orphans, 0U);
    if (trial.arm == "all") {
      EXPECT_EQ(trial.traces.complete("mcp-gateway,mcp-router,tools"), trial.calls.planned);
    }
  }
}

TEST(Run, SpansFollowTheRatio) {
  const Workplace place;
  const auto scenario = place.write(
      "s.yaml", short_scenario(full_stack, lookup_load +
                                               "arms:\n"
                                               "  untraced: { role: control, tracing: { sampler: none } }\n"
                                               "  third: { role: treatment, tracing: { sampler: { type: "
                                               "parentbased_traceidratio, ratio: 0.3 }, batch: { delay: 200ms } } }\n" +
                                               plan(2, "2s")));
  const Ended run = place.tracetax({"run", scenario, "-o", place.folder() / "out"});
  const Json result = read_json(place.folder() / "out/result.json");
  const Json& third = arm_of(result, "third");
  const auto calls = third.at("calls").at("planned").get<double>();
  const auto sampled = third.at("spans").at("sampled").get<double>();
  EXPECT_NEAR(sampled / 7 / calls, 0.3, 0.005 + 5 * std::sqrt(0.3 * 0.7 / calls));
  EXPECT_EQ(third.at("spans").at("received"), third.at("spans").at("sampled"));
  EXPECT_GE(third.at("spans").at("started").get<double>(), 7 * calls);
}

TEST(Run, APlantedDelayIsFoundAsWhatItIs) {
  const Workplace place;
  const auto scenario = place.write(
      "s.yaml",
      short_scenario(
          direct,
          lookup_load +
              "arms:\n"
              "  plain: { role: control, tracing: { sampler: none } }\n"
              "  slow: { role: treatment, tracing: { sampler: none }, tools: { lookup: { added_delay: 5ms } } }\n"
              "plan: { warmup: 200ms, settle: 100ms, window: 1s, blocks: 5, launches: 1, seed: 1, confidence: 0.999, "
              "phases: [blocks] }\n"
              "budgets: [ { metric: latency.p50, max: 1ms } ]\n"));
  const Ended run = place.tracetax({"run", scenario, "-o", place.folder() / "out"});
  EXPECT_EQ(run.code, 1) << run.err << run.out;
  const Json result = read_json(place.folder() / "out/result.json");
  EXPECT_EQ(result.at("verdict"), "exceeded");
  bool found = false;
  for (const Json& comparison : result.at("comparisons")) {
    if (comparison.at("metric") != "latency.p50") continue;
    found = true;
    const Json& absolute = comparison.at("absolute");
    EXPECT_LE(absolute.at("low").get<double>(), 5e6);
    EXPECT_GE(absolute.at("high").get<double>(), 5e6);
    EXPECT_GT(absolute.at("low").get<double>(), 1e6);
    EXPECT_EQ(comparison.at("blocks"), 5);
  }
  EXPECT_TRUE(found);
}

TEST(Run, ErrorsAndTimeoutsAreOutcomesAndAddUp) {
  const Workplace place;
  const auto scenario = place.write(
      "s.yaml", short_scenario(
                    full_stack,
                    "load:\n  arrivals: { process: poisson, rate: 100/s }\n  sessions: 2\n  timeout: 300ms\n"
                    "  calls: [ { tool: lookup, weight: 2 }, { tool: flaky, weight: 2 }, { tool: stuck, weight: 1 } ]\n"
                    "arms:\n"
                    "  untraced: { role: control, tracing: { sampler: none } }\n"
                    "  all: { role: treatment, tracing: { sampler: always_on, batch: { delay: 200ms } } }\n" +
                        plan(1)));
  const Ended run = place.tracetax({"run", scenario, "-o", place.folder() / "out"});
  const Json result = read_json(place.folder() / "out/result.json");
  expect_calls_add_up(result);
  const Json& untraced = arm_of(result, "untraced").at("calls");
  const Json& all = arm_of(result, "all").at("calls");
  for (const Json* calls : {&untraced, &all}) {
    EXPECT_GT(calls->at("ok").get<int>(), 0);
    EXPECT_GT(calls->at("tool_error").get<int>(), 0);
    EXPECT_GT(calls->at("timed_out").get<int>() + calls->at("protocol_error").get<int>(), 0) << calls->dump();
  }
  // The same draws in every arm: the same calls fail.
  EXPECT_EQ(untraced.at("tool_error"), all.at("tool_error"));
  EXPECT_LT(result.at("arms").at(0).at("latency").at("count").get<int>(), untraced.at("planned").get<int>());
}

TEST(Run, ClosedLoopKeepsOneCallPerSessionInFlight) {
  const Workplace place;
  const auto scenario =
      place.write("s.yaml", short_scenario(direct,
                                           "load:\n  arrivals: { process: closed, think_time: 5ms }\n  sessions: 3\n  "
                                           "timeout: 5s\n  calls: [ { tool: lookup } ]\n"
                                           "arms:\n"
                                           "  a: { role: control, tracing: { sampler: none } }\n"
                                           "  b: { role: treatment, tracing: { sampler: none } }\n" +
                                               plan(1)));
  const Ended run = place.tracetax({"run", scenario, "-o", place.folder() / "out"});
  const auto trials = read_trials(place.folder() / "out", {"lookup"});
  ASSERT_EQ(trials.size(), 2U) << run.err;
  for (const TrialRecord& trial : trials) {
    EXPECT_GT(trial.samples.size(), 30U);
    EXPECT_EQ(trial.calls.ok, trial.calls.planned);
    std::map<std::uint16_t, Nanos> last;
    for (const Sample& sample : trial.samples) {
      if (last.contains(sample.session)) {
        // The think time counts from the answer before.
        EXPECT_EQ(sample.intended, last[sample.session] + std::chrono::milliseconds(5));
      }
      last[sample.session] = sample.received;
    }
    EXPECT_EQ(last.size(), 3U);
  }
}

struct Wire {
  const char* router;
  const char* gateway;
  const char* server;
  const char* era;
};
class EveryWire : public testing::TestWithParam<Wire> {};

TEST_P(EveryWire, CarriesCallsAndContext) {
  const Wire& wire = GetParam();
  const std::string era = std::string(", era: ") + wire.era;
  const std::string topology = std::string("topology:\n") + "  router: { listen: " + wire.router + era + " }\n" +
                               "  gateway: { listen: " + wire.gateway + era + " }\n" +
                               "  servers: [ { name: tools, replicas: 2, listen: " + wire.server + era + " } ]\n";
  const Workplace place;
  const auto scenario = place.write(
      "s.yaml", short_scenario(topology, lookup_load +
                                             "arms:\n"
                                             "  untraced: { role: control, tracing: { sampler: none } }\n"
                                             "  all: { role: treatment, tracing: { sampler: parentbased_always_on, "
                                             "exporter: { type: otlp_http }, batch: { delay: 200ms } } }\n" +
                                             plan(1, "500ms") + "checks: [ complete_traces ]\n"));
  const Ended run = place.tracetax({"run", scenario, "-o", place.folder() / "out"});
  ASSERT_EQ(run.code, 0) << run.err << run.out;
  const Json result = read_json(place.folder() / "out/result.json");
  for (const Json& arm : result.at("arms")) {
    EXPECT_GT(arm.at("calls").at("planned").get<int>(), 50);
    EXPECT_EQ(arm.at("calls").at("ok"), arm.at("calls").at("planned")) << arm.dump();
  }
  // Seven a call, and one for each connection that was opened within the window.
  const Json& spans = arm_of(result, "all").at("spans");
  EXPECT_GE(spans.at("received").get<int>(), 7 * arm_of(result, "all").at("calls").at("ok").get<int>());
  EXPECT_EQ(spans.at("received"), spans.at("started"));
}

INSTANTIATE_TEST_SUITE_P(AllTransportsAndEras, EveryWire,
                         testing::Values(Wire{"stdio", "ws", "http", "modern"}, Wire{"stdio", "http", "ws", "legacy"},
                                         Wire{"http", "ws", "http", "legacy"}, Wire{"http", "http", "http", "modern"},
                                         Wire{"ws", "ws", "ws", "modern"}, Wire{"ws", "http", "http", "legacy"}),
                         [](const auto& param) {
                           return std::string(param.param.router) + "_" + param.param.gateway + "_" +
                                  param.param.server + "_" + param.param.era;
                         });

TEST(Run, HopsCanBeLeftOutOrBeProgramsOfTheUsers) {
  const std::string server = std::string(TRACETAX_BIN_DIR) + "/mcp-server";
  const std::string arms =
      "arms:\n"
      "  a: { role: control, tracing: { sampler: none } }\n"
      "  b: { role: treatment, tracing: { sampler: always_on, batch: { delay: 200ms } } }\n";
  const std::string load =
      "load:\n  arrivals: { process: constant, rate: 100/s }\n  sessions: 2\n  timeout: 5s\n  calls: [ { tool: echo, "
      "arguments: { text: hi } } ]\n";
  const std::vector<std::string> topologies{
      "topology: { servers: [ { name: mine, listen: stdio, command: [\"" + server + "\", --listen, stdio] } ] }\n",
      "topology: { servers: [ { name: mine, listen: http, command: [\"" + server +
          "\", --listen, \"http://127.0.0.1:{port}/mcp\"] } ] }\n",
      "topology:\n  gateway: { listen: http }\n  servers: [ { name: mine, listen: ws, command: [\"" + server +
          "\", --listen, \"{url}\"] } ]\n",
      "topology:\n  router: { listen: stdio }\n  servers: [ { name: mine, listen: http } ]\n"};
  for (const std::string& topology : topologies) {
    const Workplace place;
    const auto scenario = place.write("s.yaml", "version: 1\nname: user\n" + topology + load + arms + plan(1, "500ms"));
    const Ended run = place.tracetax({"run", scenario, "-o", place.folder() / "out"});
    ASSERT_TRUE(std::filesystem::exists(place.folder() / "out/result.json")) << topology << run.err;
    const Json result = read_json(place.folder() / "out/result.json");
    EXPECT_EQ(run.code, 3) << topology << run.err;  // no budget: nothing to decide
    for (const Json& arm : result.at("arms")) {
      EXPECT_EQ(arm.at("calls").at("ok"), arm.at("calls").at("planned")) << topology << arm.dump();
    }
    // Also a program of the user's traces to the sink, through the standard variables.
    EXPECT_GE(arm_of(result, "b").at("spans").at("received").get<int>(),
              arm_of(result, "b").at("calls").at("ok").get<int>())
        << topology;
  }
}

}  // namespace
}  // namespace tracetax::test
