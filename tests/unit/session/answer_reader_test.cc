#include "harness/session/answer_reader.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/mcp/client_rules.h"
#include "harness/mcp/message.h"

namespace tracetax {
namespace {

std::optional<AnswerHead> read(std::string text) {
  static AnswerReader reader;
  text.reserve(text.size() + json_padding);
  return reader.read(text);
}

std::string answer(const std::string& result) {
  return R"({"jsonrpc":"2.0","id":1000000007,"result":)" + result + "}";
}

TEST(AnswerReader, TellsResultsApart) {
  const auto ok = read(answer(R"({"content":[{"type":"text","text":"hi"}],"isError":false,"resultType":"complete"})"));
  ASSERT_TRUE(ok);
  EXPECT_EQ(ok->id, 1000000007);
  EXPECT_EQ(ok->outcome, Outcome::ok);
  EXPECT_EQ(read(answer(R"({"content":[],"isError":true})"))->outcome, Outcome::tool_error);
  EXPECT_EQ(read(R"({"jsonrpc":"2.0","id":5,"error":{"code":-32603,"message":"no"}})")->outcome,
            Outcome::protocol_error);
}

TEST(AnswerReader, WhatIsGoodDependsOnTheMethod) {
  using Kind = RecordedCall::Kind;
  const auto of = [](const std::string& result, Kind kind) { return read(answer(result))->outcome_of(kind); };
  EXPECT_EQ(of(R"({"contents":[]})", Kind::resource), Outcome::ok);
  EXPECT_EQ(of(R"({"contents":[]})", Kind::tool), Outcome::protocol_error);
  EXPECT_EQ(of(R"({"contents":{}})", Kind::resource), Outcome::protocol_error);
  EXPECT_EQ(of(R"({"resultType":"input_required","contents":[]})", Kind::resource), Outcome::protocol_error);
  EXPECT_EQ(of(R"({"messages":[],"description":"x"})", Kind::prompt), Outcome::ok);
  EXPECT_EQ(of(R"({"messages":[]})", Kind::resource), Outcome::protocol_error);
  EXPECT_EQ(of(R"({"content":[]})", Kind::prompt), Outcome::protocol_error);
  EXPECT_EQ(read(R"({"jsonrpc":"2.0","id":5,"error":{"code":-32002,"message":"no"}})")->outcome_of(Kind::resource),
            Outcome::protocol_error);
}

TEST(AnswerReader, OrderAndWhitespaceDoNotMatter) {
  const auto head =
      read("{ \"result\" : { \"isError\" : true , \"content\" : [ ] } ,\n \"id\" : 12 , \"jsonrpc\" : \"2.0\" } \n");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->id, 12);
  EXPECT_EQ(head->outcome, Outcome::tool_error);
}

TEST(AnswerReader, NestedKeysAreNotTheAnswersOwn) {
  const auto head = read(answer(
      R"({"_meta":{"isError":true,"id":9,"error":{}},"structuredContent":{"content":3,"isError":"x"},"content":[{"isError":true}]})"));
  ASSERT_TRUE(head);
  EXPECT_EQ(head->outcome, Outcome::ok);
  EXPECT_EQ(head->id, 1000000007);
}

TEST(AnswerReader, WhatIsNoResponseIsNone) {
  for (const char* text : {
           "",
           "null",
           "[]",
           "{",
           "not json",
           R"({"jsonrpc":"2.0","id":1})",
           R"({"jsonrpc":"1.0","id":1,"result":{"content":[]}})",
           R"({"id":1,"result":{"content":[]}})",
           R"({"jsonrpc":"2.0","id":1,"result":{"content":[]},"error":{"code":1,"message":""}})",
           R"({"jsonrpc":"2.0","method":"notifications/message","params":{}})",
           R"({"jsonrpc":"2.0","id":1,"method":"ping"})",
           R"({"jsonrpc":"2.0","id":1,"result":{"content":[]}} {})",
           R"({"jsonrpc":"2.0","id":1,"result":{"content":[)",
           R"({"jsonrpc":"2.0","id":1,"error":"text"})",
       }) {
    EXPECT_FALSE(read(text)) << text;
  }
}

TEST(AnswerReader, AnIdThatIsNoIntegerIsAbsent) {
  EXPECT_FALSE(read(R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"x"}})")->id);
  EXPECT_FALSE(read(R"({"jsonrpc":"2.0","id":"7","result":{"content":[]}})")->id);
}

// The tree-building reader says the same of every result.
TEST(AnswerReader, AgreesWithTheRulesOfMcp) {
  const std::vector<std::string> results{
      "null",
      "3",
      "[]",
      "{}",
      R"({"content":[]})",
      R"({"content":{}})",
      R"({"content":"x"})",
      R"({"content":[],"isError":null})",
      R"({"content":[],"isError":1})",
      R"({"content":[],"isError":true})",
      R"({"content":[],"isError":false})",
      R"({"content":[],"resultType":"complete"})",
      R"({"content":[],"resultType":"input_required"})",
      R"({"content":[],"resultType":3})",
      R"({"isError":true})",
      R"({"content":[1,[2,{"a":"]"}]],"isError":true,"_meta":{"x":"\"}"}})",
  };
  for (const std::string& result : results) {
    const auto parsed = mcp::Json::parse(result);
    const mcp::CallResult expected = mcp::read_call_result(parsed);
    const auto head = read(answer(result));
    ASSERT_TRUE(head) << result;
    EXPECT_EQ(head->outcome, expected == mcp::CallResult::ok           ? Outcome::ok
                             : expected == mcp::CallResult::tool_error ? Outcome::tool_error
                                                                       : Outcome::protocol_error)
        << result;
  }
}

}  // namespace
}  // namespace tracetax
