// MCP stdio against peers that are none of ours, and on every kind of descriptor that can be a program's stdin.

#include <cstdlib>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/transport/line_io.h"
#include "harness/transport/stdio_server.h"
#include "tests/integration/transport/support.h"

namespace tracetax::transport {
namespace {

const std::string echo = R"({"jsonrpc":"2.0","id":1,"method":"echo","params":{"text":"hi"}})";

// Everything that is in a pipe until its writers are gone.
std::string read_rest(int fd) {
  std::string text;
  char chunk[4096];
  for (ssize_t n = 0; (n = ::read(fd, chunk, sizeof chunk)) > 0;) text.append(chunk, static_cast<std::size_t>(n));
  ::close(fd);
  return text;
}

// What the server writes when `input` is its stdin, until it says that its input has ended.
std::string serve(TestHandler& handler, int input, const ServerLimits& limits = {}) {
  asio::io_context io;
  const Pipe out;
  bool ended = false;
  const auto listener = open_stdio(io, input, out.write, limits, handler, [&] { ended = true; });
  listener->start();
  io.run();
  EXPECT_TRUE(ended);
  return read_rest(out.read);
}

int pipe_with(std::string_view text) {
  const Pipe pipe;
  EXPECT_EQ(::write(pipe.write, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  ::close(pipe.write);
  return pipe.read;
}

TEST(StdioServer, AnswersWhatCameBeforeTheEndOfInput) {
  TestHandler handler;
  const std::string answers = serve(handler, pipe_with(echo + "\n\n" + echo + "\r\n"));
  EXPECT_EQ(std::count(answers.begin(), answers.end(), '\n'), 2);
  EXPECT_NE(answers.find("\"hi\""), std::string::npos);
  EXPECT_EQ(handler.opened_count, 1u);
  EXPECT_TRUE(handler.open.empty());
}

TEST(StdioServer, SurvivesLinesThatAreNoMessages) {
  TestHandler handler;
  const std::string answers = serve(handler, pipe_with("{broken\n[]\n" + echo + "\n"));
  EXPECT_NE(answers.find("-32700"), std::string::npos);
  EXPECT_NE(answers.find("-32600"), std::string::npos);
  EXPECT_NE(answers.find("\"hi\""), std::string::npos);
}

TEST(StdioServer, ReportsALineOverTheLimitAndReadsOn) {
  TestHandler handler;
  ServerLimits limits;
  limits.message_bytes = 100;
  const std::string answers = serve(handler, pipe_with(std::string(5000, 'x') + "\n" + echo + "\n"), limits);
  EXPECT_EQ(handler.too_long, 1u);
  EXPECT_NE(answers.find("message too long"), std::string::npos);
  EXPECT_NE(answers.find("\"hi\""), std::string::npos);
}

TEST(StdioServer, ReadsFilesDevicesAndSockets) {
  TestHandler handler;
  char name[] = "/tmp/tracetax-stdin-XXXXXX";
  const int file = ::mkstemp(name);
  ASSERT_GE(file, 0);
  ::unlink(name);
  ASSERT_EQ(::write(file, (echo + "\n").data(), echo.size() + 1), static_cast<ssize_t>(echo.size() + 1));
  ::lseek(file, 0, SEEK_SET);
  EXPECT_NE(serve(handler, own_descriptor(file, true)).find("\"hi\""), std::string::npos);
  ::close(file);

  const int null = ::open("/dev/null", O_RDONLY);
  EXPECT_EQ(serve(handler, own_descriptor(null, true)), "");
  ::close(null);

  int pair[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  ASSERT_EQ(::write(pair[0], (echo + "\n").data(), echo.size() + 1), static_cast<ssize_t>(echo.size() + 1));
  ::shutdown(pair[0], SHUT_WR);
  EXPECT_NE(serve(handler, own_descriptor(pair[1], true)).find("\"hi\""), std::string::npos);
  ::close(pair[0]);
  ::close(pair[1]);
}

TEST(StdioServer, WritesToFiles) {
  TestHandler handler;
  asio::io_context io;
  char name[] = "/tmp/tracetax-stdout-XXXXXX";
  const int file = ::mkstemp(name);
  ASSERT_GE(file, 0);
  ::unlink(name);
  const auto listener = open_stdio(io, pipe_with(echo + "\n"), own_descriptor(file, false), {}, handler, [] {});
  listener->start();
  io.run();
  ::lseek(file, 0, SEEK_SET);
  EXPECT_NE(read_rest(file).find("\"hi\""), std::string::npos);
}

TEST(StdioServer, LeavesTheOriginalPipeBlocking) {
  const Pipe pipe;
  const int own = own_descriptor(pipe.read, true);
  EXPECT_NE(::fcntl(own, F_GETFL) & O_NONBLOCK, 0);
  EXPECT_EQ(::fcntl(pipe.read, F_GETFL) & O_NONBLOCK, 0);
  for (const int fd : {own, pipe.read, pipe.write}) ::close(fd);
}

TEST(StdioServer, RefusesAClosedDescriptor) {
  const Pipe pipe;
  ::close(pipe.read);
  ::close(pipe.write);
  EXPECT_THROW(own_descriptor(pipe.read, true), boost::system::system_error);
}

TEST(StdioServer, EndsWhenNobodyReadsItsOutput) {
  TestHandler handler;
  asio::io_context io;
  const Pipe in;
  const Pipe out;
  ::close(out.read);
  bool ended = false;
  const auto listener = open_stdio(io, in.read, out.write, {}, handler, [&] { ended = true; });
  listener->start();
  ASSERT_EQ(::write(in.write, (echo + "\n").data(), echo.size() + 1), static_cast<ssize_t>(echo.size() + 1));
  io.run();
  EXPECT_TRUE(ended);
  ::close(in.write);
}

asio::awaitable<void> open_and_hold(Bench& bench, std::string& order) {
  auto channel = co_await bench.connect();
  const auto held = spawn_call(bench.io, *channel, make_call(1, "hold"));
  co_await until([&] { return bench.handler.held() == 1; });
  channel.reset();  // end of input with a call in flight
  co_await let_things_happen();
  order += bench.stdin_ended ? "ended," : "";
  bench.handler.release_all();
  order += "released,";
  co_await until([&] { return bench.stdin_ended; });
  order += "ended";
}

TEST(StdioServer, FinishesCallsInFlightBeforeItSaysThatInputHasEnded) {
  Bench bench{Kind::stdio};
  std::string order;
  run(bench.io, open_and_hold(bench, order));
  EXPECT_EQ(order, "released,ended");
}

// --- the client's end: the test is the child process

struct Child {
  Child() : channel(stdio_channel(io.get_executor(), from_child.read, to_child.write)) {
    ::fcntl(to_child.read, F_SETFL, O_NONBLOCK);
  }
  void say(std::string_view text) {
    ASSERT_EQ(::write(from_child.write, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  asio::awaitable<std::string> hear() {  // a line from the client
    while (heard.find('\n') == std::string::npos) {
      char chunk[4096];
      const ssize_t n = ::read(to_child.read, chunk, sizeof chunk);
      if (n > 0) heard.append(chunk, static_cast<std::size_t>(n));
      co_await asio::post(asio::use_awaitable);
    }
    std::string line = heard.substr(0, heard.find('\n'));
    heard.erase(0, line.size() + 1);
    co_return line;
  }

  asio::io_context io{};
  Pipe to_child{};
  Pipe from_child{};
  std::unique_ptr<Channel> channel;
  std::string heard{};
};

TEST(StdioClient, IgnoresEverythingThatIsNotItsAnswer) {
  Child child;
  auto work = [&]() -> asio::awaitable<void> {
    const auto call = spawn_call(child.io, *child.channel, make_call(7, "echo"));
    const std::string line = co_await child.hear();
    EXPECT_EQ(mcp::Json::parse(line).at("id"), 7);
    child.say("a stray print\n{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{}}\n");
    child.say("{\"jsonrpc\":\"2.0\",\"id\":8,\"result\":{\"text\":\"another's\"}}\n");
    child.say("{\"jsonrpc\":\"2.0\",\"id\":\"7\",\"result\":{\"text\":\"a string is no integer\"}}\n");
    child.say("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"roots/list\"}\n");
    co_await let_things_happen();
    EXPECT_FALSE(call->done);
    child.say("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"text\":\"mine\"}}\n");
    co_await until([&] { return call->done; });
    EXPECT_EQ(echoed(call->answer), "mine");
  };
  run(child.io, work());
}

TEST(StdioClient, AnswersPings) {
  Child child;
  auto work = [&]() -> asio::awaitable<void> {
    child.say("{\"jsonrpc\":\"2.0\",\"id\":\"p1\",\"method\":\"ping\"}\n");
    const std::string line = co_await child.hear();
    EXPECT_EQ(mcp::Json::parse(line), mcp::Json::parse(R"({"jsonrpc":"2.0","id":"p1","result":{}})"));
  };
  run(child.io, work());
}

TEST(StdioClient, WritesOneLineAMessage) {
  Child child;
  auto work = [&]() -> asio::awaitable<void> {
    const bool sent = co_await child.channel->notify("{\n \"jsonrpc\": \"2.0\",\r\n \"method\": \"x\"\n}", Headers{});
    EXPECT_TRUE(sent);
    const std::string line = co_await child.hear();
    EXPECT_EQ(mcp::Json::parse(line).at("method"), "x");
    EXPECT_TRUE(child.heard.empty());
  };
  run(child.io, work());
}

TEST(StdioClient, IsOverWhenTheChildDies) {
  Child child;
  auto work = [&]() -> asio::awaitable<void> {
    const auto call = spawn_call(child.io, *child.channel, make_call(1, "echo"));
    co_await child.hear();
    ::close(child.from_child.write);
    co_await until([&] { return call->done; });
    EXPECT_EQ(call->answer.status, CallStatus::disconnected);
    EXPECT_FALSE(child.channel->alive());
  };
  run(child.io, work());
}

TEST(StdioClient, IsOverWhenTheChildStopsReading) {
  Child child;
  ::close(child.to_child.read);  // a write now raises SIGPIPE, which must not end this test
  auto work = [&]() -> asio::awaitable<void> {
    Call call = make_call(1, "echo");
    const Answer answer = co_await child.channel->call(std::move(call));
    EXPECT_EQ(answer.status, CallStatus::disconnected);
    EXPECT_FALSE(child.channel->alive());
  };
  run(child.io, work());
}

TEST(StdioClient, TakesASocketPairAsOneDescriptor) {
  asio::io_context io;
  int pair[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  TestHandler handler;
  const auto listener = open_stdio(io, pair[0], ::dup(pair[0]), {}, handler, [] {});
  listener->start();
  auto work = [&]() -> asio::awaitable<void> {
    const auto channel = stdio_channel(io.get_executor(), pair[1], pair[1]);
    Call call = call_with_text(1, 5);
    const Answer answer = co_await channel->call(std::move(call));
    EXPECT_EQ(echoed(answer), "xxxxx");
  };
  run(io, work());
}

}  // namespace
}  // namespace tracetax::transport
