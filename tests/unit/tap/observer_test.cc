// What a conversation becomes in a recording; times are made up.

#include "harness/tap/observer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tracetax::tap {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

constexpr Nanos began{1'000'000};

std::string call(const std::string& id, const std::string& tool = "t") {
  return R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":"tools/call","params":{"name":")" + tool +
         R"(","arguments":{"a":1},"_meta":{"secret":"s"}}})" + "\n";
}
std::string answer(const std::string& id) {
  return R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":{"content":[]}})" + "\n";
}

std::vector<std::string> lines(Observer& observer) {
  std::vector<std::string> out;
  for (const RecordedCall& one : observer.take()) out.push_back(recording_line(one));
  return out;
}

TEST(Observer, HasACallWhenItsAnswerComes) {
  Observer observer(began, Redaction());
  observer.from_client(call("1"), began + 500us);
  EXPECT_THAT(lines(observer), ElementsAre());
  observer.from_server(answer("1"), began + 2500us);
  EXPECT_THAT(
      lines(observer),
      ElementsAre(R"({"at_us":500,"session":0,"tool":"t","arguments":{"a":1},"outcome":"ok","duration_us":2000})"
                  "\n"));
  observer.from_server(answer("1"), began + 3ms);  // of nobody
  observer.end();
  EXPECT_THAT(lines(observer), ElementsAre());
}

TEST(Observer, CountsACallFromWhenItsLineWasWhole) {
  Observer observer(began, Redaction());
  const std::string line = call("1");
  observer.from_client(line.substr(0, 20), began + 1ms);
  observer.from_client(line.substr(20, line.size() - 21), began + 2ms);
  observer.from_client("\n" + call("2").substr(0, 10), began + 5ms);
  const std::string end = answer("1");
  observer.from_server(end.substr(0, end.size() - 1), began + 6ms);
  observer.from_server("\n", began + 7ms);
  EXPECT_THAT(
      lines(observer),
      ElementsAre(R"({"at_us":5000,"session":0,"tool":"t","arguments":{"a":1},"outcome":"ok","duration_us":2000})"
                  "\n"));
}

TEST(Observer, PutsAnswersToTheirCallsInAnyOrder) {
  Observer observer(began, Redaction());
  observer.from_client(call("1", "first") + call("\"1\"", "second") + call("2", "third"), began);
  observer.from_server(answer("\"1\""), began + 1ms);
  observer.from_server(R"({"id":1,"error":{"code":-32602,"message":"no"}})"
                       "\n",
                       began + 2ms);
  observer.end();
  EXPECT_THAT(
      lines(observer),
      ElementsAre(
          R"({"at_us":0,"session":0,"tool":"second","arguments":{"a":1},"outcome":"ok","duration_us":1000})"
          "\n",
          R"({"at_us":0,"session":0,"tool":"first","arguments":{"a":1},"outcome":"protocol_error","duration_us":2000})"
          "\n",
          R"({"at_us":0,"session":0,"tool":"third","arguments":{"a":1},"outcome":"no answer"})"
          "\n"));
}

TEST(Observer, TakesServersRequestsForNoAnswers) {
  Observer observer(began, Redaction());
  observer.from_client(call("1"), began);
  observer.from_server(R"({"jsonrpc":"2.0","id":1,"method":"sampling/createMessage","params":{}})"
                       "\n",
                       began + 1ms);
  // The client's answer to it is none to its own call.
  observer.from_client(answer("1"), began + 2ms);
  EXPECT_THAT(lines(observer), ElementsAre());
  observer.from_server(answer("1"), began + 3ms);
  EXPECT_EQ(lines(observer).size(), 1u);
}

TEST(Observer, HasCallsThatWereCancelledOrWhoseIdWasUsedAgain) {
  Observer observer(began, Redaction());
  observer.from_client(call("1", "cancelled"), began);
  observer.from_client(R"({"method":"notifications/cancelled","params":{"requestId":1}})"
                       "\n",
                       began + 1ms);
  observer.from_client(call("2", "forgotten") + call("2", "kept"), began + 1ms);
  observer.from_server(answer("2"), began + 2ms);
  const auto calls = observer.take();
  ASSERT_EQ(calls.size(), 3u);
  EXPECT_EQ(calls[0].outcome, "cancelled");
  EXPECT_EQ(calls[0].duration, 1ms);
  EXPECT_EQ(calls[1].name, "forgotten");
  EXPECT_EQ(calls[1].outcome, "no answer");
  EXPECT_EQ(calls[2].name, "kept");
  EXPECT_EQ(calls[2].outcome, "ok");
}

TEST(Observer, PassesOverRubbishAndCountsLinesThatAreTooLong) {
  Observer observer(began, Redaction());
  observer.from_client(std::string("\0\xff rubbish\n\n", 13), began);
  observer.from_client(std::string(longest_recorded_line, 'x') + "\n" + call("1"), began);
  observer.from_server("Server ready\n" + answer("1"), began + 1ms);
  EXPECT_EQ(observer.take().size(), 1u);
  EXPECT_EQ(observer.left_out(), 1u);
}

TEST(Observer, GivesUpOnTheOldestOfVeryManyWithoutAnswer) {
  Observer observer(began, Redaction());
  for (std::size_t i = 0; i <= Observer::most_waiting; ++i) observer.from_client(call(std::to_string(i)), began);
  EXPECT_EQ(observer.take().size(), 1u);
  observer.end();
  EXPECT_EQ(observer.take().size(), Observer::most_waiting);
}

TEST(Observer, RedactsBeforeItKeeps) {
  Observer observer(began, Redaction({"a"}));
  observer.from_client(call("1"), began);
  observer.from_client(R"({"id":2,"method":"resources/read","params":{"uri":"x://h?key=s3"}})"
                       "\n",
                       began);
  observer.end();
  const auto calls = observer.take();
  EXPECT_EQ(calls[0].arguments_json, R"({"a":"[redacted]"})");
  EXPECT_EQ(calls[1].name, "x://h?key=[redacted]");
}

}  // namespace
}  // namespace tracetax::tap
