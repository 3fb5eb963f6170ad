// What a server allows its peers, and that a peer over it harms nobody else.

#include <gtest/gtest.h>
#include <unistd.h>

#include "harness/transport/stdio_server.h"
#include "tests/integration/transport/support.h"

namespace tracetax::transport {
namespace {

class InFlight : public testing::TestWithParam<Kind> {};

INSTANTIATE_TEST_SUITE_P(Limits, InFlight, testing::Values(Kind::stdio, Kind::ws),
                         [](const auto& test) { return std::string(to_string(test.param)); });

asio::awaitable<void> too_many_at_once(Bench& bench) {
  const auto channel = co_await bench.connect();
  std::vector<std::shared_ptr<Pending>> pending;
  for (std::int64_t id = 0; id < 50; ++id) pending.push_back(spawn_call(bench.io, *channel, make_call(id, "hold")));
  co_await until([&] { return bench.handler.held() == 4; });
  co_await let_things_happen();
  EXPECT_EQ(bench.handler.held(), 4u);
  const auto all_done = [&] {
    if (bench.handler.held() > 0) bench.handler.release_newest();
    return std::all_of(pending.begin(), pending.end(), [](const auto& p) { return p->done; });
  };
  co_await until(all_done);
  for (const auto& p : pending) EXPECT_EQ(p->answer.status, CallStatus::answered);
  EXPECT_EQ(bench.handler.most_in_flight, 4u);
}

TEST_P(InFlight, ReadingPausesAtTheLimit) {
  ServerLimits limits;
  limits.in_flight = 4;
  Bench bench{GetParam(), limits};
  run(bench.io, too_many_at_once(bench));
}

asio::awaitable<void> end_while_paused(Bench& bench) {
  auto channel = co_await bench.connect();
  const auto held = spawn_call(bench.io, *channel, make_call(1, "hold"));
  const auto unread = spawn_call(bench.io, *channel, make_call(2, "echo"));
  co_await until([&] { return bench.handler.held() == 1; });
  co_await let_things_happen();
  bench.listener.reset();
  co_await until([&] { return held->done && unread->done; });
  EXPECT_EQ(unread->answer.status, CallStatus::disconnected);
}

TEST_P(InFlight, APausedReaderDoesNotOutliveItsListener) {
  ServerLimits limits;
  limits.in_flight = 1;
  Bench bench{GetParam(), limits};
  run(bench.io, end_while_paused(bench));
}

asio::awaitable<void> never_read_ws(Bench& bench) {
  const auto other = co_await bench.connect();
  RawPeer slow{bench.io};
  co_await slow.connect(bench.url());
  co_await slow.write(ws_upgrade("/mcp"));
  co_await slow.read_until("\r\n\r\n");
  co_await until([&] { return bench.handler.open.size() == 2; });
  const Call big = make_call(1, "big", R"({"bytes":1000000})");
  const std::string frame = ws_frame(0x81, big.text);
  for (int i = 0; i < 60 && bench.handler.open.size() == 2; ++i) co_await slow.write(frame);
  co_await until([&] { return bench.handler.open.size() == 1; });
  Call call = call_with_text(5, 2);
  const Answer unharmed = co_await other->call(std::move(call));
  EXPECT_EQ(echoed(unharmed), "xx");
}

TEST(Limits, AWebSocketThatDoesNotReadIsCutOff) {
  ServerLimits limits;
  limits.unsent_bytes = 2u << 20;
  Bench bench{Kind::ws, limits};
  run(bench.io, never_read_ws(bench));
  EXPECT_LT(bench.handler.handled, 60u);
}

TEST(Limits, AParentThatDoesNotReadIsCutOff) {
  TestHandler handler;
  asio::io_context io;
  const Pipe in;
  const Pipe out;
  ServerLimits limits;
  limits.unsent_bytes = 1u << 20;
  bool ended = false;
  const auto listener = open_stdio(io, in.read, out.write, limits, handler, [&] { ended = true; });
  listener->start();
  const std::string line = make_call(1, "big", R"({"bytes":500000})").text + "\n";
  for (int i = 0; i < 4; ++i) ASSERT_EQ(::write(in.write, line.data(), line.size()), static_cast<ssize_t>(line.size()));
  io.run();
  EXPECT_TRUE(ended);
  EXPECT_TRUE(handler.open.empty());
  ::close(in.write);
  ::close(out.read);
}

asio::awaitable<void> one_connection_too_many(Bench& bench) {
  std::vector<std::unique_ptr<RawPeer>> peers;
  for (int i = 0; i < 2; ++i) {
    peers.push_back(std::make_unique<RawPeer>(bench.io));
    co_await peers.back()->connect(bench.url());
  }
  co_await until([&] { return bench.handler.open.size() == 2; });
  RawPeer third{bench.io};
  co_await third.connect(bench.url());
  const std::string nothing = co_await third.read_all();
  EXPECT_EQ(nothing, "");
  EXPECT_EQ(bench.handler.opened_count, 2u);
  peers.pop_back();
  co_await until([&] { return bench.handler.open.size() == 1; });
  RawPeer fourth{bench.io};
  co_await fourth.connect(bench.url());
  co_await until([&] { return bench.handler.open.size() == 2; });
}

TEST(Limits, ConnectionsBeyondTheLimitAreClosedAtOnce) {
  ServerLimits limits;
  limits.connections = 2;
  Bench bench{Kind::http, limits};
  run(bench.io, one_connection_too_many(bench));
}

class Idle : public testing::TestWithParam<Kind> {};

INSTANTIATE_TEST_SUITE_P(Limits, Idle, testing::Values(Kind::http, Kind::ws),
                         [](const auto& test) { return std::string(to_string(test.param)); });

asio::awaitable<void> stay_silent(Bench& bench) {
  const auto channel = co_await bench.connect();
  Call call = call_with_text(1, 2);
  const Answer answer = co_await channel->call(std::move(call));
  EXPECT_EQ(echoed(answer), "xx");
  co_await until([&] { return bench.handler.open.empty(); });
  RawPeer mute{bench.io};  // not one byte, not even a handshake
  co_await mute.connect(bench.url());
  const std::string nothing = co_await mute.read_all();
  EXPECT_EQ(nothing, "");
}

TEST_P(Idle, ConnectionsAreClosed) {
  ServerLimits limits;
  limits.idle = std::chrono::milliseconds(20);
  Bench bench{GetParam(), limits};
  run(bench.io, stay_silent(bench));
}

asio::awaitable<void> think_long(Bench& bench) {
  const auto channel = co_await bench.connect();
  const auto held = spawn_call(bench.io, *channel, make_call(1, "hold"));
  co_await until([&] { return bench.handler.held() == 1; });
  asio::steady_timer sweeps{bench.io, std::chrono::milliseconds(60)};  // several, while the call is in flight
  co_await sweeps.async_wait(asio::use_awaitable);
  EXPECT_FALSE(held->done);
  bench.handler.release_all();
  co_await until([&] { return held->done; });
  EXPECT_EQ(held->answer.status, CallStatus::answered) << held->answer.detail;
}

TEST_P(Idle, ACallInFlightIsNotIdleness) {
  ServerLimits limits;
  limits.idle = std::chrono::milliseconds(20);
  Bench bench{GetParam(), limits};
  run(bench.io, think_long(bench));
}

}  // namespace
}  // namespace tracetax::transport
