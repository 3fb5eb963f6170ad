// Files of recorded calls: what is read, what is refused and where, and that writing and reading agree.

#include "harness/scenario/recording.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "harness/scenario/load_scenario.h"
#include "harness/scenario/secret_names.h"

namespace tracetax {
namespace {

using namespace std::chrono_literals;
using Kind = RecordedCall::Kind;
using ::testing::HasSubstr;

std::string refusal(const std::string& text) {
  try {
    parse_recording(text, "calls.jsonl");
  } catch (const ScenarioError& error) {
    return error.what();
  }
  return "accepted";
}

std::vector<std::string> names(const Recording& recording) {
  std::vector<std::string> out;
  for (const RecordedCall& call : recording.calls) out.push_back(call.name);
  return out;
}

TEST(Recording, HasWhatItsLinesSay) {
  const Recording recording = parse_recording(
      R"({"at_us": 12345, "session": 2, "tool": "lookup", "arguments": {"q": "x", "a": [1, 2.5]}, "outcome": "ok", "duration_us": 2104})"
      "\n"
      R"({"at_us": 12346.5, "resource": "file:///a"})"
      "\n"
      R"({"at_us": 20000, "prompt": "greet", "arguments": {"who": "Ä"}})"
      "\n",
      "calls.jsonl");
  ASSERT_EQ(recording.calls.size(), 3u);
  const RecordedCall& tool = recording.calls[0];
  EXPECT_EQ(tool.kind, Kind::tool);
  EXPECT_EQ(tool.name, "lookup");
  EXPECT_EQ(tool.arguments_json, R"({"q":"x","a":[1,2.5]})");  // in its order
  EXPECT_EQ(tool.at, Nanos(12345us));
  EXPECT_EQ(tool.session, 2u);
  EXPECT_EQ(tool.line, 1);
  EXPECT_EQ(tool.outcome, "");
  EXPECT_EQ(recording.calls[1].kind, Kind::resource);
  EXPECT_EQ(recording.calls[1].name, "file:///a");
  EXPECT_EQ(recording.calls[1].arguments_json, "{}");
  EXPECT_EQ(recording.calls[1].at, 12'346'500ns);
  EXPECT_EQ(recording.calls[2].kind, Kind::prompt);
  EXPECT_EQ(recording.calls[2].arguments_json, R"({"who":"Ä"})");
  EXPECT_TRUE(recording.timed);
  EXPECT_EQ(recording.sessions, 3u);
}

TEST(Recording, IsPutInTheOrderOfTimeAndOfTheFileWithinOneTime) {
  const std::string a = R"({"at_us": 5, "tool": "a"})", b = R"({"at_us": 5, "tool": "b"})";
  const std::string c = R"({"at_us": 1, "tool": "c"})", d = R"({"tool": "d"})";
  EXPECT_THAT(names(parse_recording(a + "\n" + b + "\n" + c, "f")), testing::ElementsAre("c", "a", "b"));
  const Recording untimed = parse_recording(a + "\n" + d + "\n" + c, "f");
  EXPECT_THAT(names(untimed), testing::ElementsAre("a", "d", "c"));
  EXPECT_FALSE(untimed.timed);
}

TEST(Recording, SkipsEmptyLinesAndKeepsCountOfThem) {
  const Recording recording = parse_recording("\n  \r\n{\"tool\": \"a\"}\r\n\n", "f");
  ASSERT_EQ(recording.calls.size(), 1u);
  EXPECT_EQ(recording.calls[0].line, 3);
}

TEST(Recording, NamesEveryMistakeWithItsLine) {
  EXPECT_EQ(refusal(R"({"at_us": -1, "tool": "a"})"
                    "\n"
                    R"({"tool": "b"})"
                    "\n"
                    R"({"tol": "c", "session": 10000})"
                    "\n"),
            "calls.jsonl:1:1: at_us: must be microseconds since the recording began, from 0 to a year, got `-1`\n"
            "calls.jsonl:3:1: tol: unknown key\n"
            "  hint: did you mean `tool`?\n"
            "calls.jsonl:3:1: has no `tool`, `resource` or `prompt`\n"
            "  hint: e.g. \"tool\": \"echo\"\n"
            "calls.jsonl:3:1: session: must be a whole number from 0 to 9999, got `10000`");
  EXPECT_EQ(refusal("{\"tool\": \"ä\" 5}\n"),
            "calls.jsonl:1:14: is not JSON\n"
            "  hint: a line is one object, written by tracetax record or json.dumps");
}

TEST(Recording, RefusesWhatCannotBeACall) {
  EXPECT_THAT(refusal(R"({"tool": "a", "prompt": "b"})"), HasSubstr("prompt: stands beside another name"));
  EXPECT_THAT(refusal(R"({"tool": ""})"), HasSubstr("tool: must be a text, got `\"\"`"));
  EXPECT_THAT(refusal(R"({"tool": 5})"), HasSubstr("tool: must be a text, got `5`"));
  EXPECT_THAT(refusal(R"({"tool": "a", "arguments": [1]})"), HasSubstr("arguments: must be an object, got `[1]`"));
  EXPECT_THAT(refusal(R"({"resource": "a:b", "arguments": {"x": 1}})"), HasSubstr("has no meaning for a resource"));
  EXPECT_THAT(refusal(R"({"tool": "a", "at_us": "5"})"), HasSubstr("at_us: must be microseconds"));
  EXPECT_THAT(refusal(R"({"tool": "a", "at_us": 1e30})"), HasSubstr("at_us: must be microseconds"));
  EXPECT_THAT(refusal(R"({"tool": "a", "at_us": 18446744073709551615})"), HasSubstr("at_us: must be microseconds"));
  EXPECT_THAT(refusal(R"({"tool": "a", "at_us": 1e999})"), HasSubstr("has a number that is too large"));
  EXPECT_THAT(refusal(R"({"tool": "a", "session": -1})"), HasSubstr("session: must be a whole number"));
  EXPECT_THAT(refusal(R"({"tool": "a", "tool": "b"})"), HasSubstr("tool: is there twice"));
  EXPECT_THAT(refusal(R"(["tool"])"), HasSubstr("must be an object, got `[\"tool\"]`"));
  EXPECT_THAT(refusal("\n\n"), HasSubstr("calls.jsonl: has no calls"));
  EXPECT_THAT(refusal(""), HasSubstr("calls.jsonl: has no calls"));
  EXPECT_THAT(refusal("{\"tool\": \"\xff\"}\n"), HasSubstr("is not JSON"));
}

TEST(Recording, SaysWhichLineWasCutOff) {
  EXPECT_EQ(refusal("{\"tool\": \"a\"}\n{\"tool\": \"b"),
            "calls.jsonl:2:12: is cut off in the middle: its recorder ended while it wrote\n"
            "  hint: remove the line");
  EXPECT_EQ(refusal("{\"tool\": \"a\"}\n{\"tool\": \"b\"}"), "accepted");
}

TEST(Recording, HasLimits) {
  std::string deep = R"({"tool": "a", "arguments": {"x": )" + std::string(100, '[') + std::string(100, ']') + "}}\n";
  EXPECT_THAT(refusal(deep), HasSubstr("is nested deeper than 64 levels"));
  const std::string long_line =
      R"({"tool": "a", "arguments": {"x": ")" + std::string(longest_recorded_line, 'x') + "\"}}\n";
  EXPECT_THAT(refusal(long_line + "{}\n"), HasSubstr("calls.jsonl:1:1: is longer than 4 MiB"));
  std::string many;
  for (std::size_t i = 0; i < most_recorded_calls; ++i) many += "{\"tool\":\"a\"}\n";
  EXPECT_EQ(parse_recording(many, "f").calls.size(), most_recorded_calls);
  EXPECT_THAT(refusal(many + "{\"tool\":\"a\"}\n"), HasSubstr("calls.jsonl:100001:1: has more than 100000 calls"));
}

TEST(Recording, IsReadNoFurtherAfterTwentyMistakes) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "5\n";
  const std::string all = refusal(text);
  EXPECT_THAT(all, HasSubstr("calls.jsonl:20:1: is read no further"));
  EXPECT_THAT(all, Not(HasSubstr("calls.jsonl:21:")));
}

TEST(Recording, ComesBackAsItWasWritten) {
  const std::vector<RecordedCall> calls{
      {.name = "look\"up\n",
       .arguments_json = R"({"b":12345678901234567890123,"a":"ü"})",
       .at = 1us,
       .session = 3,
       .outcome = "ok",
       .duration = 2104us},
      {.kind = Kind::resource, .name = "file:///ä", .at = 2us},
      {.kind = Kind::prompt, .name = "greet", .arguments_json = R"({"who":"you"})", .at = 3us, .outcome = "no answer"}};
  std::string text;
  for (const RecordedCall& call : calls) text += recording_line(call);
  EXPECT_EQ(
      text,
      R"({"at_us":1,"session":3,"tool":"look\"up\n","arguments":{"b":12345678901234567890123,"a":"ü"},"outcome":"ok","duration_us":2104})"
      "\n"
      R"({"at_us":2,"session":0,"resource":"file:///ä"})"
      "\n"
      R"({"at_us":3,"session":0,"prompt":"greet","arguments":{"who":"you"},"outcome":"no answer"})"
      "\n");
  const Recording recording = parse_recording(text, "f");
  ASSERT_EQ(recording.calls.size(), calls.size());
  for (std::size_t i = 0; i < calls.size(); ++i) {
    EXPECT_EQ(recording.calls[i].kind, calls[i].kind);
    EXPECT_EQ(recording.calls[i].name, calls[i].name);
    EXPECT_EQ(recording.calls[i].at, calls[i].at);
    EXPECT_EQ(recording.calls[i].session, calls[i].session);
  }
}

TEST(Recording, OfAFile) {
  const auto file = std::filesystem::temp_directory_path() / ("recording-" + std::to_string(::getpid()) + ".jsonl");
  std::ofstream(file) << "{\"tool\": \"a\"}\n{\"tool\": \"b\", ";
  try {
    read_recording(file);
    ADD_FAILURE() << "a cut line was accepted";
  } catch (const ScenarioError& error) {
    EXPECT_EQ(std::string(error.what()), file.string() +
                                             ":2:15: is cut off in the middle: its recorder ended while it wrote\n"
                                             "  hint: remove the line");
  }
  std::ofstream(file) << "{\"tool\": \"a\"}\n{\"tool\": \"b\"}";
  EXPECT_EQ(read_recording(file).calls.size(), 2u);
  std::filesystem::remove(file);
  EXPECT_THROW(read_recording(file), ScenarioError);
  EXPECT_THROW(read_recording(file.parent_path()), ScenarioError);
}

TEST(SecretNames, AreKnownInAnyCase) {
  for (const char* const name : {"authorization", "X-Api-Key", "apiKey", "PASSWORD", "session_id", "access_token"})
    EXPECT_TRUE(is_secret_name(name)) << name;
  for (const char* const name : {"query", "text", "", "path"}) EXPECT_FALSE(is_secret_name(name)) << name;
}

}  // namespace
}  // namespace tracetax
