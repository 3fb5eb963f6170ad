// MCP stdio, the client's end: messages to and from a child process, a line each.

#include <exception>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <unistd.h>

#include "harness/mcp/framing.h"
#include "harness/transport/line_io.h"
#include "harness/transport/multiplexer.h"
#include "harness/transport/net.h"

namespace tracetax::transport {
namespace {

constexpr auto closing_time = std::chrono::seconds(1);  // for what is still to be written

class StdioStream : public Multiplexer {
 public:
  StdioStream(asio::any_io_executor executor, int read_fd) : Multiplexer(executor), input_(executor, read_fd) {}

  void start(int write_fd, std::uint64_t message_bytes) {
    auto progress = [weak = weak_from_this()](const error_code& error) {
      if (const auto self = std::static_pointer_cast<StdioStream>(weak.lock())) self->written(error);
    };
    output_ = std::make_shared<LineWriter>(executor(), write_fd, std::move(progress));
    auto self = std::static_pointer_cast<StdioStream>(shared_from_this());
    asio::co_spawn(executor(), read_loop(self, message_bytes), [self](const std::exception_ptr& died) {
      self->end(died ? "reading failed" : "the peer closed its output");
    });
  }

  asio::awaitable<void> close() override {
    const auto self = shared_from_this();
    const auto give_up = Clock::now() + closing_time;
    asio::steady_timer alarm{executor(), give_up};
    alarm.async_wait([self, this](const error_code& error) {
      if (!error) sent_.wake();
    });
    while (alive() && output_->unsent() > 0 && Clock::now() < give_up) co_await sent_.wait();
    end("the channel was closed");
  }

 private:
  static asio::awaitable<void> read_loop(std::shared_ptr<StdioStream> self, std::uint64_t message_bytes) {
    const EndOfReader guard{self};
    mcp::LineFramer framer{static_cast<std::size_t>(message_bytes)};
    std::vector<char> chunk(64u << 10);
    while (self->alive()) {
      const auto [error, n] = co_await self->input_.async_read_some(asio::buffer(chunk), as_result);
      framer.push({chunk.data(), n});
      // A line over the limit is skipped: it does not say in time whose answer it is.
      while (const auto line = framer.next()) {
        if (const auto* text = std::get_if<std::string>(&*line)) self->receive(*text);
      }
      if (error) {
        self->end("the peer closed its output: " + error.message());
        co_return;
      }
    }
  }
  void written(const error_code& error) {
    if (error) return end("the peer closed its input: " + error.message());
    if (output_->unsent() == 0) sent_.wake();
  }
  void send(std::string text) override { output_->send(text); }
  void disconnect() override {
    error_code ignored;
    input_.close(ignored);
    output_->close();
    sent_.wake();
  }

  asio::posix::stream_descriptor input_;
  std::shared_ptr<LineWriter> output_{};
  Wakeup sent_{};
};

}  // namespace

std::unique_ptr<Channel> stdio_channel(asio::any_io_executor executor, int read_fd, int write_fd,
                                       std::uint64_t message_bytes) {
  ignore_broken_pipes();
  // A socket pair may be handed in as one descriptor; both ends are closed on their own, so each needs its own.
  const int output = write_fd == read_fd ? ::dup(write_fd) : write_fd;
  auto stream = std::make_shared<StdioStream>(std::move(executor), read_fd);
  stream->start(output, message_bytes);
  return make_channel(std::move(stream));
}

}  // namespace tracetax::transport
