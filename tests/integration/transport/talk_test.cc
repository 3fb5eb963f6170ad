// What is said before an answer, and calls that are given up.

#include <gtest/gtest.h>

#include "tests/integration/transport/support.h"

// As in harness/transport/http_client.cc: g++ 12 inlines the operator new of Asio's coroutine frames but not the
// operator delete that belongs to it, and then takes them for a mismatch.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace tracetax::transport {
namespace {

class TalkOnEach : public testing::TestWithParam<Kind> {};

INSTANTIATE_TEST_SUITE_P(Transport, TalkOnEach, testing::Values(Kind::stdio, Kind::http, Kind::ws),
                         [](const auto& test) { return std::string(to_string(test.param)); });

asio::awaitable<void> listen_to(Bench& bench, int times, std::size_t bytes, std::vector<int>& heard) {
  const auto channel = co_await bench.connect();
  Call call = make_call(5, "talk", mcp::Json{{"times", times}, {"bytes", bytes}}.dump());
  call.hear = [&](mcp::Notification notice) {
    EXPECT_EQ(notice.method, "notifications/progress");
    EXPECT_EQ(notice.params.at("message").get<std::string>().size(), bytes);
    heard.push_back(notice.params.at("progress").get<int>());
  };
  const Answer answer = co_await channel->call(std::move(call));
  EXPECT_EQ(answer.status, CallStatus::answered) << answer.detail;
  EXPECT_EQ(heard.size(), static_cast<std::size_t>(times));
  // The conversation goes on, on the same connection.
  Call next = call_with_text(6, 10);
  const Answer echo = co_await channel->call(std::move(next));
  EXPECT_EQ(echoed(echo), "xxxxxxxxxx");
  EXPECT_EQ(bench.handler.opened_count, 1u);
}

TEST_P(TalkOnEach, IsHeardInOrderBeforeTheAnswer) {
  Bench bench{GetParam()};
  std::vector<int> heard;
  run(bench.io, listen_to(bench, 3, 1, heard));
  EXPECT_EQ(heard, (std::vector<int>{0, 1, 2}));
}

// More than the kernel takes at once.
TEST_P(TalkOnEach, MayBeMegabytes) {
  Bench bench{GetParam()};
  std::vector<int> heard;
  run(bench.io, listen_to(bench, 60, 100'000, heard));
}

asio::awaitable<void> do_not_listen(Bench& bench) {
  const auto channel = co_await bench.connect();
  Call call = make_call(5, "talk", R"({"times":2})");
  const Answer answer = co_await channel->call(std::move(call));
  EXPECT_EQ(answer.status, CallStatus::answered) << answer.detail;
}

TEST_P(TalkOnEach, WhoDoesNotListenGetsTheAnswer) {
  Bench bench{GetParam()};
  run(bench.io, do_not_listen(bench));
  EXPECT_EQ(bench.handler.said, 2u);
}

asio::awaitable<void> give_up(Bench& bench) {
  const auto channel = co_await bench.connect();
  GiveUp enough;
  Call call = make_call(5, "hold");
  call.give_up = &enough;
  const auto pending = spawn_call(bench.io, *channel, std::move(call));
  co_await until([&] { return bench.handler.held() == 1; });
  enough.now();
  co_await until([&] { return pending->done; });
  EXPECT_EQ(pending->answer.status, CallStatus::given_up);
  if (bench.kind == Kind::http) {
    co_await until([&] { return bench.handler.abandoned_by.size() == 1; });
  } else {
    co_await until([&] { return bench.handler.handled == 2; });
    EXPECT_EQ(mcp::Json::parse(bench.handler.last_text),
              mcp::Json::parse(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5}})"));
  }
  bench.handler.release_all();
  Call next = call_with_text(6, 10);
  const Answer echo = co_await channel->call(std::move(next));
  EXPECT_EQ(echoed(echo), "xxxxxxxxxx");
}

TEST_P(TalkOnEach, AGivenUpCallEndsAndThePeerHearsOfIt) {
  Bench bench{GetParam()};
  run(bench.io, give_up(bench));
}

asio::awaitable<void> give_up_at_once(Bench& bench) {
  const auto channel = co_await bench.connect();
  GiveUp enough;
  enough.now();
  Call call = make_call(5, "hold");
  call.give_up = &enough;
  const Answer answer = co_await channel->call(std::move(call));
  EXPECT_EQ(answer.status, CallStatus::given_up);
}

TEST_P(TalkOnEach, WhatIsGivenUpBeforeItBeganIsNotSent) {
  Bench bench{GetParam()};
  run(bench.io, give_up_at_once(bench));
  EXPECT_EQ(bench.handler.handled, 0u);
}

// --- http, to the byte

asio::awaitable<void> exchange(Bench& bench, std::string request, std::string& answer) {
  RawPeer peer{bench.io};
  co_await peer.connect(bench.url());
  co_await peer.write(request);
  answer = co_await peer.read_until("\r\n\r\n");
  if (answer.find("chunked") != std::string::npos) answer += co_await peer.read_until("0\r\n\r\n");
}

std::string exchanged(Bench& bench, const std::string& request) {
  std::string answer;
  run(bench.io, exchange(bench, request, answer));
  return answer;
}

constexpr const char* talk = R"({"jsonrpc":"2.0","id":1,"method":"talk","params":{"times":1}})";

TEST(HttpStream, IsAnEventStreamOfWholeMessages) {
  Bench bench{Kind::http};
  const auto text = exchanged(bench, http_post("/mcp", talk));
  EXPECT_TRUE(text.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n")) << text;
  EXPECT_NE(text.find("X-Accel-Buffering: no\r\n"), std::string::npos);
  const auto notice = text.find("data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"");
  const auto answer = text.find("data: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\"");
  EXPECT_LT(notice, answer);
  EXPECT_NE(answer, std::string::npos);
}

TEST(HttpStream, WithoutAnAnswerIsEmpty) {
  Bench bench{Kind::http};
  const auto text = exchanged(bench, http_post("/mcp", R"({"jsonrpc":"2.0","id":1,"method":"silent"})"));
  EXPECT_TRUE(text.starts_with("HTTP/1.1 200 OK\r\n")) << text;
  EXPECT_NE(text.find("Content-Type: text/event-stream\r\n"), std::string::npos) << text;
  EXPECT_NE(text.find("Content-Length: 0\r\n"), std::string::npos) << text;
}

TEST(HttpStream, IsNotForHttp10) {
  Bench bench{Kind::http};
  auto request = http_post("/mcp", talk);
  request.replace(request.find("HTTP/1.1"), 8, "HTTP/1.0");
  const auto text = exchanged(bench, request);
  EXPECT_NE(text.find("Content-Type: application/json\r\n"), std::string::npos) << text;
  EXPECT_EQ(bench.handler.said, 0u);
}

TEST(HttpStream, TheHandlerHearsWhereItsListenerIs) {
  Bench bench{Kind::http};
  exchanged(bench, http_post("/mcp", talk));
  EXPECT_TRUE(bench.handler.last.loopback);
}

}  // namespace
}  // namespace tracetax::transport
