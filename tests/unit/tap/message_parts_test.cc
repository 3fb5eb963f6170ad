#include "harness/tap/message_parts.h"

#include <gtest/gtest.h>

namespace tracetax::tap {
namespace {

using Kind = RecordedCall::Kind;

MessageParts one(std::string_view line) {
  const auto all = read_line(line);
  EXPECT_EQ(all.size(), 1u) << line;
  return all.empty() ? MessageParts{} : all.front();
}

TEST(MessageParts, OfCalls) {
  const MessageParts tool = one(
      R"({"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"_meta":{"x":1},"name":"a\"b","arguments":{"k": [1]}}})");
  EXPECT_EQ(tool.kind, Kind::tool);
  EXPECT_EQ(tool.id, "7");
  EXPECT_EQ(tool.name, "a\"b");
  EXPECT_EQ(tool.arguments, R"({"k": [1]})");
  const MessageParts resource =
      one(R"({"method":"resources/read","params":{"uri":"file:///a","name":"n"},"id":"7","jsonrpc":"2.0"})");
  EXPECT_EQ(resource.kind, Kind::resource);
  EXPECT_EQ(resource.id, "\"7\"");  // another id than 7
  EXPECT_EQ(resource.name, "file:///a");
  EXPECT_EQ(one(R"({"id":1,"method":"prompts/get","params":{"name":"p"}})").kind, Kind::prompt);
  EXPECT_EQ(one(R"({"id":1,"method":"prompts/get","params":{"name":"p"}})").arguments, "");
}

TEST(MessageParts, OfWhatIsNoCall) {
  EXPECT_FALSE(one(R"({"id":1,"method":"tools/list"})").kind);
  EXPECT_FALSE(one(R"({"method":"tools/call","params":{"name":"x"}})").kind) << "a notification has no answer";
  EXPECT_FALSE(one(R"({"id":null,"method":"tools/call","params":{"name":"x"}})").kind);
  EXPECT_FALSE(one(R"({"id":1,"method":"tools/call","params":{"name":5}})").kind);
  EXPECT_FALSE(one(R"({"id":1,"method":"tools/call"})").kind);
  EXPECT_EQ(one(R"({"method":"notifications/cancelled","params":{"requestId":"x"}})").cancelled, "\"x\"");
  for (const char* const rubbish : {"", "5", "hello", "{", "{\"a\":\"\xff\"}", "[1,2", "\"{}\"", "null"})
    EXPECT_TRUE(read_line(rubbish).empty()) << rubbish;
  EXPECT_TRUE(read_line("{\"a\":" + std::string(100, '[') + std::string(100, ']') + "}").empty());
}

TEST(MessageParts, OfAnswers) {
  EXPECT_EQ(one(R"({"id":1,"result":{"content":[{"isError":true}]}})").outcome, "ok");
  EXPECT_EQ(one(R"({"id":1,"result":{"content":[],"isError":true}})").outcome, "tool_error");
  EXPECT_EQ(one(R"({"id":1,"result":{"isError":false,"resultType":"complete"}})").outcome, "ok");
  EXPECT_EQ(one(R"({"id":1,"result":{"resultType":"input_required"}})").outcome, "input_required");
  EXPECT_EQ(one(R"({"id":1,"error":{"code":-32602,"message":"x"}})").outcome, "protocol_error");
}

TEST(MessageParts, OfBatchesAndOfEscapedKeys) {
  const auto batch = read_line(
      R"( [{"id":1,"method":"tools/call","params":{"name":"a"}}, 5, {"id":2,"method":"tools/call","params":{"name":"b"}}])");
  ASSERT_EQ(batch.size(), 2u);
  EXPECT_EQ(batch[1].name, "b");
  EXPECT_EQ(one(R"({"\u0069d":4,"method":"tools/call","params":{"name":"c"}})").id, "4");
}

}  // namespace
}  // namespace tracetax::tap
