// Calls that come from files: what they become, and what is said of mistakes.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/scenario/call_names.h"
#include "harness/scenario/fingerprint.h"
#include "harness/scenario/load_scenario.h"

namespace tracetax {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Traffic : public testing::Test {
 protected:
  Traffic() : folder_(fs::path(testing::TempDir()) / ("traffic." + std::to_string(::getpid()))) {
    fs::create_directories(folder_);
  }
  ~Traffic() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  // The load's lines begin at line 6.
  std::string scenario(const std::string& load,
                       const std::string& plan = "{ window: 1s, blocks: 2, phases: [blocks] }") const {
    return "version: 1\nname: t\ntopology: { servers: [ { name: s } ] }\ntools: { lookup: {} }\nload:\n" + load +
           "arms: { a: { role: control }, b: {} }\nplan: " + plan + "\n";
  }
  LoadedScenario read(const std::string& load) const {
    write("s.yaml", scenario(load));
    return load_scenario(folder_ / "s.yaml");
  }
  std::string refusal(const std::string& text) const {
    write("s.yaml", text);
    try {
      load_scenario(folder_ / "s.yaml");
    } catch (const ScenarioError& error) {
      return error.what();
    }
    return "accepted";
  }

  fs::path folder_;
};

std::string call_at(int ms, const std::string& tool, int session = 0) {
  return "{\"at_us\": " + std::to_string(ms * 1000) + ", \"session\": " + std::to_string(session) + ", \"tool\": \"" +
         tool + "\", \"arguments\": {\"text\": \"${int:1..2}\"}}\n";
}

TEST_F(Traffic, AReplayHasTheRecordingsCallsSessionsAndRate) {
  write("rec/calls.jsonl", call_at(500, "lookup", 900) + call_at(1500, "echo", 7) + call_at(2500, "lookup", 900));
  const LoadedScenario loaded =
      read("  arrivals: { process: replay, file: rec/calls.jsonl, speed: 2, loop: true }\n  workers: 2\n");
  const Load& load = loaded.scenario.load;
  EXPECT_EQ(load.sessions, 2u) << "as many as have calls";
  EXPECT_DOUBLE_EQ(std::get<OpenArrivals>(load.arrivals).rate_per_s, 2);
  ASSERT_EQ(load.calls.size(), 1u);
  ASSERT_EQ(load.calls[0].recorded->calls.size(), 3u);
  EXPECT_EQ(load.calls[0].recorded->calls[0].session, 0u);
  EXPECT_EQ(load.calls[0].recorded->calls[1].session, 1u);
  EXPECT_EQ(call_names(load), (std::vector<std::string>{"lookup", "echo"}));
}

TEST_F(Traffic, WhatIsKeptOfARunLoadsToTheSameFromItsFolderAlone) {
  write("calls.jsonl", call_at(0, "lookup") + call_at(100, "echo"));
  write("words.txt", "one\r\n\ntwo\n");
  const LoadedScenario loaded = read(
      "  arrivals: { process: poisson, rate: 10/s }\n  calls:\n    - { recording: calls.jsonl, order: random }\n"
      "    - { tool: echo, arguments: { text: \"${line:words.txt} $${line:words.txt}\" } }\n");
  ASSERT_EQ(loaded.files.size(), 2u);
  const fs::path kept = folder_ / "kept";
  for (const TrafficFile& file : loaded.files) {
    fs::create_directories((kept / file.name).parent_path());
    fs::copy_file(file.from, kept / file.name);
  }
  fs::remove(folder_ / "calls.jsonl");
  fs::remove(folder_ / "words.txt");
  const LoadedScenario again = load_scenario_text(loaded.resolved, (kept / "scenario.resolved.yaml").string());
  const CallSpec& recorded = again.scenario.load.calls.at(0);
  EXPECT_EQ(recorded.recorded->calls.size(), 2u);
  EXPECT_TRUE(recorded.random_order);
  const CallSpec& drawn = again.scenario.load.calls.at(1);
  ASSERT_EQ(drawn.lines.size(), 1u);
  EXPECT_EQ(*drawn.lines.begin()->second, (std::vector<std::string>{"one", "two"}));
  EXPECT_THAT(drawn.arguments_json, HasSubstr("$${line:words.txt}")) << "what is no template stays as it is";
  EXPECT_EQ(again.resolved, loaded.resolved);
}

TEST_F(Traffic, AnotherRecordingIsAnotherScenario) {
  const std::string load = "  arrivals: { process: poisson, rate: 10/s }\n  calls: [ { recording: calls.jsonl } ]\n";
  write("calls.jsonl", call_at(0, "lookup"));
  const std::string before = fingerprint_of(read(load).resolved);
  EXPECT_EQ(fingerprint_of(read(load).resolved), before);
  write("calls.jsonl", call_at(1, "lookup"));
  EXPECT_NE(fingerprint_of(read(load).resolved), before);
}

TEST_F(Traffic, MistakesInFilesHaveTheirPlaces) {
  write("bad.jsonl", call_at(0, "lookup") + "{\"tool\": 5}\n");
  const std::string wrong = refusal(
      scenario("  arrivals: { process: poisson, rate: 10/s }\n  calls:\n    - { recording: bad.jsonl }\n"
               "    - { recording: none.jsonl }\n    - { tool: echo, arguments: { a: [ \"${line:empty.txt}\" ] } }\n"));
  EXPECT_THAT(wrong, HasSubstr("bad.jsonl:2:1: tool: must be a text, got `5`"));
  EXPECT_THAT(wrong,
              HasSubstr("s.yaml:9:20: load.calls.1.recording: " + (folder_ / "none.jsonl").string() +
                        " cannot be read: No such file or directory\n  hint: the path is relative to the folder of"));
  EXPECT_THAT(wrong, HasSubstr("s.yaml:10:39: load.calls.2.arguments.a.0: " + (folder_ / "empty.txt").string() +
                               " cannot be read"));
  write("empty.txt", "\n\r\n");
  write("latin.txt", "good\nb\xe4se\n");
  EXPECT_THAT(refusal(scenario("  arrivals: { process: poisson, rate: 10/s }\n  calls: [ { tool: echo, arguments: { a: "
                               "\"${line:empty.txt}\", "
                               "b: \"${line:latin.txt}\" } } ]\n")),
              testing::AllOf(HasSubstr("has no lines to draw from"),
                             HasSubstr("line 2 of " + (folder_ / "latin.txt").string() + " is no UTF-8")));
}

TEST_F(Traffic, ACallIsOneThingAndHasWhatBelongsToIt) {
  write("calls.jsonl", call_at(0, "lookup"));
  const auto of = [&](const std::string& call) {
    return refusal(scenario("  arrivals: { process: poisson, rate: 10/s }\n  calls:\n    - " + call + "\n"));
  };
  EXPECT_EQ(of("{ tool: echo }"), "accepted");
  EXPECT_EQ(of("{ resource: \"file:///a\" }"), "accepted");
  EXPECT_EQ(of("{ prompt: greet, arguments: { who: \"${int:1..2}\" } }"), "accepted");
  EXPECT_THAT(of("{ weight: 2 }"),
              HasSubstr("s.yaml:8:7: load.calls.0.tool: is missing\n  hint: a call has a `tool`, "));
  EXPECT_THAT(of("{ tool: echo, prompt: greet }"),
              HasSubstr("load.calls.0.prompt: stands beside `tool`: a call is one of them"));
  EXPECT_THAT(of("{ resource: \"file:///a\", arguments: {} }"), HasSubstr("has no meaning for a `resource`"));
  EXPECT_THAT(of("{ recording: calls.jsonl, arguments: {} }"), HasSubstr("has no meaning for a `recording`"));
  EXPECT_THAT(of("{ tool: echo, order: random }"), HasSubstr("load.calls.0.order: has a meaning for `recording` only"));
  EXPECT_THAT(of("{ prompt: greet, arguments: { n: 5 } }"),
              HasSubstr("load.calls.0.arguments.n: must be a text, got `5`"));
  EXPECT_THAT(of("{ tool: echo, arguments: { a: { b: \"${int:9..1}\" } } }"),
              HasSubstr("s.yaml:8:42: load.calls.0.arguments.a.b: `${int:9..1}` has no values"));
  EXPECT_THAT(of("{ recording: calls.jsonl, order: sorted }"), HasSubstr("unknown word `sorted`"));
}

TEST_F(Traffic, AReplayThatCannotFillTheWindowsIsAMistake) {
  write("calls.jsonl", call_at(0, "lookup") + call_at(100, "lookup") + call_at(3000, "lookup"));
  const auto of = [&](const std::string& more, const std::string& plan) {
    return refusal(scenario("  arrivals: { process: replay, file: calls.jsonl" + more + " }\n", plan));
  };
  EXPECT_EQ(of("", "{ window: 4s, blocks: 2, phases: [blocks] }"), "accepted");
  EXPECT_THAT(of("", "{ window: 5s, blocks: 2, phases: [blocks] }"),
              HasSubstr("s.yaml:6:38: load.arrivals.file: is over after 4.50 s, and a window of 5s goes on\n  hint: "
                        "write `loop: true`"));
  EXPECT_EQ(of(", loop: true", "{ window: 5s, blocks: 2, phases: [blocks] }"), "accepted");
  EXPECT_THAT(of("", "{ window: 1s, blocks: 3, phases: [blocks] }"),
              HasSubstr("has 0 calls in the window of block 2; at least 1 must be there"));
  EXPECT_THAT(of("", "{ window: 2s, blocks: 2, pairs_window: 90ms }"),
              HasSubstr("load.arrivals.file: has 1 call in the window of block 1; at least 2 must be there"));
  write("calls.jsonl", "{\"tool\": \"lookup\"}\n{\"tool\": \"lookup\"}\n");
  EXPECT_THAT(of("", "{ window: 1s, blocks: 2 }"),
              HasSubstr("cannot be replayed: not all of its calls have an `at_us`"));
}

TEST_F(Traffic, AReplayLeavesCallsAndSessionsToTheRecordingAndMocksNeedItsTools) {
  write("calls.jsonl", call_at(0, "lookup", 1) + call_at(900, "look", 0) + call_at(950, "look", 0));
  const std::string wrong = refusal(scenario(
      "  arrivals: { process: replay, file: calls.jsonl, loop: true }\n  sessions: 2\n  calls: [ { tool: echo } ]\n"));
  EXPECT_THAT(wrong, HasSubstr("load.calls: has no meaning with `process: replay`"));
  EXPECT_THAT(wrong, HasSubstr("load.sessions: has no meaning with `process: replay`"));
  EXPECT_THAT(refusal(scenario("  arrivals: { process: replay, file: calls.jsonl, loop: true }\n  workers: 3\n")),
              HasSubstr("load.workers: must be at most the 2 sessions of the recording, got `3`"));
  EXPECT_THAT(refusal(scenario("  arrivals: { process: replay, file: calls.jsonl, loop: true }\n")),
              HasSubstr("load.arrivals.file: line 2 of calls.jsonl calls `look`, and there is no such tool\n"
                        "  hint: did you mean `lookup`?"));
  EXPECT_THAT(refusal(scenario("  arrivals: { process: poisson, rate: 5/s }\n")), HasSubstr("load.calls: is missing"));
}

TEST_F(Traffic, MoreNamesThanSamplesCanTellApartAreRefused) {
  std::string calls;
  for (int i = 0; i < 256; ++i) calls += "{\"resource\": \"file:///" + std::to_string(i) + "\"}\n";
  write("calls.jsonl", calls);
  EXPECT_THAT(
      refusal(scenario("  arrivals: { process: poisson, rate: 5/s }\n  calls: [ { recording: calls.jsonl } ]\n")),
      HasSubstr("load.calls: comes to 256 different tools, resources and prompts; at most 255 are told apart"));
}

}  // namespace
}  // namespace tracetax
