// WebSocket, the client's end: the handshake once, then a JSON-RPC message a text frame.

#include <exception>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include "harness/transport/client_socket.h"
#include "harness/transport/multiplexer.h"
#include "harness/transport/ws_stream.h"

namespace tracetax::transport {
namespace {

class WsClient : public Multiplexer {
 public:
  WsClient(asio::any_io_executor executor, std::shared_ptr<WsStream> stream)
      : Multiplexer(std::move(executor)), stream_(std::move(stream)) {}

  void start() {
    stream_->progress = [weak = weak_from_this()](const error_code& error) {
      if (!error) return;
      if (const auto self = weak.lock()) self->end("writing failed: " + error.message());
    };
    auto self = std::static_pointer_cast<WsClient>(shared_from_this());
    asio::co_spawn(executor(), read_loop(self), [self](const std::exception_ptr& died) {
      self->end(died ? "reading failed" : "the peer closed the connection");
    });
  }

  // The reader sees the peer's half of the closing handshake.
  asio::awaitable<void> close() override {
    const auto self = shared_from_this();
    if (alive()) co_await stream_->close(websocket::close_code::normal);
    end("the channel was closed");
  }

 private:
  static asio::awaitable<void> read_loop(std::shared_ptr<WsClient> self) {
    const EndOfReader guard{self};
    std::string text;
    for (;;) {
      const WsStream::Got got = co_await self->stream_->read(text);
      if (got == WsStream::Got::text) {
        self->receive(std::move(text));
        text.clear();
        continue;
      }
      if (got == WsStream::Got::too_long) self->end("the peer sent a message over the limit");
      if (got == WsStream::Got::binary) self->end("the peer sent a binary message");
      if (got == WsStream::Got::end) self->end("the peer closed the connection");
      co_return;
    }
  }
  void send(std::string text) override { stream_->send(std::move(text)); }
  void disconnect() override { stream_->abort(); }

  std::shared_ptr<WsStream> stream_;
};

// Gives the handshake up when its time is over.
struct HandshakeWatch : Expiring {
  explicit HandshakeWatch(WsStream& watched) : stream(watched) {}
  void expire() override { stream.abort(); }
  WsStream& stream;
};

[[noreturn]] void fail(const error_code& error, const Url& url) {
  const bool late = error == asio::error::operation_aborted;
  throw boost::system::system_error(late ? error_code(asio::error::timed_out) : error,
                                    "cannot connect to " + url.text());
}

}  // namespace

asio::awaitable<std::unique_ptr<Channel>> connect_ws(Url url, ChannelOptions options) {
  const auto executor = co_await asio::this_coro::executor;
  const auto deadlines = std::make_shared<Deadlines>(executor);
  const auto give_up = Clock::now() + options.connect_timeout;
  ClientSocket client{executor};
  {
    const Deadline deadline{deadlines, give_up, client};
    if (const error_code error = co_await open_socket(client, url)) fail(error, url);
  }
  auto stream = std::make_shared<WsStream>(std::move(client.socket), beast::role_type::client, options.message_bytes);
  const Headers& headers = options.headers;
  stream->stream().set_option(websocket::stream_base::decorator([&headers](websocket::request_type& request) {
    request.set(beast::http::field::sec_websocket_protocol, "mcp");
    for (const auto& [name, value] : headers) request.insert(name, value);
  }));
  HandshakeWatch watch{*stream};
  {
    const Deadline deadline{deadlines, give_up, watch};
    const std::string host = url.authority();
    const auto [error] = co_await stream->stream().async_handshake(host, url.path, as_result);
    if (error) fail(error, url);
  }
  stream->stream().set_option(websocket::stream_base::decorator([](websocket::request_type&) {}));
  auto ws = std::make_shared<WsClient>(executor, std::move(stream));
  ws->start();
  co_return make_channel(std::move(ws));
}

}  // namespace tracetax::transport
