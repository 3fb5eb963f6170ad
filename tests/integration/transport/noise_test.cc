// Random bytes at every end. The sanitizers see what asserts cannot; here: both ends go on afterwards.

#include <random>

#include <gtest/gtest.h>
#include <unistd.h>

#include "harness/transport/stdio_server.h"
#include "tests/integration/transport/support.h"

namespace tracetax::transport {
namespace {

constexpr int rounds = 150;

// Mostly bytes, often with pieces of the protocols between them, so that some get past the first check.
std::string noise(std::mt19937_64& random) {
  static const std::vector<std::string> pieces{"POST /mcp HTTP/1.1\r\n",
                                               "Content-Length: 20\r\n",
                                               "Transfer-Encoding: chunked\r\n",
                                               "\r\n",
                                               "\r\n\r\n",
                                               "5\r\nhello\r\n",
                                               "0\r\n\r\n",
                                               "GET /mcp HTTP/1.1\r\n",
                                               "Upgrade: websocket\r\n",
                                               "\x81\x85",
                                               std::string("\x81\xfe\xff\xff", 4),
                                               std::string("\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff", 10),
                                               "\x88\x80",
                                               "{\"jsonrpc\":\"2.0\"",
                                               "\"id\":1",
                                               "}\n",
                                               "\n",
                                               "data: ",
                                               "HTTP/1.1 200 OK\r\n",
                                               "Content-Type: text/event-stream\r\n",
                                               "Content-Type: application/json\r\n"};
  std::string text;
  const std::uint64_t parts = 1 + random() % 12;
  for (std::uint64_t i = 0; i < parts; ++i) {
    if (random() % 2 == 0) {
      text += pieces[static_cast<std::size_t>(random() % pieces.size())];
    } else {
      for (std::uint64_t n = random() % 40; n > 0; --n) text += static_cast<char>(random());
    }
  }
  return text;
}

asio::awaitable<void> shout_at_a_listener(Bench& bench, bool after_handshake) {
  std::mt19937_64 random{after_handshake ? 7u : 42u};
  const auto calm = co_await bench.connect();
  for (int round = 0; round < rounds; ++round) {
    RawPeer peer{bench.io};
    co_await peer.connect(bench.url());
    if (after_handshake) {
      co_await peer.write(ws_upgrade("/mcp"));
      co_await peer.read_until("\r\n\r\n");
    }
    co_await peer.write(noise(random));
    if (round % 2 == 0) peer.socket.shutdown(tcp::socket::shutdown_send);
    for (int turn = 0; turn < 20; ++turn) co_await asio::post(asio::use_awaitable);
  }
  Call call = call_with_text(5, 2);
  const Answer unharmed = co_await calm->call(std::move(call));
  EXPECT_EQ(echoed(unharmed), "xx");
  co_await until([&] { return bench.handler.open.size() <= 1; });
}

TEST(Noise, LeavesTheHttpServerStanding) {
  Bench bench{Kind::http};
  run(bench.io, shout_at_a_listener(bench, false));
}

TEST(Noise, LeavesTheWsServerStanding) {
  Bench bench{Kind::ws};
  run(bench.io, shout_at_a_listener(bench, false));
}

TEST(Noise, LeavesTheWsServerStandingAfterTheHandshake) {
  Bench bench{Kind::ws};
  run(bench.io, shout_at_a_listener(bench, true));
}

TEST(Noise, LeavesTheStdioServerStanding) {
  TestHandler handler;
  asio::io_context io;
  const Pipe in;
  const Pipe out;
  bool ended = false;
  const auto listener = open_stdio(io, in.read, out.write, {}, handler, [&] { ended = true; });
  listener->start();
  std::mt19937_64 random{42};
  std::string text;
  for (int round = 0; round < rounds; ++round) text += noise(random);
  text += "\n" + call_with_text(77, 2).text + "\n";
  ASSERT_LT(text.size(), 60000u);  // fits a pipe
  ASSERT_EQ(::write(in.write, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  ::close(in.write);
  io.run();
  EXPECT_TRUE(ended);
  std::string answers(200000, '\0');
  const ssize_t n = ::read(out.read, answers.data(), answers.size());
  ASSERT_GT(n, 0);
  EXPECT_NE(answers.find("\"id\":77"), std::string::npos);
  ::close(out.read);
}

asio::awaitable<void> answer_with_noise(RawServer& server) {
  std::mt19937_64 random{42};
  for (int round = 0; round < rounds; ++round) {
    const auto peer = co_await server.accept();
    co_await server.read_http_request(*peer);
    // Half of it begins like an answer, so that it gets into the body.
    const std::string start = round % 2 == 0 ? "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" : "";
    co_await peer->write(start + noise(random));
  }
}

asio::awaitable<void> hear_noise(asio::io_context& io) {
  RawServer server{io};
  asio::co_spawn(io, answer_with_noise(server), [](std::exception_ptr e) { EXPECT_FALSE(e); });
  const Url url = server.url();
  ChannelOptions options;
  options.connections = 1;
  const auto channel = co_await connect(url, options);
  for (int round = 0; round < rounds; ++round) {
    Call call = make_call(round + 1000, "echo", R"({"a":1})");
    const Answer answer = co_await channel->call(std::move(call));
    EXPECT_TRUE(answer.status == CallStatus::bad_answer || answer.status == CallStatus::disconnected)
        << static_cast<int>(answer.status);
    EXPECT_FALSE(answer.detail.empty());
  }
}

TEST(Noise, IsABadAnswerToAnHttpClient) {
  asio::io_context io;
  run(io, hear_noise(io));
}

TEST(Noise, IsNoAnswerToAStdioClient) {
  asio::io_context io;
  const Pipe to_child;
  const Pipe from_child;
  const auto channel = stdio_channel(io.get_executor(), from_child.read, to_child.write);
  std::mt19937_64 random{42};
  std::string text;
  for (int round = 0; round < rounds; ++round) text += noise(random);
  text += "\n{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":{\"text\":\"heard\"}}\n";
  ASSERT_EQ(::write(from_child.write, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  auto work = [&]() -> asio::awaitable<void> {
    Call call = make_call(5, "echo");
    const Answer answer = co_await channel->call(std::move(call));
    EXPECT_EQ(echoed(answer), "heard");
  };
  run(io, work());
  ::close(from_child.write);
  ::close(to_child.read);
}

}  // namespace
}  // namespace tracetax::transport
