// WebSocket, the server's end: one JSON-RPC message a text frame, subprotocol "mcp".

#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "harness/transport/conversation.h"
#include "harness/transport/socket_server.h"
#include "harness/transport/ws_stream.h"

namespace tracetax::transport {
namespace {

namespace http = beast::http;
using websocket::close_code;

class WsConnection : public ServerConnection, public Conversation {
 public:
  WsConnection(tcp::socket socket, std::shared_ptr<SocketServer> server, ConnectionId id, std::string peer)
      : Conversation(socket.get_executor(), server->limits().in_flight),
        ws_(std::make_shared<WsStream>(std::move(socket), beast::role_type::server, server->limits().message_bytes)),
        server_(std::move(server)),
        id_(id),
        peer_(std::move(peer)),
        last_message_(monotonic_now()) {}

  void start() override;
  void drain() override {
    if (!accepted_) return abort();
    end(close_code::going_away);
  }
  void abort() override;
  bool idle_since(Nanos since) const override { return in_flight() == 0 && last_message_ < since; }

 private:
  using Self = std::shared_ptr<WsConnection>;
  Self self() { return std::static_pointer_cast<WsConnection>(shared_from_this()); }
  static asio::awaitable<void> run(Self self);
  static asio::awaitable<void> closing(Self self);
  asio::awaitable<bool> accept();
  asio::awaitable<void> refuse(std::string_view status_line);

  Handler* handler() override { return server_->handler(); }
  bool over() const override { return over_; }
  void send(std::string text) override {
    ws_->send(std::move(text));
    if (ws_->unsent() > server_->limits().unsent_bytes) abort();
  }
  void handler_failed() override { end(close_code::internal_error); }
  void answered() override {
    last_message_ = monotonic_now();
    close_if_settled();
  }
  void end(close_code code);
  void close_if_settled();

  std::shared_ptr<WsStream> ws_;
  std::shared_ptr<SocketServer> server_;
  ConnectionId id_;
  std::string peer_;
  Nanos last_message_;
  std::shared_ptr<const Headers> headers_{};
  bool accepted_ = false;
  std::optional<close_code> ending_{};  // no further message is taken
  bool closing_ = false;                // the closing handshake has begun
  bool over_ = false;
};

void WsConnection::start() {
  ws_->progress = [weak = weak_from_this()](const error_code& error) {
    const auto self = std::static_pointer_cast<WsConnection>(weak.lock());
    if (!self) return;
    if (error) return self->abort();
    self->last_message_ = monotonic_now();
    self->close_if_settled();
  };
  asio::co_spawn(ws_->socket().get_executor(), run(self()), [self = self()](const std::exception_ptr& died) {
    // Otherwise the reader has stopped because the connection is ending, and closing() has the last word.
    if (died || !self->ending_ || !self->accepted_) self->abort();
  });
}

void WsConnection::abort() {
  if (std::exchange(over_, true)) return;
  ws_->abort();
  release_reader();
  server_->leave(id_);
}

asio::awaitable<void> WsConnection::run(Self self) {
  if (!co_await self->accept()) co_return;
  self->accepted_ = true;
  self->server_->announce(self->id_, *self->headers_);
  if (self->server_->draining()) self->end(close_code::going_away);
  while (!self->over_) {
    Incoming incoming;
    const WsStream::Got got = co_await self->ws_->read(incoming.text);
    self->last_message_ = monotonic_now();
    if (got == WsStream::Got::end) {
      self->abort();
      co_return;
    }
    if (got == WsStream::Got::binary) {
      self->end(close_code::unknown_data);
      co_return;
    }
    // Read on while ending: the peer's half of the closing handshake comes this way.
    if (self->ending_ && got == WsStream::Got::text) continue;
    incoming.connection = self->id_;
    incoming.kind = Kind::ws;
    incoming.peer = self->peer_;
    incoming.headers = self->headers_;
    incoming.loopback = self->server_->loopback();
    incoming.too_long = got == WsStream::Got::too_long;
    const bool last = incoming.too_long;
    if (!self->ending_) co_await self->take(std::move(incoming));
    if (last) {
      self->end(close_code::too_big);
      co_return;
    }
  }
}

asio::awaitable<bool> WsConnection::accept() {
  http::request_parser<http::empty_body> parser;
  parser.header_limit(http_header_bytes);
  beast::flat_buffer buffer;
  error_code error;
  while (feed(parser, buffer, error)) {
    const auto [read_error, n] = co_await ws_->socket().async_read_some(buffer.prepare(4096), as_result);
    if (read_error) co_return false;
    buffer.commit(n);
    last_message_ = monotonic_now();
  }
  const auto& request = parser.get();
  const auto target = request.target();
  if (error || buffer.size() > 0) {
    co_await refuse("400 Bad Request");
    co_return false;
  }
  if (!server_->serves({target.data(), target.size()})) {
    co_await refuse("404 Not Found");
    co_return false;
  }
  if (!websocket::is_upgrade(request)) {
    co_await refuse("426 Upgrade Required\r\nUpgrade: websocket");
    co_return false;
  }
  headers_ = std::make_shared<const Headers>(copy_headers(request));
  // Common clients refuse a connection on which the protocol they have offered is not echoed.
  if (http::token_list{request[http::field::sec_websocket_protocol]}.exists("mcp")) {
    ws_->stream().set_option(websocket::stream_base::decorator(
        [](websocket::response_type& response) { response.set(http::field::sec_websocket_protocol, "mcp"); }));
  }
  const auto [accept_error] = co_await ws_->stream().async_accept(request, as_result);
  co_return !accept_error;
}

asio::awaitable<void> WsConnection::refuse(std::string_view status_line) {
  std::string head = "HTTP/1.1 ";
  head.append(status_line).append("\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  co_await asio::async_write(ws_->socket(), asio::buffer(head), as_result);
  error_code ignored;
  ws_->socket().shutdown(tcp::socket::shutdown_send, ignored);
}

void WsConnection::end(close_code code) {
  if (ending_) return;
  ending_ = code;
  close_if_settled();
}

void WsConnection::close_if_settled() {
  if (!ending_ || closing_ || over_ || in_flight() > 0 || !ws_->all_sent()) return;
  closing_ = true;
  asio::co_spawn(ws_->socket().get_executor(), closing(self()),
                 [self = self()](const std::exception_ptr&) { self->abort(); });
}

asio::awaitable<void> WsConnection::closing(Self self) {
  co_await self->ws_->close(*self->ending_);
}

}  // namespace

std::unique_ptr<Listener> open_ws(asio::io_context& io, const Url& url, const ServerLimits& limits, Handler& handler) {
  const auto make = [](tcp::socket socket, std::shared_ptr<SocketServer> server, ConnectionId id, std::string peer) {
    return std::make_shared<WsConnection>(std::move(socket), std::move(server), id, std::move(peer));
  };
  return make_socket_listener(std::make_shared<SocketServer>(io, url, limits, handler, make));
}

}  // namespace tracetax::transport
