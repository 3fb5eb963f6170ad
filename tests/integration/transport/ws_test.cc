// WebSocket against peers that are none of ours.

#include <gtest/gtest.h>

#include "tests/integration/transport/support.h"

namespace tracetax::transport {
namespace {

constexpr std::uint8_t whole_text = 0x81, whole_binary = 0x82, first_text = 0x01, last_continuation = 0x80, ping = 0x89;

const std::string echo = R"({"jsonrpc":"2.0","id":1,"method":"echo","params":{"text":"hi"}})";

asio::awaitable<void> shake(Bench& bench, std::string request, std::string& head) {
  RawPeer peer{bench.io};
  co_await peer.connect(bench.url());
  co_await peer.write(request);
  head = co_await peer.read_until("\r\n\r\n");
}

std::string shake_once(Bench& bench, const std::string& request) {
  std::string head;
  run(bench.io, shake(bench, request, head));
  return head;
}

TEST(WsServer, EchoesTheSubprotocolWhenOffered) {
  Bench bench{Kind::ws};
  const std::string offered = shake_once(bench, ws_upgrade("/mcp", "Sec-WebSocket-Protocol: foo, mcp\r\n"));
  EXPECT_TRUE(offered.starts_with("HTTP/1.1 101")) << offered;
  EXPECT_NE(offered.find("Sec-WebSocket-Protocol: mcp\r\n"), std::string::npos) << offered;
  EXPECT_NE(offered.find("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), std::string::npos);  // RFC 6455, 1.3
  const std::string silent = shake_once(bench, ws_upgrade("/mcp"));
  EXPECT_TRUE(silent.starts_with("HTTP/1.1 101")) << silent;
  EXPECT_EQ(silent.find("Sec-WebSocket-Protocol"), std::string::npos);
  const std::string other = shake_once(bench, ws_upgrade("/mcp", "Sec-WebSocket-Protocol: mcp2\r\n"));
  EXPECT_EQ(other.find("Sec-WebSocket-Protocol"), std::string::npos);
}

TEST(WsServer, RefusesWhatIsNoUpgradeToItsPath) {
  Bench bench{Kind::ws};
  EXPECT_TRUE(shake_once(bench, ws_upgrade("/other")).starts_with("HTTP/1.1 404"));
  EXPECT_TRUE(shake_once(bench, "GET /mcp HTTP/1.1\r\nHost: x\r\n\r\n").starts_with("HTTP/1.1 426"));
  EXPECT_TRUE(shake_once(bench, "garbage\r\n\r\n").starts_with("HTTP/1.1 400"));
  EXPECT_TRUE(shake_once(bench, "GET /mcp HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
                  .starts_with("HTTP/1.1 4"));  // neither version nor key
  EXPECT_EQ(bench.handler.opened_count, 0u);
}

asio::awaitable<void> handshake_headers(Bench& bench) {
  ChannelOptions options;
  options.headers.add("traceparent", "00-abc");
  const auto channel = co_await bench.connect(options);
  Call call = make_call(1, "echo");
  co_await channel->call(std::move(call));
  EXPECT_EQ(bench.handler.handshake.get("traceparent"), "00-abc");
  EXPECT_EQ(bench.handler.handshake.get("sec-websocket-protocol"), "mcp");
  EXPECT_EQ(bench.handler.last.headers->get("traceparent"), "00-abc");
}

TEST(WsServer, HandsTheHandshakesHeadersOn) {
  Bench bench{Kind::ws};
  run(bench.io, handshake_headers(bench));
}

// Opens a WebSocket by hand; what follows are frames.
asio::awaitable<std::unique_ptr<RawPeer>> raw_socket(Bench& bench) {
  auto peer = std::make_unique<RawPeer>(bench.io);
  co_await peer->connect(bench.url());
  co_await peer->write(ws_upgrade("/mcp"));
  co_await peer->read_until("\r\n\r\n");
  co_return peer;
}

asio::awaitable<void> frames(Bench& bench) {
  const auto peer = co_await raw_socket(bench);
  co_await peer->write(ws_frame(first_text, echo.substr(0, 20)) + ws_frame(ping, "are you there") +
                       ws_frame(last_continuation, echo.substr(20)));
  const std::string pong = co_await peer->read_until("there");
  EXPECT_EQ(pong, std::string("\x8a\x0d") + "are you there");
  const std::string answer = co_await peer->read_until("}}");
  EXPECT_NE(answer.find("\"hi\""), std::string::npos) << answer;
}

TEST(WsServer, JoinsFragmentsAndAnswersPings) {
  Bench bench{Kind::ws};
  run(bench.io, frames(bench));
}

std::string close_code(const std::string& frames) {
  const auto at = frames.rfind('\x88');  // a close frame with a code and no reason: 88 02 HH LL
  if (at == std::string::npos || frames.size() < at + 4) return "none";
  return std::to_string((static_cast<unsigned char>(frames[at + 2]) << 8) | static_cast<unsigned char>(frames[at + 3]));
}

asio::awaitable<void> misbehave(Bench& bench, std::string bytes, std::string& answer) {
  const auto other = co_await bench.connect();
  const auto peer = co_await raw_socket(bench);
  co_await peer->write(bytes);
  const std::string frames = co_await peer->read_until("\x88\x02");
  answer = frames + co_await peer->read_bytes(2);  // the code
  peer->socket.close();
  Call call = call_with_text(5, 2);
  const Answer unharmed = co_await other->call(std::move(call));
  EXPECT_EQ(echoed(unharmed), "xx");
  co_await until([&] { return bench.handler.open.size() == 1; });
}

std::string misbehave_once(Bench& bench, const std::string& bytes) {
  std::string answer;
  run(bench.io, misbehave(bench, bytes, answer));
  return answer;
}

TEST(WsServer, ClosesOnBinary) {
  Bench bench{Kind::ws};
  EXPECT_EQ(close_code(misbehave_once(bench, ws_frame(whole_binary, echo))), "1003");
  EXPECT_EQ(bench.handler.handled, 1u);
}

TEST(WsServer, AnswersAMessageOverTheLimitAndCloses) {
  ServerLimits limits;
  limits.message_bytes = 1000;
  Bench bench{Kind::ws, limits};
  const std::string answer = misbehave_once(bench, ws_frame(whole_text, std::string(5000, 'x')));
  EXPECT_NE(answer.find("message too long"), std::string::npos);
  EXPECT_EQ(close_code(answer), "1009");
  EXPECT_EQ(bench.handler.too_long, 1u);
}

TEST(WsServer, CountsFragmentsTogether) {
  ServerLimits limits;
  limits.message_bytes = 1000;
  Bench bench{Kind::ws, limits};
  const std::string answer = misbehave_once(
      bench, ws_frame(first_text, std::string(900, 'x')) + ws_frame(last_continuation, std::string(101, 'x')));
  EXPECT_EQ(close_code(answer), "1009");
  EXPECT_EQ(bench.handler.too_long, 1u);
}

TEST(WsServer, TakesAMessageOfExactlyTheLimit) {
  ServerLimits limits;
  limits.message_bytes = echo.size();
  Bench bench{Kind::ws, limits};
  auto work = [&]() -> asio::awaitable<void> {
    const auto peer = co_await raw_socket(bench);
    co_await peer->write(ws_frame(whole_text, echo));
    const std::string answer = co_await peer->read_until("}}");
    EXPECT_NE(answer.find("\"hi\""), std::string::npos);
  };
  run(bench.io, work());
  EXPECT_EQ(bench.handler.too_long, 0u);
}

TEST(WsServer, ClosesOnBrokenFrames) {
  Bench bench{Kind::ws};
  EXPECT_EQ(close_code(misbehave_once(bench, ws_frame(whole_text, echo, false))), "1002");  // not masked
  EXPECT_EQ(close_code(misbehave_once(bench, ws_frame(0x83, "reserved opcode"))), "1002");
  EXPECT_EQ(close_code(misbehave_once(bench, ws_frame(whole_text, "\xff\xfe\xfd"))), "1007");  // not UTF-8
}

// --- the client's end

asio::awaitable<void> broadcast(RawServer& server) {
  const auto peer = co_await server.accept();
  const std::string request = co_await peer->read_until("\r\n\r\n");
  EXPECT_NE(request.find("Sec-WebSocket-Protocol: mcp"), std::string::npos) << request;
  // The key is random, so its answer is made by a real server elsewhere; here the client has to notice.
  co_await peer->write(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: AAAA\r\n\r\n");
  co_await peer->read_all();
}

TEST(WsClient, NoticesAWrongHandshake) {
  asio::io_context io;
  RawServer server{io, Kind::ws};
  asio::co_spawn(io, broadcast(server), [](std::exception_ptr e) { EXPECT_FALSE(e); });
  std::string what;
  auto work = [&]() -> asio::awaitable<void> {
    const Url url = server.url();
    const ChannelOptions options;
    try {
      co_await connect(url, options);
    } catch (const boost::system::system_error& error) {
      what = error.what();
    }
  };
  run(io, work());
  EXPECT_NE(what.find(server.url().text()), std::string::npos) << what;
}

asio::awaitable<void> too_much_for_the_client(Bench& bench) {
  ChannelOptions options;
  options.message_bytes = 1000;
  const auto channel = co_await bench.connect(options);
  Call call = make_call(1, "big", R"({"bytes":5000})");
  const Answer answer = co_await channel->call(std::move(call));
  EXPECT_EQ(answer.status, CallStatus::disconnected);
  EXPECT_NE(answer.detail.find("over the limit"), std::string::npos) << answer.detail;
  EXPECT_FALSE(channel->alive());
}

TEST(WsClient, LimitsWhatItTakes) {
  Bench bench{Kind::ws};
  run(bench.io, too_much_for_the_client(bench));
}

}  // namespace
}  // namespace tracetax::transport
