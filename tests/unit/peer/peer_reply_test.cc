#include "mock_servers/common/peer_reply.h"

#include <gtest/gtest.h>

namespace tracetax::service {
namespace {

using mcp::ErrorObject;
using mcp::Json;
using transport::Answer;
using transport::CallStatus;

const Backend tools{.name = "tools", .url = "http://127.0.0.1:7/mcp"};

PeerReply reply_to(Answer answer, std::string_view method = "tools/call") {
  return make_reply(std::move(answer), method, tools,
                    R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}})");
}

Answer answered(std::variant<Json, ErrorObject> outcome, int http_status = 200) {
  Answer answer;
  answer.status = CallStatus::answered;
  answer.http_status = http_status;
  answer.response = {mcp::Id{std::int64_t{1}}, std::move(outcome)};
  return answer;
}

ErrorObject error_of(const PeerReply& reply) {
  const auto* error = std::get_if<ErrorObject>(&reply.answer.outcome);
  return error == nullptr ? ErrorObject{0, "no error", {}} : *error;
}

TEST(ReasonOf, NamesTheKindOfFailure) {
  struct Case {
    CallStatus status;
    std::string_view detail;
    int http_status;
    std::string_view type;
    std::string_view said;
  };
  const Case cases[] = {
      {CallStatus::never_sent, "connect: Connection refused [system:111]", 0, "connection_refused",
       "connection refused"},
      {CallStatus::never_sent, "Host not found", 0, "unreachable", "Host not found"},
      {CallStatus::never_sent, "", 0, "unreachable", "no connection"},
      {CallStatus::timed_out, "", 0, "timeout", "no answer in time"},
      {CallStatus::disconnected, "End of file", 0, "disconnected", "End of file"},
      {CallStatus::bad_answer, "HTTP status 502", 502, "502", "HTTP status 502"},
      {CallStatus::bad_answer, "no JSON", 200, "bad_answer", "no JSON"},
  };
  for (const auto& c : cases) {
    const auto reason = reason_of(c.status, c.detail, c.http_status);
    EXPECT_EQ(reason.type, c.type);
    EXPECT_EQ(reason.detail, c.said);
  }
}

TEST(MakeReply, AResultLosesTheFieldsOfItsEra) {
  const auto reply = reply_to(answered(Json::parse(R"({
      "resultType": "complete", "ttlMs": 5, "cacheScope": "public", "content": [{"type": "text", "text": "x"}],
      "_meta": {"io.modelcontextprotocol/serverInfo": {"name": "s", "version": "1"}, "kept": 1}})")));
  ASSERT_TRUE(reply.answered());
  EXPECT_EQ(std::get<Json>(reply.answer.outcome),
            Json::parse(R"({"content": [{"type": "text", "text": "x"}], "_meta": {"kept": 1}})"));
  EXPECT_FALSE(reply.peer_failed());
}

TEST(MakeReply, AnEmptyMetaGoesToo) {
  const auto reply =
      reply_to(answered(Json::parse(
                   R"({"tools": [], "_meta": {"io.modelcontextprotocol/serverInfo": {"name": "s", "version": "1"}}})")),
               "tools/list");
  EXPECT_EQ(std::get<Json>(reply.answer.outcome), Json::parse(R"({"tools": []})"));
}

TEST(MakeReply, WhatIsNoCallResultIsAnInternalError) {
  for (const char* text : {R"({})", R"({"resultType": "input_required", "content": []})", "[]", "7"})
    EXPECT_EQ(error_of(reply_to(answered(Json::parse(text)))).code, mcp::internal_error) << text;
}

TEST(MakeReply, ErrorsOfTheBackendPassAsTheyAre) {
  const auto reply = reply_to(answered(ErrorObject{-32602, "unknown tool", {{"a", 1}}}));
  EXPECT_EQ(error_of(reply).code, -32602);
  EXPECT_EQ(error_of(reply).message, "unknown tool");
  EXPECT_EQ(error_of(reply).data, Json({{"a", 1}}));
  EXPECT_FALSE(reply.peer_failed());
}

TEST(MakeReply, ErrorsAboutTheHopAreNotTheCallers) {
  for (const int code : {mcp::header_mismatch, mcp::unsupported_protocol_version}) {
    const auto reply = reply_to(answered(ErrorObject{code, "no such version", {{"supported", Json::array()}}}, 400));
    EXPECT_EQ(error_of(reply).code, mcp::internal_error);
    EXPECT_EQ(error_of(reply).message, "tools at http://127.0.0.1:7/mcp: no such version");
  }
}

TEST(MakeReply, FailuresOfTheHop) {
  struct Case {
    CallStatus status;
    int http_status;
    int code;
    int answer_status;
    bool counts;
  };
  const Case cases[] = {
      {CallStatus::never_sent, 0, mcp::backend_unavailable, 503, true},
      {CallStatus::disconnected, 0, mcp::backend_unavailable, 503, true},
      {CallStatus::timed_out, 0, mcp::backend_timeout, 504, true},
      {CallStatus::bad_answer, 502, mcp::backend_unavailable, 503, true},
      {CallStatus::bad_answer, 404, mcp::internal_error, 0, false},
      {CallStatus::bad_answer, 0, mcp::internal_error, 0, false},
  };
  for (const auto& c : cases) {
    Answer answer;
    answer.status = c.status;
    answer.http_status = c.http_status;
    answer.detail = "why";
    const auto reply = reply_to(std::move(answer));
    EXPECT_EQ(error_of(reply).code, c.code);
    EXPECT_EQ(reply.answer.http_status, c.answer_status);
    EXPECT_EQ(reply.peer_failed(), c.counts);
    EXPECT_EQ(reply.detail, "why");
    // Given back only when it may be tried elsewhere.
    EXPECT_EQ(reply.params, c.status == CallStatus::never_sent ? Json({{"name", "echo"}}) : Json());
  }
}

TEST(MakeReply, A5xxWithAJsonRpcErrorCountsAgainstThePeer) {
  const auto reply = reply_to(answered(ErrorObject{mcp::backend_unavailable, "down", {}}, 503));
  EXPECT_TRUE(reply.peer_failed());
  EXPECT_EQ(error_of(reply).code, mcp::backend_unavailable);
  EXPECT_EQ(reply.answer.http_status, 503);
}

}  // namespace
}  // namespace tracetax::service
