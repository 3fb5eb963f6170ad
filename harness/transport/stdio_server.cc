// MCP stdio, the server's end: one message a line; the end of input is the request to end.

#include "harness/transport/stdio_server.h"

#include <algorithm>
#include <array>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "harness/mcp/framing.h"
#include "harness/transport/conversation.h"
#include "harness/transport/line_io.h"
#include "harness/transport/net.h"
#include "harness/transport/socket_server.h"

namespace tracetax::transport {
namespace {

class StdioServer : public Conversation {
 public:
  StdioServer(asio::io_context& io, int read_fd, int write_fd, const ServerLimits& limits, Handler& handler,
              std::function<void()> stdin_ended)
      : Conversation(io.get_executor(), limits.in_flight),
        input_(io, read_fd),
        output_fd_(write_fd),
        limits_(limits),
        handler_(&handler),
        stdin_ended_(std::move(stdin_ended)),
        id_(next_connection_id()) {}

  // What needs shared_from_this(). The descriptor is the writer's from here on.
  void attach() {
    auto progress = [weak = weak_from_this()](const error_code& error) {
      if (const auto self = std::static_pointer_cast<StdioServer>(weak.lock())) self->written(error);
    };
    output_ = std::make_shared<LineWriter>(input_.get_executor(), output_fd_, std::move(progress));
  }
  void start();
  asio::awaitable<void> drain(Nanos grace);
  void close();  // after this the handler is not called again

 private:
  static asio::awaitable<void> read_loop(std::shared_ptr<StdioServer> self);
  Handler* handler() override { return handler_; }
  bool over() const override { return over_; }
  void send(std::string text) override;
  void handler_failed() override { finish(); }
  void answered() override { end_if_settled(); }
  void written(const error_code& error);
  void end_if_settled();
  void finish();

  asio::posix::stream_descriptor input_;
  int output_fd_;
  std::shared_ptr<LineWriter> output_{};
  ServerLimits limits_;
  Handler* handler_;
  std::function<void()> stdin_ended_;
  ConnectionId id_;
  bool started_ = false;
  bool reading_ = false;
  bool draining_ = false;
  bool over_ = false;
  Wakeup finished_;
};

void StdioServer::start() {
  started_ = reading_ = true;
  handler_->opened(id_, Kind::stdio, Headers{});
  auto self = std::static_pointer_cast<StdioServer>(shared_from_this());
  asio::co_spawn(input_.get_executor(), read_loop(self), [self](const std::exception_ptr& died) {
    self->reading_ = false;
    if (died) return self->finish();
    self->end_if_settled();
  });
}

asio::awaitable<void> StdioServer::read_loop(std::shared_ptr<StdioServer> self) {
  const auto no_headers = std::make_shared<const Headers>();
  mcp::LineFramer framer{static_cast<std::size_t>(self->limits_.message_bytes)};
  std::vector<char> chunk(read_chunk_bytes);
  while (!self->over_ && !self->draining_) {
    const auto [error, n] = co_await self->input_.async_read_some(asio::buffer(chunk), as_result);
    framer.push({chunk.data(), n});
    while (auto line = framer.next()) {
      if (self->over_ || self->draining_) co_return;
      Incoming incoming;
      incoming.connection = self->id_;
      incoming.headers = no_headers;
      if (auto* text = std::get_if<std::string>(&*line)) {
        incoming.text = std::move(*text);
      } else {
        incoming.too_long = true;
      }
      co_await self->take(std::move(incoming));
    }
    if (error) co_return;
  }
}

void StdioServer::send(std::string text) {
  output_->send(text);
  if (output_->unsent() > limits_.unsent_bytes) finish();
}

void StdioServer::written(const error_code& error) {
  if (error) return finish();
  end_if_settled();
}

void StdioServer::end_if_settled() {
  if (!reading_ && in_flight() == 0 && output_->unsent() == 0) finish();
}

// The conversation is over: input has ended and all is answered, or nobody listens any more.
void StdioServer::finish() {
  if (std::exchange(over_, true)) return;
  error_code ignored;
  input_.close(ignored);
  output_->close();
  release_reader();
  if (handler_ != nullptr && started_) handler_->closed(id_);
  finished_.wake();
  // Posted: its owner may well destroy the listener in it.
  if (stdin_ended_ && !draining_) asio::post(input_.get_executor(), std::exchange(stdin_ended_, {}));
}

asio::awaitable<void> StdioServer::drain(Nanos grace) {
  const auto self = std::static_pointer_cast<StdioServer>(shared_from_this());
  draining_ = true;
  error_code ignored;
  input_.cancel(ignored);
  release_reader();
  end_if_settled();
  asio::steady_timer alarm{input_.get_executor(), grace};
  alarm.async_wait([self](const error_code& error) {
    if (!error) self->finished_.wake();
  });
  while (!over_ && alarm.expiry() > Clock::now()) co_await finished_.wait();
  finish();
}

void StdioServer::close() {
  draining_ = true;
  finish();
  handler_ = nullptr;
}

class StdioListener : public Listener {
 public:
  explicit StdioListener(std::shared_ptr<StdioServer> server) : server_(std::move(server)) {}
  ~StdioListener() override { server_->close(); }
  std::string url() const override { return "stdio"; }
  void start() override { server_->start(); }
  asio::awaitable<void> drain(Nanos grace) override { return server_->drain(grace); }

 private:
  std::shared_ptr<StdioServer> server_;
};

}  // namespace

std::unique_ptr<Listener> open_stdio(asio::io_context& io, int read_fd, int write_fd, const ServerLimits& limits,
                                     Handler& handler, std::function<void()> stdin_ended) {
  ignore_broken_pipes();
  auto server = std::make_shared<StdioServer>(io, read_fd, write_fd, limits, handler, std::move(stdin_ended));
  server->attach();
  return std::make_unique<StdioListener>(std::move(server));
}

}  // namespace tracetax::transport
