// Streamable HTTP against peers that are none of ours.

#include <gtest/gtest.h>

#include "tests/integration/transport/support.h"

namespace tracetax::transport {
namespace {

const std::string echo = R"({"jsonrpc":"2.0","id":1,"method":"echo","params":{"text":"hi"}})";

// --- the server's end

asio::awaitable<void> keep_alive(Bench& bench) {
  RawPeer peer{bench.io};
  co_await peer.connect(bench.url());
  for (int i = 0; i < 3; ++i) {
    co_await peer.write(http_post("/mcp", echo, "traceparent: 00-abc\r\nX-Twice: 1\r\nx-twice: 2\r\n"));
    const std::string head = co_await peer.read_until("\r\n\r\n");
    EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\n")) << head;
    EXPECT_NE(head.find("Content-Type: application/json\r\n"), std::string::npos);
    const std::string body = co_await peer.read_until("}}");
    EXPECT_EQ(mcp::Json::parse(body).at("result").at("text"), "hi");
  }
  EXPECT_EQ(bench.handler.opened_count, 1u);
  EXPECT_EQ(bench.handler.last.http_method, "POST");
  EXPECT_EQ(bench.handler.last.headers->get("Traceparent"), "00-abc");
  std::string twice;
  for (const auto& [name, value] : *bench.handler.last.headers) {
    if (same_header_name(name, "x-twice")) twice += value;
  }
  EXPECT_EQ(twice, "12");
}

TEST(HttpServer, KeepsConnectionsAndHandsAllHeadersOn) {
  Bench bench{Kind::http};
  run(bench.io, keep_alive(bench));
}

asio::awaitable<void> ask(Bench& bench, std::string request, std::string& answer) {
  RawPeer peer{bench.io};
  co_await peer.connect(bench.url());
  co_await peer.write(request);
  answer = co_await peer.read_all();  // only the server can end this: it has to close
}

std::string ask_once(Bench& bench, const std::string& request) {
  std::string answer;
  run(bench.io, ask(bench, request, answer));
  return answer;
}

TEST(HttpServer, ClosesWhenAskedTo) {
  Bench bench{Kind::http};
  const std::string answer = ask_once(bench, http_post("/mcp", echo, "Connection: close\r\n"));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
  EXPECT_NE(answer.find("Connection: close"), std::string::npos);
  EXPECT_NE(answer.find("\"hi\""), std::string::npos);
}

TEST(HttpServer, ServesItsPathAlone) {
  Bench bench{Kind::http};
  for (const char* path : {"/", "/mcpx", "/mcp/", "/MCP", "*"}) {
    EXPECT_TRUE(ask_once(bench, http_post(path, echo, "Connection: close\r\n")).starts_with("HTTP/1.1 404")) << path;
  }
  EXPECT_EQ(bench.handler.handled, 0u);
  for (const char* path : {"/mcp", "/mcp?x=1", "http://x/mcp"}) {
    EXPECT_TRUE(ask_once(bench, http_post(path, echo, "Connection: close\r\n")).starts_with("HTTP/1.1 200")) << path;
  }
}

TEST(HttpServer, HandsOtherMethodsOn) {
  Bench bench{Kind::http};
  ask_once(bench, "DELETE /mcp HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(bench.handler.last.http_method, "DELETE");
  const std::string answer = ask_once(bench, "HEAD /mcp HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(bench.handler.last.http_method, "HEAD");
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
}

TEST(HttpServer, AnswersNotificationsWithoutABody) {
  Bench bench{Kind::http};
  const std::string answer =
      ask_once(bench, http_post("/mcp", R"({"jsonrpc":"2.0","method":"notifications/x"})", "Connection: close\r\n"));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 202 Accepted\r\n")) << answer;
  EXPECT_NE(answer.find("Content-Length: 0\r\n"), std::string::npos);
  EXPECT_EQ(answer.find("Content-Type"), std::string::npos);
}

class Malformed : public testing::TestWithParam<const char*> {};

TEST_P(Malformed, IsA400AndTheEndOfTheConnection) {
  Bench bench{Kind::http};
  const std::string answer = ask_once(bench, GetParam());
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 Bad Request\r\n")) << answer;
  EXPECT_NE(answer.find("Connection: close"), std::string::npos);
  EXPECT_EQ(bench.handler.handled, 0u);
}

INSTANTIATE_TEST_SUITE_P(HttpServer, Malformed,
                         testing::Values("\r\n\r\n\r\n\x01\x02", "hello\r\n\r\n", "POST /mcp\r\n\r\n",
                                         "POST /mcp HTTP/9.9\r\n\r\n",
                                         "POST /mcp HTTP/1.1\r\nContent-Length: x\r\n\r\n",
                                         "POST /mcp HTTP/1.1\r\nno colon here\r\n\r\n",
                                         "POST /mcp HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                                         "POST /mcp HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na"));

TEST(HttpServer, LimitsHeaders) {
  Bench bench{Kind::http};
  const std::string answer =
      ask_once(bench, http_post("/mcp", echo, "X-Long: " + std::string(32u << 10, 'x') + "\r\n"));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 431")) << answer;
}

TEST(HttpServer, RefusesABodyOverTheLimitWithTheHandlersWords) {
  ServerLimits limits;
  limits.message_bytes = 1000;
  Bench bench{Kind::http, limits};
  const std::string announced = ask_once(bench, http_post("/mcp", std::string(1u << 20, 'x')));
  EXPECT_TRUE(announced.starts_with("HTTP/1.1 413")) << announced;
  EXPECT_NE(announced.find("message too long"), std::string::npos);
  const std::string chunked = ask_once(
      bench, "POST /mcp HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n" + std::string(0x1000, 'x') + "\r\n");
  EXPECT_TRUE(chunked.starts_with("HTTP/1.1 413")) << chunked;
  EXPECT_EQ(bench.handler.too_long, 2u);
  const std::string elsewhere = ask_once(bench, http_post("/other", std::string(1u << 20, 'x')));
  EXPECT_TRUE(elsewhere.starts_with("HTTP/1.1 404")) << elsewhere;
  EXPECT_EQ(bench.handler.too_long, 2u);
}

asio::awaitable<void> expect_continue(Bench& bench) {
  RawPeer peer{bench.io};
  co_await peer.connect(bench.url());
  const std::string request = http_post("/mcp", echo, "Expect: 100-continue\r\n");
  const auto body = request.find("\r\n\r\n") + 4;
  co_await peer.write(request.substr(0, body));
  const std::string go_on = co_await peer.read_until("\r\n\r\n");
  EXPECT_EQ(go_on, "HTTP/1.1 100 Continue\r\n\r\n");
  co_await peer.write(request.substr(body));
  const std::string answer = co_await peer.read_until("}}");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
}

TEST(HttpServer, TellsCarefulClientsToGoOn) {
  Bench bench{Kind::http};
  run(bench.io, expect_continue(bench));
}

// --- the client's end

asio::awaitable<Answer> call_once(Channel& channel, std::int64_t id) {
  Call call = make_call(id, "tools/call", R"({"name":"x"})");
  co_return co_await channel.call(std::move(call));
}

std::string response(std::int64_t id) {
  return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"result":{"text":"ok"}})";
}

asio::awaitable<void> serve_once(RawServer& server, std::string answer, std::string& request) {
  const auto peer = co_await server.accept();
  request = co_await server.read_http_request(*peer);
  co_await peer->write(answer);
}

// The answer a client makes of `bytes` from a server that closes after them.
Answer answer_to(const std::string& bytes, std::string* request = nullptr) {
  asio::io_context io;
  RawServer server{io};
  std::string seen;
  asio::co_spawn(io, serve_once(server, bytes, seen), [](std::exception_ptr e) { EXPECT_FALSE(e); });
  Answer answer;
  auto work = [&]() -> asio::awaitable<void> {
    ChannelOptions options;
    options.headers.add("Authorization", "Bearer t");
    const Url url = server.url();
    const auto channel = co_await connect(url, options);
    Call call = make_call(1, "tools/call", R"({"name":"x"})");
    call.headers.add("Mcp-Method", "tools/call");
    answer = co_await channel->call(std::move(call));
  };
  run(io, work());
  if (request != nullptr) *request = seen;
  return answer;
}

TEST(HttpClient, SendsWhatStreamableHttpAsksFor) {
  std::string request;
  EXPECT_EQ(echoed(answer_to(http_answer(response(1), "Mcp-Session-Id: s1\r\n"), &request)), "ok");
  EXPECT_TRUE(request.starts_with("POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:")) << request;
  for (const char* line :
       {"\r\nContent-Type: application/json\r\n", "\r\nAccept: application/json, text/event-stream\r\n",
        "\r\nAuthorization: Bearer t\r\n", "\r\nMcp-Method: tools/call\r\n", "\r\nContent-Length: "}) {
    EXPECT_NE(request.find(line), std::string::npos) << line;
  }
}

TEST(HttpClient, GivesTheAnswersHeadersAndStatus) {
  const Answer answer = answer_to(http_answer(response(1), "Mcp-Session-Id: s1\r\n"));
  EXPECT_EQ(answer.headers.get("mcp-session-id"), "s1");
  EXPECT_EQ(answer.http_status, 200);
}

TEST(HttpClient, ReadsABodyThatEndsWithTheConnection) {
  EXPECT_EQ(echoed(answer_to("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + response(1))), "ok");
}

TEST(HttpClient, SkipsInterimResponses) {
  EXPECT_EQ(echoed(answer_to("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" +
                             http_answer(response(1)))),
            "ok");
}

TEST(HttpClient, TakesAJsonRpcErrorOfAnyStatusAsAnswer) {
  const std::string body = R"({"jsonrpc":"2.0","id":"server-error","error":{"code":-32600,"message":"no session"}})";
  const Answer answer = answer_to(
      "HTTP/1.1 404 Not Found\r\nContent-Type: application/json; charset=utf-8\r\n"
      "Content-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body);
  EXPECT_EQ(answer.status, CallStatus::answered) << answer.detail;
  EXPECT_EQ(answer.http_status, 404);
  EXPECT_EQ(std::get<mcp::ErrorObject>(answer.response.outcome).message, "no session");
}

struct BadAnswer {
  std::string bytes;
  int status;
  std::string detail;  // a part of it
};

TEST(HttpClient, SaysWhatIsWrongWithABadAnswer) {
  const std::vector<BadAnswer> cases{
      {"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n", 202, "HTTP 202 without a body"},
      {"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\noops", 502,
       "'text/html': oops"},
      {http_answer("{not json"), 200, "not a JSON-RPC response to id 1: {not json"},
      {http_answer(response(2)), 200, "not a JSON-RPC response to id 1"},
      {"HTTP/1.1 banana\r\n\r\n", 0, "malformed HTTP"},
      {"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999999999999\r\n\r\n", 200,
       "over the limit"},
      {"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 0\r\n\r\n", 200, "event stream ended"},
  };
  for (const BadAnswer& bad : cases) {
    const Answer answer = answer_to(bad.bytes);
    EXPECT_EQ(answer.status, CallStatus::bad_answer) << bad.bytes << answer.detail;
    EXPECT_EQ(answer.http_status, bad.status) << bad.bytes;
    EXPECT_NE(answer.detail.find(bad.detail), std::string::npos) << answer.detail;
  }
}

TEST(HttpClient, IsDisconnectedByAnAnswerCutShort) {
  const std::string whole = http_answer(response(1));
  for (const std::size_t length : {std::size_t{0}, std::size_t{9}, std::size_t{40}, whole.size() - 1}) {
    EXPECT_EQ(answer_to(whole.substr(0, length)).status, CallStatus::disconnected) << length;
  }
}

TEST(HttpClient, DoesNotSendHeadersThatBreakOut) {
  Bench bench{Kind::http};
  Answer answer;
  auto work = [&]() -> asio::awaitable<void> {
    const auto channel = co_await bench.connect();
    Call call = make_call(1, "echo");
    call.headers.add("Mcp-Name", "a\r\nX-Evil: 1");
    answer = co_await channel->call(std::move(call));
  };
  run(bench.io, work());
  EXPECT_EQ(answer.status, CallStatus::never_sent);
  EXPECT_EQ(bench.handler.handled, 0u);
}

asio::awaitable<void> bounded_pool(Bench& bench) {
  ChannelOptions options;
  options.connections = 3;
  const auto channel = co_await bench.connect(options);
  std::vector<std::shared_ptr<Pending>> pending;
  for (std::int64_t id = 0; id < 20; ++id) pending.push_back(spawn_call(bench.io, *channel, make_call(id, "hold")));
  Call waiting = make_call(99, "echo");
  waiting.deadline = Clock::now() + std::chrono::milliseconds(5);
  const Answer in_vain = co_await channel->call(std::move(waiting));
  EXPECT_EQ(in_vain.status, CallStatus::timed_out);
  EXPECT_EQ(in_vain.sent, Nanos{});
  EXPECT_NE(in_vain.detail.find("no free connection"), std::string::npos) << in_vain.detail;
  EXPECT_EQ(bench.handler.held(), 3u);
  std::size_t finished = 0;
  while (finished < pending.size()) {  // first come, first served: what is done is always a beginning of the list
    if (bench.handler.held() > 0) bench.handler.release_all();
    co_await asio::post(asio::use_awaitable);
    while (finished < pending.size() && pending[finished]->done) ++finished;
    for (std::size_t i = finished + 3; i < pending.size(); ++i) EXPECT_FALSE(pending[i]->done);
  }
  for (const auto& p : pending) EXPECT_EQ(p->answer.status, CallStatus::answered) << p->answer.detail;
  EXPECT_EQ(bench.handler.most_open, 3u);
  EXPECT_EQ(bench.handler.opened_count, 3u);
}

TEST(HttpClient, NeverHasMoreConnectionsThanAllowedAndServesInOrder) {
  Bench bench{Kind::http};
  run(bench.io, bounded_pool(bench));
}

asio::awaitable<void> answer_then_close(RawServer& server, int connections, int& requests) {
  for (int i = 0; i < connections; ++i) {
    const auto peer = co_await server.accept();
    co_await server.read_http_request(*peer);
    ++requests;
    co_await peer->write(http_answer(response(requests)));  // promises keep-alive, and closes all the same
  }
}

asio::awaitable<void> outlive_keep_alive(asio::io_context& io) {
  RawServer server{io};
  int requests = 0;
  asio::co_spawn(io, answer_then_close(server, 3, requests), [](std::exception_ptr e) { EXPECT_FALSE(e); });
  const Url url = server.url();
  ChannelOptions options;
  options.connections = 1;
  const auto channel = co_await connect(url, options);
  for (std::int64_t id = 1; id <= 3; ++id) {
    const Answer answer = co_await call_once(*channel, id);
    EXPECT_EQ(echoed(answer), "ok") << id;
    co_await let_things_happen();
  }
  EXPECT_EQ(requests, 3);
}

TEST(HttpClient, OutlivesKeepAliveConnectionsThatTheServerCloses) {
  asio::io_context io;
  run(io, outlive_keep_alive(io));
}

asio::awaitable<void> die_on_the_second(RawServer& server, int& requests) {
  auto peer = co_await server.accept();
  co_await server.read_http_request(*peer);
  ++requests;
  co_await peer->write(http_answer(response(1)));
  co_await server.read_http_request(*peer);
  ++requests;
  peer.reset();  // it has read the call, may have executed it, and dies without a word
  peer = co_await server.accept();
  co_await server.read_http_request(*peer);
  ++requests;
}

asio::awaitable<void> not_twice(asio::io_context& io) {
  RawServer server{io};
  int requests = 0;
  asio::co_spawn(io, die_on_the_second(server, requests), [](std::exception_ptr) {});
  const Url url = server.url();
  const ChannelOptions options;
  const auto channel = co_await connect(url, options);
  const Answer first = co_await call_once(*channel, 1);
  EXPECT_EQ(echoed(first), "ok");
  const Answer second = co_await call_once(*channel, 2);
  EXPECT_EQ(second.status, CallStatus::disconnected) << second.detail;
  co_await let_things_happen();
  EXPECT_EQ(requests, 2);
}

TEST(HttpClient, NeverRepeatsACallThatMayHaveBeenExecuted) {
  asio::io_context io;
  run(io, not_twice(io));
}

std::string chunk(std::string_view bytes) {
  std::ostringstream out;
  out << std::hex << bytes.size() << "\r\n" << bytes << "\r\n";
  return out.str();
}

asio::awaitable<void> stream_events(RawServer& server, int& connections, bool& answered) {
  const auto peer = co_await server.accept();
  ++connections;
  for (int i = 1; i <= 3; ++i) {
    co_await server.read_http_request(*peer);
    co_await peer->write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
    co_await peer->write(chunk("id: 0\ndata: \n\n: comment\nretry: 100\n\n"));
    co_await let_things_happen();
    co_await peer->write(
        chunk("event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}\n\n"));
    co_await peer->write(chunk("data: " + response(99) + "\n\n"));  // somebody else's
    const std::string event = "event: message\r\ndata: " + response(i) + "\r\n\r\n";
    co_await peer->write(chunk(event.substr(0, 25)));
    co_await let_things_happen();
    answered = false;
    co_await peer->write(chunk(event.substr(25)));
    co_await until([&] { return answered; });  // the answer counts when it is there, not when the stream ends
    co_await peer->write("0\r\n\r\n");
  }
}

asio::awaitable<void> read_events(asio::io_context& io) {
  RawServer server{io};
  int connections = 0;
  bool answered = false;
  asio::co_spawn(io, stream_events(server, connections, answered), [](std::exception_ptr e) { EXPECT_FALSE(e); });
  const Url url = server.url();
  ChannelOptions options;
  options.connections = 1;
  const auto channel = co_await connect(url, options);
  for (std::int64_t id = 1; id <= 3; ++id) {
    const Answer answer = co_await call_once(*channel, id);
    answered = true;
    EXPECT_EQ(echoed(answer), "ok") << id;
    EXPECT_EQ(answer.http_status, 200);
  }
  EXPECT_EQ(connections, 1);
}

TEST(HttpClient, ReadsEventStreamsAndKeepsTheirConnections) {
  asio::io_context io;
  run(io, read_events(io));
}

}  // namespace
}  // namespace tracetax::transport
