// What holds on every transport, our end to our end.

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <gtest/gtest.h>
#include <unistd.h>

#include "harness/transport/stdio_server.h"
#include "tests/integration/transport/support.h"

namespace tracetax::transport {
namespace {

class OnEachTransport : public testing::TestWithParam<Kind> {};

INSTANTIATE_TEST_SUITE_P(Transport, OnEachTransport, testing::Values(Kind::stdio, Kind::http, Kind::ws),
                         [](const auto& test) { return std::string(to_string(test.param)); });

asio::awaitable<void> echo_some(Bench& bench) {
  const auto channel = co_await bench.connect();
  const Nanos before = monotonic_now();
  for (std::int64_t id = 1; id <= 20; ++id) {
    Call call = call_with_text(id, static_cast<std::size_t>(id * 100));
    const Answer answer = co_await channel->call(std::move(call));
    EXPECT_EQ(echoed(answer), std::string(static_cast<std::size_t>(id * 100), 'x'));
    EXPECT_EQ(answer.response.id, mcp::Id{id});
    EXPECT_EQ(answer.http_status, bench.kind == Kind::http ? 200 : 0);
    EXPECT_GE(answer.sent, before);
    EXPECT_GE(answer.received, answer.sent);
    EXPECT_LE(answer.received, monotonic_now());
  }
  EXPECT_TRUE(channel->alive());
  EXPECT_EQ(bench.handler.opened_count, 1u);
  EXPECT_EQ(bench.handler.last.kind, bench.kind);
  EXPECT_NE(bench.handler.last.headers, nullptr);
  EXPECT_EQ(bench.handler.last.peer.empty(), bench.kind == Kind::stdio);
}

TEST_P(OnEachTransport, EchoesAndStampsTimes) {
  Bench bench{GetParam()};
  run(bench.io, echo_some(bench));
}

asio::awaitable<void> echo_large(Bench& bench) {
  const auto channel = co_await bench.connect();
  Call call = call_with_text(7, 3u << 20);
  const Answer answer = co_await channel->call(std::move(call));
  EXPECT_EQ(echoed(answer).size(), 3u << 20);
}

TEST_P(OnEachTransport, CarriesMegabytes) {
  Bench bench{GetParam()};
  run(bench.io, echo_large(bench));
}

asio::awaitable<void> answer_newest_first(Bench& bench) {
  ChannelOptions options;
  options.connections = 64;
  const auto channel = co_await bench.connect(options);
  constexpr std::int64_t calls = 1000;
  std::vector<std::shared_ptr<Pending>> pending;
  for (std::int64_t id = 0; id < calls; ++id) {
    Call call = make_call(id, "hold", R"({"text":")" + std::to_string(id) + "\"}");
    pending.push_back(spawn_call(bench.io, *channel, std::move(call)));
  }
  const std::size_t at_once = bench.kind == Kind::http ? 64 : calls;
  co_await until([&] { return bench.handler.held() == at_once; });
  while (bench.handler.handled < calls || bench.handler.held() > 0) {
    if (bench.handler.held() > 0) bench.handler.release_newest();
    co_await asio::post(asio::use_awaitable);
  }
  co_await until([&] { return std::all_of(pending.begin(), pending.end(), [](const auto& p) { return p->done; }); });
  for (std::int64_t id = 0; id < calls; ++id) {
    EXPECT_EQ(echoed(pending[static_cast<std::size_t>(id)]->answer), std::to_string(id));
  }
  EXPECT_EQ(bench.handler.most_in_flight, at_once);
  EXPECT_EQ(bench.handler.most_open, bench.kind == Kind::http ? 64u : 1u);
}

TEST_P(OnEachTransport, MatchesAThousandConcurrentCallsAnsweredOutOfOrder) {
  Bench bench{GetParam()};
  run(bench.io, answer_newest_first(bench));
}

asio::awaitable<void> time_out(Bench& bench) {
  const auto channel = co_await bench.connect();
  Call late = make_call(1, "hold");
  late.deadline = Clock::now() + std::chrono::milliseconds(10);
  const Answer answer = co_await channel->call(std::move(late));
  EXPECT_EQ(answer.status, CallStatus::timed_out) << answer.detail;
  EXPECT_GT(answer.sent, Nanos{});
  EXPECT_GE(answer.received - answer.sent, std::chrono::milliseconds(9));
  EXPECT_FALSE(answer.detail.empty());
  EXPECT_TRUE(channel->alive());
  bench.handler.release_all();  // the answer comes late, under an id that nobody waits for
  Call next = call_with_text(2, 3);
  const Answer second = co_await channel->call(std::move(next));
  EXPECT_EQ(echoed(second), "xxx");
  Call again = call_with_text(1, 4);  // a forgotten id may be used again
  const Answer third = co_await channel->call(std::move(again));
  EXPECT_EQ(echoed(third), "xxxx");
}

TEST_P(OnEachTransport, TimesOutAndIgnoresTheLateAnswer) {
  Bench bench{GetParam()};
  run(bench.io, time_out(bench));
}

asio::awaitable<void> deadlines_of_all_lengths(Bench& bench) {
  const auto channel = co_await bench.connect();
  std::vector<std::shared_ptr<Pending>> pending;
  const auto start = Clock::now();
  for (const int ms : {30, 10, 20, 5}) {
    Call call = make_call(ms, "hold");
    call.deadline = start + std::chrono::milliseconds(ms);
    pending.push_back(spawn_call(bench.io, *channel, std::move(call)));
  }
  co_await until([&] { return std::all_of(pending.begin(), pending.end(), [](const auto& p) { return p->done; }); });
  for (const auto& p : pending) EXPECT_EQ(p->answer.status, CallStatus::timed_out);
  EXPECT_LE(pending[3]->answer.received, pending[1]->answer.received);
  EXPECT_LE(pending[1]->answer.received, pending[2]->answer.received);
  EXPECT_LE(pending[2]->answer.received, pending[0]->answer.received);
}

TEST_P(OnEachTransport, ExpiresDeadlinesInTheirOrder) {
  Bench bench{GetParam()};
  run(bench.io, deadlines_of_all_lengths(bench));
}

asio::awaitable<void> notify(Bench& bench) {
  const auto channel = co_await bench.connect();
  bench.handler.status_to_give = 202;
  Headers headers;
  headers.add("X-Note", "1");
  const bool sent =
      co_await channel->notify(R"({"jsonrpc":"2.0","method":"notifications/initialized"})", std::move(headers));
  EXPECT_TRUE(sent);
  co_await until([&] { return bench.handler.handled == 1; });
  EXPECT_NE(bench.handler.last_text.find("notifications/initialized"), std::string::npos);
  if (bench.kind == Kind::http) {
    EXPECT_EQ(bench.handler.last.headers->get("x-note"), "1");
  }
}

TEST_P(OnEachTransport, SendsNotifications) {
  Bench bench{GetParam()};
  run(bench.io, notify(bench));
}

asio::awaitable<void> lose_the_server(Bench& bench) {
  const auto channel = co_await bench.connect();
  const auto held = spawn_call(bench.io, *channel, make_call(1, "hold"));
  co_await until([&] { return bench.handler.held() == 1; });
  bench.listener.reset();
  EXPECT_TRUE(bench.handler.open.empty());
  co_await until([&] { return held->done; });
  EXPECT_EQ(held->answer.status, CallStatus::disconnected);
  EXPECT_GT(held->answer.sent, Nanos{});
  EXPECT_FALSE(held->answer.detail.empty());
  EXPECT_EQ(channel->alive(), bench.kind == Kind::http);
  Call call = make_call(2, "echo");
  const Answer after = co_await channel->call(std::move(call));
  EXPECT_EQ(after.status, CallStatus::never_sent) << after.detail;
  EXPECT_EQ(after.sent, Nanos{});
  const bool sent = co_await channel->notify("{}", Headers{});
  EXPECT_FALSE(sent);
}

TEST_P(OnEachTransport, EndsCallsWhenTheServerGoes) {
  Bench bench{GetParam()};
  run(bench.io, lose_the_server(bench));
}

asio::awaitable<void> destroy_the_channel(Bench& bench) {
  ChannelOptions options;
  options.connections = 2;
  auto channel = co_await bench.connect(options);
  std::vector<std::shared_ptr<Pending>> held;
  for (std::int64_t id = 0; id < 2; ++id) held.push_back(spawn_call(bench.io, *channel, make_call(id, "hold")));
  co_await until([&] { return bench.handler.held() == 2; });
  channel.reset();
  co_await until([&] { return held[0]->done && held[1]->done; });
  EXPECT_EQ(held[0]->answer.status, CallStatus::disconnected) << held[0]->answer.detail;
  EXPECT_EQ(held[1]->answer.status, CallStatus::disconnected);
  bench.handler.release_all();
  co_await until([&] { return bench.handler.open.empty(); });
}

TEST_P(OnEachTransport, EndsCallsWhenTheChannelIsDestroyed) {
  Bench bench{GetParam()};
  run(bench.io, destroy_the_channel(bench));
}

asio::awaitable<void> close_the_channel(Bench& bench) {
  const auto channel = co_await bench.connect();
  Call call = call_with_text(1, 3);
  const Answer answer = co_await channel->call(std::move(call));
  EXPECT_EQ(echoed(answer), "xxx");
  co_await channel->close();
  co_await until([&] { return bench.handler.open.empty() && bench.stdin_ended == (bench.kind == Kind::stdio); });
  Call late = make_call(2, "echo");
  const Answer after = co_await channel->call(std::move(late));
  EXPECT_EQ(after.status, CallStatus::never_sent);
}

TEST_P(OnEachTransport, Closes) {
  Bench bench{GetParam()};
  run(bench.io, close_the_channel(bench));
}

asio::awaitable<void> drain_when_answered(Bench& bench) {
  const auto channel = co_await bench.connect();
  const auto held = spawn_call(bench.io, *channel, make_call(1, "hold", R"({"text":"kept"})"));
  co_await until([&] { return bench.handler.held() == 1; });
  bool drained = false;
  asio::co_spawn(bench.io, bench.listener->drain(std::chrono::hours(1)), [&](std::exception_ptr e) {
    EXPECT_FALSE(e);
    drained = true;
  });
  co_await let_things_happen();
  EXPECT_FALSE(drained);
  EXPECT_FALSE(held->done);
  bench.handler.release_all();
  co_await until([&] { return drained && held->done; });
  EXPECT_EQ(echoed(held->answer), "kept");
  EXPECT_TRUE(bench.handler.open.empty());
  EXPECT_FALSE(bench.stdin_ended);
  Call late = make_call(2, "echo");
  const Answer after = co_await channel->call(std::move(late));
  EXPECT_NE(after.status, CallStatus::answered);
}

TEST_P(OnEachTransport, DrainWaitsForAnswersInFlight) {
  Bench bench{GetParam()};
  run(bench.io, drain_when_answered(bench));
}

asio::awaitable<void> drain_in_vain(Bench& bench) {
  const auto channel = co_await bench.connect();
  const auto held = spawn_call(bench.io, *channel, make_call(1, "hold"));
  co_await until([&] { return bench.handler.held() == 1; });
  co_await bench.listener->drain(std::chrono::milliseconds(10));
  EXPECT_TRUE(bench.handler.open.empty());
  co_await until([&] { return held->done; });
  EXPECT_EQ(held->answer.status, CallStatus::disconnected);
  bench.handler.release_all();  // its answer has nowhere to go
  co_await let_things_happen();
}

TEST_P(OnEachTransport, DrainGivesUpAfterItsGrace) {
  Bench bench{GetParam()};
  run(bench.io, drain_in_vain(bench));
}

asio::awaitable<void> drain_without_work(Bench& bench) {
  const auto channel = co_await bench.connect();
  Call call = call_with_text(1, 3);
  const Answer answer = co_await channel->call(std::move(call));
  EXPECT_EQ(echoed(answer), "xxx");
  co_await bench.listener->drain(std::chrono::hours(1));
  EXPECT_TRUE(bench.handler.open.empty());
}

TEST_P(OnEachTransport, DrainEndsIdleConnections) {
  Bench bench{GetParam()};
  run(bench.io, drain_without_work(bench));
}

asio::awaitable<void> handler_throws(Bench& bench) {
  const auto channel = co_await bench.connect();
  Call call = make_call(1, "throw");
  const Answer answer = co_await channel->call(std::move(call));
  if (bench.kind == Kind::http) {
    EXPECT_EQ(answer.status, CallStatus::answered) << answer.detail;
    EXPECT_EQ(answer.http_status, 500);
    EXPECT_EQ(std::get<mcp::ErrorObject>(answer.response.outcome).code, mcp::internal_error);
  } else {
    EXPECT_EQ(answer.status, CallStatus::disconnected);
    co_await until([&] { return bench.handler.open.empty(); });
  }
}

TEST_P(OnEachTransport, AHandlerThatThrowsHarmsItsConnectionAtMost) {
  Bench bench{GetParam()};
  run(bench.io, handler_throws(bench));
}

// A coroutine that owns both ends and waits on them: only its io_context can end it.
asio::awaitable<void> wait_for_ever(asio::io_context& io, Kind kind, TestHandler& handler) {
  const Pipe to_server;
  const Pipe to_client;
  std::unique_ptr<Listener> listener;
  std::unique_ptr<Channel> channel;
  if (kind == Kind::stdio) {
    listener = open_stdio(io, to_server.read, to_client.write, {}, handler, {});
    listener->start();
    channel = stdio_channel(io.get_executor(), to_client.read, to_server.write);
  } else {
    for (const int fd : {to_server.read, to_server.write, to_client.read, to_client.write}) ::close(fd);
    Url url;
    url.kind = kind;
    url.host = "127.0.0.1";
    listener = Listener::open(io, url, {}, handler);
    listener->start();
    const Url bound = *parse_url(listener->url());
    ChannelOptions options;
    options.connections = 1;
    channel = co_await connect(bound, options);
  }
  const auto first = spawn_call(io, *channel, make_call(1, "hold"));
  const auto queued = spawn_call(io, *channel, make_call(2, "hold"));
  Call call = make_call(3, "hold");
  co_await channel->call(std::move(call));
  ADD_FAILURE() << "nobody has answered";
}

TEST_P(OnEachTransport, EverythingMayDieInMidCall) {
  TestHandler handler;
  asio::io_context io;
  asio::co_spawn(io, wait_for_ever(io, GetParam(), handler), [](std::exception_ptr) {});
  while (handler.held() == 0) io.run_one();
  io.poll();
  handler.forget_held();
  // The io_context's destructor does the rest; the leak checker is the judge.
}

asio::awaitable<void> cancel_a_call(Bench& bench) {
  const auto channel = co_await bench.connect();
  asio::cancellation_signal signal;
  bool done = false;
  Answer answer;
  auto work = [&]() -> asio::awaitable<void> {
    Call call = make_call(1, "hold");
    answer = co_await channel->call(std::move(call));
  };
  asio::co_spawn(bench.io, work, asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr) { done = true; }));
  co_await until([&] { return bench.handler.held() == 1; });
  signal.emit(asio::cancellation_type::terminal);
  co_await until([&] { return done; });
  bench.handler.release_all();
  Call next = call_with_text(2, 2);
  const Answer second = co_await channel->call(std::move(next));
  EXPECT_EQ(echoed(second), "xx");
}

TEST_P(OnEachTransport, CallsCanBeCancelled) {
  Bench bench{GetParam()};
  run(bench.io, cancel_a_call(bench));
}

asio::awaitable<void> reuse_an_id(Bench& bench) {
  const auto channel = co_await bench.connect();
  const auto held = spawn_call(bench.io, *channel, make_call(1, "hold", R"({"text":"first"})"));
  co_await until([&] { return bench.handler.held() == 1; });
  Call twin = make_call(1, "echo");
  const Answer answer = co_await channel->call(std::move(twin));
  EXPECT_EQ(answer.status, CallStatus::never_sent);
  bench.handler.release_all();
  co_await until([&] { return held->done; });
  EXPECT_EQ(echoed(held->answer), "first");
}

TEST(Channel, RefusesAnIdThatIsInFlight) {
  Bench bench{Kind::ws};
  run(bench.io, reuse_an_id(bench));
}

asio::awaitable<void> connect_to_nobody(std::string text, std::string& what) {
  const auto url = parse_url(text);
  ChannelOptions options;
  try {
    co_await connect(*url, options);
  } catch (const boost::system::system_error& error) {
    what = error.what();
  }
}

TEST(Channel, NamesTheUrlThatCannotBeReached) {
  asio::io_context io;
  const tcp::acceptor bound{io, tcp::endpoint{asio::ip::address_v4::loopback(), 0}, false};
  std::string url;
  {
    const tcp::acceptor gone{io, tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
    url = "ws://127.0.0.1:" + std::to_string(gone.local_endpoint().port()) + "/mcp";
  }
  std::string what;
  run(io, connect_to_nobody(url, what));
  EXPECT_NE(what.find(url), std::string::npos) << what;
}

asio::awaitable<void> handshake_with_silence(Url url, std::string& what) {
  ChannelOptions options;
  options.connect_timeout = std::chrono::milliseconds(20);
  try {
    co_await connect(url, options);
  } catch (const boost::system::system_error& error) {
    what = error.what();
    EXPECT_EQ(error.code(), asio::error::timed_out);
  }
}

TEST(Channel, GivesUpOnASilentPeer) {
  asio::io_context io;
  const RawServer silent{io, Kind::ws};  // its kernel accepts, it never does
  std::string what;
  run(io, handshake_with_silence(silent.url(), what));
  EXPECT_NE(what.find(silent.url().text()), std::string::npos) << what;
}

TEST(Listener, NamesTheUrlThatIsTaken) {
  Bench bench{Kind::http};
  try {
    const auto second = Listener::open(bench.io, bench.url(), {}, bench.handler);
    FAIL() << "two listeners on one port";
  } catch (const boost::system::system_error& error) {
    EXPECT_NE(std::string(error.what()).find(bench.listener->url()), std::string::npos) << error.what();
  }
}

TEST(Listener, SaysWhichPortTheKernelChose) {
  Bench bench{Kind::ws};
  EXPECT_NE(bench.url().port, 0);
  EXPECT_EQ(bench.listener->url(), "ws://127.0.0.1:" + std::to_string(bench.url().port) + "/mcp");
}

}  // namespace
}  // namespace tracetax::transport
