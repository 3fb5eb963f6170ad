// Samplers as scenarios and services' configurations write them.

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "harness/scenario/consistency.h"
#include "harness/scenario/load_scenario.h"
#include "tests/unit/scenario/scenario_text.h"

namespace tracetax {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr const char* minimal =
    "version: 1\nname: n\ntopology: { servers: [ { name: tools } ] }\nload:\n"
    "  arrivals: { process: constant, rate: 10/s }\n  calls: [ { tool: echo } ]\n"
    "arms: { off: { role: control }, on: { tracing: { sampler: SAMPLER } } }\n";

std::string with(const std::string& sampler) {
  std::string text = minimal;
  return text.replace(text.find("SAMPLER"), 7, sampler);
}

// In the folder of the test data, where paths count from.
LoadedScenario load(const std::string& sampler) {
  return load_scenario_text(with(sampler), TRACETAX_SOURCE_DIR "/tests/data/scenarios/valid/n.yaml");
}

SamplerConfig sampler_of(const std::string& text) {
  return load(text).scenario.arms.at(1).tracing.sampler;
}

SamplerConfig of(SamplerType type) {
  SamplerConfig config;
  config.type = type;
  return config;
}

SamplerConfig through_a_service(const SamplerConfig& sampler) {
  const fs::path file = fs::path(testing::TempDir()) / ("sampler-" + std::to_string(::getpid()) + ".json");
  ServerConfig config;
  config.has_tracing = true;
  config.tracing.sampler = sampler;
  std::ofstream(file) << write_config(config);
  const SamplerConfig back = read_server_config(file).tracing.sampler;
  fs::remove(file);
  return back;
}

TEST(Sampler, EveryKeyArrives) {
  SamplerConfig limited = of(SamplerType::rate_limiting);
  limited.traces_per_second = 2.5;
  EXPECT_EQ(sampler_of("{ type: rate_limiting, traces_per_second: 2.5 }"), limited);
  limited.parent_based = false;
  EXPECT_EQ(sampler_of("{ type: rate_limiting, traces_per_second: 150/m, parent_based: false }"), limited);

  EXPECT_EQ(sampler_of("adaptive"), of(SamplerType::adaptive));
  SamplerConfig adaptive = of(SamplerType::adaptive);
  adaptive.adaptive = {20, 200, 0.01, 0.2, 0.9, 0.05, 500ms};
  EXPECT_EQ(sampler_of("{ type: adaptive, target: 20/s, cap: 200, floor: 1%, base: 0.2, max: 90%, delta: 5%, "
                       "interval: 500ms }"),
            adaptive);

  SamplerConfig rules = of(SamplerType::rules);
  rules.rules = {{"mcp-gateway", "auth.*", "", {}, {SamplerType::always_off}},
                 {"", "", "lookup", {{"mcp.method.name", "tools/call"}, {"n", "7"}}, {SamplerType::always_on}}};
  rules.rules.push_back({.operation = "*", .sampler = {SamplerType::rate_limiting, 1.0, 5}});
  rules.otherwise = {SamplerType::parentbased_traceidratio, 0.25};
  EXPECT_EQ(sampler_of("{ type: rules, rules: [ { service: mcp-gateway, operation: auth.*, sampler: always_off }, "
                       "{ tool: lookup, attribute: { mcp.method.name: tools/call, n: 7 }, sampler: always_on }, "
                       "{ operation: '*', sampler: { type: rate_limiting, traces_per_second: 5 } } ], "
                       "default: { type: parentbased_traceidratio, ratio: 0.25 } }"),
            rules);

  SamplerConfig kept = of(SamplerType::always_off);
  kept.keep_errors = true;
  kept.keep_slow = {{"", 5s}};
  kept.keep_most = 77;
  EXPECT_EQ(sampler_of("{ type: always_off, keep_errors: true, keep_slow: 5s, keep_most: 77 }"), kept);
  kept.keep_slow = {{"workflow*", 5s}, {"", 60s}};
  EXPECT_EQ(
      sampler_of("{ type: always_off, keep_errors: true, keep_slow: [ { operation: workflow*, over: 5s }, { over: "
                 "1m } ], keep_most: 77 }"),
      kept);
}

TEST(Sampler, ComesBackFromAServicesConfiguration) {
  std::vector<SamplerConfig> all;
  for (const char* text :
       {"none", "always_off", "always_on", "{ type: traceidratio, ratio: 0.30000000000000004 }", "adaptive",
        "{ type: rate_limiting, traces_per_second: 1e-3, parent_based: false, keep_errors: true }",
        "{ type: adaptive, target: 3, interval: 1234567ns, floor: 0, keep_slow: 5s, keep_most: 1 }",
        "{ type: rules, default: adaptive, keep_slow: [ { operation: 'a \"b\"', over: 1ns }, { over: 1h } ] }",
        "{ type: rules, rules: [ { attribute: { yes: 'true', empty: '' }, sampler: { type: adaptive, delta: 0 } } ], "
        "default: always_off, parent_based: false }",
        "{ type: file, path: ../strategies/jaeger.json, keep_errors: true }",
        "{ type: file, path: ../strategies/named.yaml }"})
    all.push_back(sampler_of(text));
  for (const SamplerConfig& config : all) EXPECT_EQ(through_a_service(config), config) << to_string(config.type);
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = i + 1; j < all.size(); ++j) EXPECT_NE(all[i], all[j]) << i << ' ' << j;
  }
}

TEST(Sampler, OlderProgramsReadWhatTheyKnow) {
  ServerConfig config;
  config.has_tracing = true;
  config.tracing.sampler.type = SamplerType::always_on;
  const std::string written = write_config(config);
  for (const char* key : {"keep_", "parent_based", "rules"}) EXPECT_EQ(written.find(key), std::string::npos) << key;
}

TEST(Sampler, AFileIsInTheResolvedScenario) {
  const LoadedScenario loaded = load("{ type: file, path: ../strategies/named.yaml, keep_errors: true }");
  const SamplerConfig& config = loaded.scenario.arms.at(1).tracing.sampler;
  EXPECT_EQ(config.type, SamplerType::rules);
  EXPECT_TRUE(config.keep_errors);
  EXPECT_EQ(loaded.resolved.find("strategies"), std::string::npos) << loaded.resolved;
  // From a folder where the path leads nowhere.
  EXPECT_EQ(load_scenario_text(loaded.resolved, "/nowhere/r.yaml").scenario.arms.at(1).tracing.sampler, config);
}

TEST(Sampler, APathOfSetCountsFromTheWorkingFolder) {
  const fs::path before = fs::current_path();
  fs::current_path(TRACETAX_SOURCE_DIR "/tests/data");
  const std::vector<std::string> sets{"arms.on.tracing.sampler={ type: file, path: scenarios/strategies/jaeger.json }"};
  EXPECT_EQ(load_scenario_text(with("none"), "/nowhere/n.yaml", sets).scenario.arms.at(1).tracing.sampler.type,
            SamplerType::rules);
  fs::current_path(before);
}

TEST(Sampler, SaysWhetherItCanKeepAnything) {
  const auto can = [](const char* text) { return samples(sampler_of(text)); };
  EXPECT_FALSE(can("none"));
  EXPECT_FALSE(can("always_off"));
  EXPECT_TRUE(can("{ type: always_off, keep_errors: true }"));
  EXPECT_TRUE(can("{ type: always_off, keep_slow: 1s }"));
  EXPECT_TRUE(can("adaptive"));
  EXPECT_TRUE(can("{ type: rate_limiting, traces_per_second: 1 }"));
  EXPECT_FALSE(
      can("{ type: rules, default: always_off, rules: [ { tool: a, sampler: { type: traceidratio, ratio: 0 } } "
          "] }"));
  EXPECT_TRUE(can("{ type: rules, default: always_off, rules: [ { tool: a, sampler: always_on } ] }"));
  EXPECT_TRUE(can("{ type: rules, default: adaptive }"));
  EXPECT_TRUE(has_fixed_ratio(sampler_of("{ type: traceidratio, ratio: 0.1 }")));
  EXPECT_FALSE(has_fixed_ratio(sampler_of("{ type: traceidratio, ratio: 0.1, keep_errors: true }")));
}

TEST(Glob, StandsForAnyText) {
  EXPECT_TRUE(matches_glob("*", ""));
  EXPECT_TRUE(matches_glob("", ""));
  EXPECT_FALSE(matches_glob("", "a"));
  EXPECT_TRUE(matches_glob("a*", "a"));
  EXPECT_TRUE(matches_glob("tools/call *", "tools/call lookup"));
  EXPECT_FALSE(matches_glob("tools/call *", "tools/call"));
  EXPECT_TRUE(matches_glob("*ab*ab", "xababab"));
  EXPECT_FALSE(matches_glob("*ab*ab", "xabx"));
  EXPECT_TRUE(matches_glob("a**b", "ab"));
  EXPECT_FALSE(matches_glob("a?b", "axb"));
  EXPECT_FALSE(matches_glob("abc", "ab"));
  // Without a way back over all stars this would take until the machine is gone.
  EXPECT_FALSE(matches_glob("*a*a*a*a*a*a*a*a*a*a*a*a*b", std::string(2000, 'a')));
}

}  // namespace
}  // namespace tracetax
