// Whole runs of tracetax against a server of somebody else's.
#include "tests/integration/tracetax/program.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/peers_of_all_kinds/peer.h"

namespace tracetax::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string command(const std::string& mode, const std::string& more = "") {
  return std::string("[\"") + TRACETAX_PYTHON + "\", \"" + TRACETAX_SOURCE_DIR +
         "/tests/integration/peers_of_all_kinds/peer.py\", --mode, " + mode + more + "]";
}

std::string on_a_port(const std::string& mode) {
  return "{ name: theirs, command: " + command(mode, ", --port, \"{port}\"") + " }";
}

std::string scenario(const std::string& server, const std::string& call, const std::string& treatment = "") {
  return "version: 1\nname: theirs\n"
         "topology: { servers: [ " +
         server +
         " ] }\n"
         "load:\n  arrivals: { process: constant, rate: 50/s }\n  timeout: 5s\n  calls:\n    - " +
         call +
         "\narms:\n"
         "  one: { role: control }\n  other: { role: treatment" +
         treatment +
         " }\n"
         "plan: { warmup: 100ms, settle: 100ms, window: 500ms, blocks: 2, launches: 1, phases: [blocks] }\n"
         "budgets: [ { metric: latency.p50, max: 5s } ]\n";
}

const std::string good_call = "{ tool: echo, arguments: { text: hello } }";

Ended run(const Workplace& place, const std::string& text) {
  return place.tracetax({"run", place.write("s.yaml", text), "-o", place.folder() / "out", "--progress", "none"});
}

std::string all_files(const std::filesystem::path& folder) {
  std::string all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(in), {});
  }
  return all;
}

std::string warnings_of(const nlohmann::json& result) {
  std::string all;
  for (const auto& warning : result.at("warnings")) all += warning.get<std::string>() + "\n";
  return all;
}

TEST(TheirServer, IsMeasuredUnconfigured) {
  for (const std::string& server : {on_a_port("good"), "{ name: theirs, listen: stdio, command: " +
                                                           command("banner", ", --transport, stdio") + " }"}) {
    const Workplace place;
    const Ended ended = run(place, scenario(server, good_call));
    ASSERT_EQ(ended.code, 0) << ended.err << ended.out;
    const nlohmann::json result = read_json(place.folder() / "out/result.json");
    expect_calls_add_up(result);
    for (const auto& arm : result.at("arms")) EXPECT_EQ(arm.at("calls").at("ok"), arm.at("calls").at("planned"));
    if (server.find("banner") != std::string::npos) {
      EXPECT_THAT(warnings_of(result),
                  HasSubstr("arm one: what was no message of MCP was skipped, such as `Peer 1.0` ("));
    }
  }
}

TEST(TheirServer, CallsThatItDoesNotTakeAreMistakesOfTheScenario) {
  const Workplace place;
  const Ended ended =
      run(place, scenario(on_a_port("good"), "{ tool: echo, arguments: { txt: hello, times: \"3\" } }"));
  EXPECT_EQ(ended.code, 2) << ended.out;
  EXPECT_THAT(ended.err, HasSubstr("s.yaml:8:32: load.calls[0].arguments.text: is missing\n"
                                   "  hint: the tool requires `text`, a string"));
  EXPECT_THAT(ended.err, HasSubstr("s.yaml:8:53: load.calls[0].arguments.times: must be an integer, got `\"3\"`\n"
                                   "  hint: what is quoted in YAML is a string"));
  EXPECT_THAT(ended.err, HasSubstr("load.calls[0].arguments.txt: is not among the tool's arguments\n"
                                   "  hint: did you mean `text`?"));
  EXPECT_FALSE(std::filesystem::exists(place.folder() / "out"));
}

TEST(TheirServer, AToolThatItDoesNotHaveIsAMistakeThatNamesThoseItHas) {
  const Workplace place;
  const Ended ended = run(place, scenario(on_a_port("good"), "{ tool: ecko }"));
  EXPECT_EQ(ended.code, 2) << ended.out;
  EXPECT_THAT(ended.err, HasSubstr("s.yaml:8:15: load.calls[0].tool: the server has no tool `ecko`\n"
                                   "  hint: did you mean `echo`? it has echo, regional"));
}

TEST(TheirServer, FailedCallsAreToldByReason) {
  const Workplace place;
  const Ended ended = run(place, scenario(on_a_port("rate_limited"), good_call));
  const nlohmann::json result = read_json(place.folder() / "out/result.json");
  expect_calls_add_up(result);
  EXPECT_THAT(warnings_of(result), HasSubstr("arm one: calls failed: HTTP 429, rate limited ("));
}

TEST(TheirServer, HeadersHaveTheirSecretsFromTheEnvironmentAndNoFileHasThem) {
  Peer peer("unauthorized");
  const std::string server = "{ name: theirs, url: \"" + peer.url() +
                             "\", headers: { Authorization: \"Bearer ${env:PEER_TOKEN_OF_A_TEST}\" } }";
  {
    const Workplace place;
    const Ended ended = run(place, scenario(server, good_call));
    EXPECT_EQ(ended.code, 2) << ended.out;
    EXPECT_THAT(ended.err,
                HasSubstr("theirs.headers.authorization: the environment has no variable PEER_TOKEN_OF_A_TEST"));
    EXPECT_THAT(ended.err, HasSubstr("s.yaml:3:"));
  }
  ::setenv("PEER_TOKEN_OF_A_TEST", "let-me-in", 1);
  const Workplace place;
  const Ended ended = run(place, scenario(server, good_call));
  ::unsetenv("PEER_TOKEN_OF_A_TEST");
  ASSERT_EQ(ended.code, 0) << ended.err << ended.out;
  const std::string files = all_files(place.folder() / "out");
  EXPECT_THAT(files, HasSubstr("${env:PEER_TOKEN_OF_A_TEST}"));
  EXPECT_THAT(files + ended.out + ended.err, Not(HasSubstr("let-me-in")));
}

TEST(TheirServer, ARedirectIsARunThatIsNotValidAndSaysWhereItLeads) {
  const Workplace place;
  const Ended ended = run(place, scenario(on_a_port("elsewhere"), good_call));
  EXPECT_EQ(ended.code, 4) << ended.out;
  EXPECT_THAT(ended.err, HasSubstr("it sends to https://example.org/other; redirects are not followed"));
}

TEST(TheirServer, ArmsThatSpeakDifferentVersionsAreToldApart) {
  const Workplace place;
  const std::string older = ", commands: { theirs: " + command("good", ", --port, \"{port}\", --era, legacy") + " }";
  const Ended ended = run(place, scenario(on_a_port("good"), good_call, older));
  EXPECT_EQ(ended.code, 0) << ended.err << ended.out;
  EXPECT_THAT(warnings_of(read_json(place.folder() / "out/result.json")),
              HasSubstr("arm one is spoken to by MCP 2026-07-28 and arm other by 2025-06-18"));
}

}  // namespace
}  // namespace tracetax::test
