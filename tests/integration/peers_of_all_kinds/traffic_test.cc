// Calls of resources and prompts, templates and recordings, against a server that is not ours.
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/scenario/call_names.h"
#include "tests/integration/peers_of_all_kinds/peer.h"
#include "tests/integration/tracetax/program.h"

namespace tracetax::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Load load_of(std::vector<CallSpec> calls) {
  Load load = echo_load();
  load.calls = std::move(calls);
  return load;
}

// By the name of the call.
std::map<std::string, OutcomeCounts> by_name(const Load& load, const Seen& seen) {
  const std::vector<std::string> names = call_names(load);
  std::map<std::string, std::vector<Sample>> samples;
  for (const Sample& sample : seen.window.samples) samples[names.at(sample.tool)].push_back(sample);
  std::map<std::string, OutcomeCounts> counts;
  for (const auto& [name, of_name] : samples) counts[name] = count_outcomes(of_name);
  return counts;
}

const std::vector<CallSpec> every_kind{
    {.tool = "echo", .arguments_json = R"({"text":"${hex:8}","times":"${int:1..9}"})"},
    {.arguments_json = "{}", .resource = "file:///ä ö"},
    {.arguments_json = R"({"who":"${counter}"})", .prompt = "greet"},
    {.arguments_json = "{}", .resource = "file:///gone"},
    {.arguments_json = "{}", .resource = "file:///odd"},
};

TEST(Traffic, ResourcesAndPromptsAreAskedForOverEveryTransportAndInBothEras) {
  for (const char* era : {"modern", "legacy"}) {
    for (const char* transport : {"http", "ws", "stdio"}) {
      // Sessions and headers are of http alone.
      if (std::string(era) == "legacy" && std::string(transport) != "http") continue;
      const Load load = load_of(every_kind);
      std::optional<Peer> peer;
      std::optional<StdioPeer> child;
      if (std::string(transport) == "stdio") {
        child.emplace("good", era);
      } else {
        peer.emplace("good", transport, era);
      }
      const Seen seen = call(load, {peer ? peer->target() : child->target()});
      expect_accounts_add_up(seen);
      for (const auto& [name, counts] : by_name(load, seen)) {
        const bool fails = name == "resource file:///gone" || name == "resource file:///odd";
        EXPECT_EQ(fails ? counts.protocol_error : counts.ok, counts.planned) << era << transport << name;
      }
      EXPECT_THAT(seen.reasons(), HasSubstr("error -32002: resource not found")) << era << transport;
      EXPECT_THAT(seen.reasons(), HasSubstr("a result that is none of resources/read")) << era << transport;
    }
  }
}

TEST(Traffic, WhatTheServerHasIsListed) {
  Peer peer("good");
  LoadThreads threads(1);
  Generator generator(load_of(every_kind), {peer.target()}, threads, {});
  generator.open();
  const auto prompts = generator.list_prompts();
  ASSERT_EQ(prompts.size(), 1u);
  EXPECT_EQ(prompts[0].name, "greet");
  ASSERT_EQ(prompts[0].arguments.size(), 2u);
  EXPECT_TRUE(prompts[0].arguments[0].required);
  EXPECT_FALSE(prompts[0].arguments[1].required);
  const mcp::ResourceList resources = generator.list_resources();
  EXPECT_EQ(resources.uris, std::vector<std::string>{"file:///a"});
  EXPECT_TRUE(mcp::may_have(resources, "table:///people/rows"));
  EXPECT_FALSE(mcp::may_have(resources, "file:///b"));
}

// Per call: the headers that repeat arguments are those of the arguments drawn for it.
TEST(Traffic, DrawnArgumentsAreRepeatedInHeaders) {
  Peer peer("mirrors", "http", "modern");
  const Load load = load_of(
      {{.tool = "regional", .arguments_json = R"({"region":"${choice:eu,us}","options":{"limit":"${int:1..99}"}})"}});
  LoadThreads threads(1);
  Generator generator(load, {peer.target()}, threads, {});
  generator.open();
  const std::atomic<bool> stop{false};
  using std::chrono_literals::operator""ms;
  const auto without = count_outcomes(generator.run(100ms, 1, stop).samples);
  EXPECT_EQ(without.protocol_error, without.planned);
  generator.mirror({{"regional", generator.list_tools().at(1).input_schema}});
  const auto with = count_outcomes(generator.run(100ms, 1, stop).samples);
  EXPECT_EQ(with.ok, with.planned);
}

std::string scenario(const std::string& calls, const std::string& mode = "good") {
  return std::string("version: 1\nname: theirs\ntopology: { servers: [ { name: theirs, command: [\"") +
         TRACETAX_PYTHON + "\", \"" + TRACETAX_SOURCE_DIR +
         "/tests/integration/peers_of_all_kinds/peer.py\", --mode, " + mode +
         ", --port, \"{port}\"] } ] }\n"
         "load:\n  arrivals: { process: constant, rate: 50/s }\n  calls:\n" +
         calls +
         "arms:\n  one: { role: control }\n  other: { role: treatment }\n"
         "plan: { warmup: 100ms, settle: 100ms, window: 300ms, blocks: 2, launches: 1, phases: [blocks] }\n"
         "budgets: [ { metric: latency.p50, max: 5s } ]\n";
}

Ended run(const Workplace& place, const std::string& text) {
  return place.tracetax({"run", place.write("s.yaml", text), "-o", place.folder() / "out", "--progress", "none"});
}

TEST(Traffic, CallsThatTheServerDoesNotKnowAreMistakesWithTheirPlaces) {
  const Workplace place;
  place.write("calls.jsonl", "{\"tool\": \"echo\", \"arguments\": {\"text\": \"x\"}}\n{\"prompt\": \"grett\"}\n");
  const Ended ended = run(place, scenario("    - { prompt: grete, arguments: { who: x } }\n"
                                          "    - { prompt: greet, arguments: { tone: dry } }\n"
                                          "    - { tool: echo, arguments: { text: x, times: \"${int:5..12}\" } }\n"
                                          "    - { recording: calls.jsonl }\n"));
  EXPECT_EQ(ended.code, 2) << ended.out << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("s.yaml:7:17: load.calls[0].prompt: the server has no prompt `grete`\n"
                                   "  hint: did you mean `greet`? it has greet"));
  EXPECT_THAT(ended.err, HasSubstr("s.yaml:8:35: load.calls[1].arguments.who: is missing\n"
                                   "  hint: the prompt requires `who`"));
  EXPECT_THAT(ended.err, HasSubstr("s.yaml:9:50: load.calls[2].arguments.times: "));
  EXPECT_THAT(ended.err, HasSubstr("s.yaml:10:20: load.calls[3].recording: line 2 of calls.jsonl asks for the prompt "
                                   "`grett`, which the server does not have"));
  EXPECT_FALSE(std::filesystem::exists(place.folder() / "out"));
}

TEST(Traffic, AResourceThatNoListShowsIsAWarningAndResultsNameTheCalls) {
  const Workplace place;
  const Ended ended = run(place, scenario("    - { resource: \"table:///x/rows\" }\n    - { resource: file:///b }\n"));
  ASSERT_EQ(ended.code, 0) << ended.out << ended.err;
  const nlohmann::json result = read_json(place.folder() / "out/result.json");
  expect_calls_add_up(result);
  for (const auto& arm : result.at("arms")) EXPECT_EQ(arm.at("calls").at("ok"), arm.at("calls").at("planned"));
  const std::string warnings = result.at("warnings").dump();
  EXPECT_THAT(warnings, HasSubstr("the server lists no resource `file:///b`, and no template that makes it"));
  EXPECT_THAT(warnings, Not(HasSubstr("table:///x/rows")));
}

}  // namespace
}  // namespace tracetax::test
