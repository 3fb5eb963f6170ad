// Streamable HTTP, the server's end: one JSON-RPC message a request, answered on the same request.

#include <array>
#include <cerrno>
#include <charconv>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_suffix.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>
#include <sys/socket.h>

#include "harness/mcp/framing.h"
#include "harness/mcp/message.h"
#include "harness/transport/plain_http.h"
#include "harness/transport/socket_server.h"

namespace tracetax::transport {
namespace {

namespace http = beast::http;
using Parser = http::request_parser<http::string_body>;

// How long and how much is read from a peer that was refused in the middle of its request. Closing with unread bytes
// makes the kernel send a reset, which can destroy the refusal before the peer has read it (RFC 9112, 9.6).
constexpr auto linger_time = std::chrono::seconds(1);
constexpr std::size_t linger_bytes = 64u << 20;
constexpr std::string_view usual_head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ";

Outgoing refusal(int status, std::string_view why) {
  Outgoing out;
  out.http_status = status;
  out.headers.add("Content-Type", "text/plain");
  out.text = why;
  return out;
}

Outgoing internal_error() {
  Outgoing out;
  out.http_status = 500;
  out.text = mcp::serialize_error(std::nullopt, {mcp::internal_error, "internal error: the handler failed", {}});
  return out;
}

// A chunk of HTTP/1.1's chunked coding (RFC 9112, 7.1).
std::string chunk(std::string_view data) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), data.size(), 16).ptr;
  std::string out(digits.data(), end);
  return out.append("\r\n").append(data).append("\r\n");
}

class HttpConnection : public ServerConnection, public Caller, public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(tcp::socket socket, std::shared_ptr<SocketServer> server, ConnectionId id, std::string peer)
      : socket_(std::move(socket)),
        server_(std::move(server)),
        id_(id),
        peer_(std::move(peer)),
        last_byte_(monotonic_now()),
        linger_(socket_.get_executor()) {}

  void start() override {
    asio::co_spawn(socket_.get_executor(), run(shared_from_this()),
                   [self = shared_from_this()](const std::exception_ptr&) { self->abort(); });
  }
  void drain() override {
    if (!busy_) abort();
  }
  void abort() override {
    close_socket(socket_);
    linger_.cancel();
    all_sent_.wake();
    server_->leave(id_);
  }
  bool idle_since(Nanos since) const override { return !handling_ && last_byte_ < since; }
  bool look_at_peer() override;
  bool say(std::string text) override;

 private:
  using Parts = std::array<asio::const_buffer, 2>;

  // What an answer depends on.
  struct Manner {
    bool keep_alive = true;
    bool before_1_1 = false;
    bool head_only = false;
  };

  static asio::awaitable<void> run(std::shared_ptr<HttpConnection> self);
  asio::awaitable<error_code> read_some();
  asio::awaitable<error_code> read_request();
  bool take_plain_request();
  void take_parsed_request();
  void begin_parser();
  asio::awaitable<Outgoing> handle(bool too_long);
  asio::awaitable<error_code> write_rest(Parts parts, std::size_t done);
  asio::awaitable<bool> respond(const Outgoing& out, bool keep_alive);
  asio::awaitable<bool> end_stream(const Outgoing& out);
  void write_stream();
  bool peer_has_gone();
  asio::awaitable<void> refuse(const Outgoing& out);
  bool build_head(const Outgoing& out, bool keep_alive);

  tcp::socket socket_;
  std::shared_ptr<SocketServer> server_;
  ConnectionId id_;
  std::string peer_;
  Nanos last_byte_;
  asio::steady_timer linger_;
  beast::flat_buffer buffer_;
  std::optional<Parser> parser_;  // of requests that are not plain
  Incoming incoming_{};           // the request that has been read, but for what is the connection's
  bool serves_ = false;           // its path is ours
  Manner manner_{};
  std::string head_;       // reused, so that it allocates once
  bool busy_ = false;      // from a whole request to the end of its answer
  bool handling_ = false;  // the part of it that is the handler's
  bool gone_ = false;      // and its peer has left meanwhile
  // An answer that is an event stream: begun by the first thing that is said before it.
  bool streaming_ = false;
  std::string unsent_{};
  std::string sending_{};  // empty: nothing is being written
  Wakeup all_sent_{};
};

asio::awaitable<void> HttpConnection::run(std::shared_ptr<HttpConnection> self) {
  static const Headers none;
  self->server_->announce(self->id_, none);
  for (;;) {
    const error_code error = co_await self->read_request();
    if (!self->socket_.is_open()) co_return;
    if (error == http::error::body_limit) {
      self->busy_ = true;
      self->take_parsed_request();
      Outgoing out = refusal(404, "no such path");
      if (self->serves_) out = co_await self->handle(true);
      // A handler that has no status of its own for this says 200; the transport knows better.
      if (out.http_status < 400) out.http_status = 413;
      co_await self->refuse(out);
      co_return;
    }
    if (error == http::error::header_limit) {
      const Outgoing out = refusal(431, "header too long");
      co_await self->refuse(out);
      co_return;
    }
    if (error.category() == http::make_error_code(http::error::bad_method).category() &&
        error != http::error::end_of_stream && error != http::error::partial_message) {
      const Outgoing out = refusal(400, "malformed HTTP: " + error.message());
      co_await self->refuse(out);
      co_return;
    }
    if (error) co_return;
    self->busy_ = true;
    Outgoing out = refusal(404, "no such path");
    if (self->serves_) out = co_await self->handle(false);
    if (!self->socket_.is_open()) co_return;
    const bool keep_alive = self->manner_.keep_alive && !self->server_->draining();
    const bool sent = co_await self->respond(out, keep_alive);
    if (!sent || !keep_alive || self->server_->draining()) co_return;
    self->busy_ = false;
  }
}

asio::awaitable<error_code> HttpConnection::read_some() {
  const auto [error, n] = co_await socket_.async_read_some(buffer_.prepare(read_chunk_bytes), as_result);
  buffer_.commit(n);
  if (!error) last_byte_ = monotonic_now();
  co_return error;
}

// A request that is whole and in the usual form; anything else is the parser's, from its first byte on.
bool HttpConnection::take_plain_request() {
  const auto message = read_plain_request(view_of(buffer_), server_->limits().message_bytes);
  if (!message) return false;
  serves_ = server_->serves(message->target());
  incoming_.http_method = "POST";
  incoming_.headers = std::make_shared<const Headers>(message->headers());
  incoming_.text = message->body;
  buffer_.consume(message->size);
  return true;
}

void HttpConnection::begin_parser() {
  parser_.emplace();
  parser_->eager(true);
  parser_->header_limit(http_header_bytes);
  parser_->body_limit(server_->limits().message_bytes);
}

void HttpConnection::take_parsed_request() {
  auto& request = parser_->get();
  // A body that is too long is refused before the head counts as done.
  const bool keep_alive = parser_->is_header_done() && parser_->keep_alive();
  manner_ = {keep_alive, request.version() < 11, request.method() == http::verb::head};
  const auto target = request.target();
  serves_ = server_->serves({target.data(), target.size()});
  const auto method = request.method_string();
  incoming_.http_method.assign(method.data(), method.size());
  incoming_.headers = std::make_shared<const Headers>(copy_headers(request));
  incoming_.text = std::move(request.body());
}

asio::awaitable<error_code> HttpConnection::read_request() {
  error_code error;
  manner_ = {};
  if (buffer_.size() == 0) {
    error = co_await read_some();
    if (error) co_return error;
  }
  if (take_plain_request()) co_return error;
  begin_parser();
  bool promised = false;  // "100 Continue" has been sent
  while (feed(*parser_, buffer_, error)) {
    if (parser_->is_header_done() && !promised && beast::iequals(parser_->get()[http::field::expect], "100-continue")) {
      promised = true;
      static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
      const auto [write_error, sent] = co_await asio::async_write(socket_, asio::buffer(go_on), as_result);
      if (write_error) co_return write_error;
    }
    const error_code read_error = co_await read_some();
    if (read_error) co_return read_error;
  }
  if (error) {
    manner_.head_only = parser_->get().method() == http::verb::head;
  } else {
    take_parsed_request();
  }
  co_return error;
}

asio::awaitable<Outgoing> HttpConnection::handle(bool too_long) {
  Handler* const handler = server_->handler();
  if (handler == nullptr) co_return refusal(503, "shutting down");
  Incoming incoming = std::move(incoming_);
  incoming.connection = id_;
  incoming.kind = Kind::http;
  incoming.peer = peer_;
  incoming.too_long = too_long;
  incoming.loopback = server_->loopback();
  incoming.caller = this;
  if (too_long) incoming.text.clear();
  handling_ = true;
  server_->watch_peers();
  Outgoing out;
  try {
    out = co_await handler->handle(std::move(incoming));
  } catch (...) {  // whatever it is, it is the handler's: the connection lives on
    out = internal_error();
  }
  handling_ = false;
  last_byte_ = monotonic_now();
  if (out.silent) {
    out.text.clear();
    out.http_status = 200;
    out.headers.add("Content-Type", "text/event-stream");
  }
  co_return out;
}

bool HttpConnection::look_at_peer() {
  // Its request has come with the last byte: one that has not been long in work is not worth a call of the kernel.
  if (!handling_ || gone_ || monotonic_now() - last_byte_ < watch_interval) return handling_;
  gone_ = peer_has_gone();
  if (gone_ && server_->handler() != nullptr) server_->handler()->abandoned(id_);
  return true;
}

bool HttpConnection::peer_has_gone() {
  char byte = 0;
  const auto n = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

bool HttpConnection::say(std::string text) {
  if (!socket_.is_open() || manner_.before_1_1 || manner_.head_only) return false;
  if (!std::exchange(streaming_, true)) {
    // X-Accel-Buffering: proxies are to pass each event on at once (revision 2026-07-28, "Receiving Messages").
    unsent_ =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\nX-Accel-Buffering: no\r\n"
        "Transfer-Encoding: chunked\r\n\r\n";
  }
  unsent_ += chunk(mcp::sse_event(text));
  if (unsent_.size() > server_->limits().unsent_bytes) {
    abort();
    return false;
  }
  write_stream();
  return true;
}

void HttpConnection::write_stream() {
  if (!sending_.empty() || unsent_.empty()) return;
  sending_.swap(unsent_);
  asio::async_write(socket_, asio::buffer(sending_), [self = shared_from_this()](const error_code& error, std::size_t) {
    self->sending_.clear();
    if (error) return self->abort();
    if (self->unsent_.empty()) return self->all_sent_.wake();
    self->write_stream();
  });
}

asio::awaitable<bool> HttpConnection::end_stream(const Outgoing& out) {
  if (!out.text.empty()) unsent_ += chunk(mcp::sse_event(out.text));
  unsent_ += "0\r\n\r\n";
  write_stream();
  while (socket_.is_open() && !sending_.empty()) co_await all_sent_.wait();
  streaming_ = false;
  last_byte_ = monotonic_now();
  co_return socket_.is_open();
}

bool HttpConnection::build_head(const Outgoing& out, bool keep_alive) {
  if (out.http_status == 200 && !out.text.empty() && keep_alive && !manner_.before_1_1 &&
      out.headers.begin() == out.headers.end()) {
    head_.assign(usual_head).append(std::to_string(out.text.size())).append("\r\n\r\n");
    return true;
  }
  const auto reason = http::obsolete_reason(static_cast<http::status>(out.http_status));
  head_ = "HTTP/1.1 ";
  head_.append(std::to_string(out.http_status)).append(" ").append(reason.data(), reason.size()).append("\r\n");
  if (!out.text.empty() && !out.headers.has("Content-Type")) append_field(head_, "Content-Type", "application/json");
  if (out.http_status != 204) append_field(head_, "Content-Length", std::to_string(out.text.size()));
  if (!keep_alive) {
    append_field(head_, "Connection", "close");
  } else if (manner_.before_1_1) {
    append_field(head_, "Connection", "keep-alive");
  }
  for (const auto& [name, value] : out.headers) {
    if (!writable_field(name, value)) return false;
    append_field(head_, name, value);
  }
  head_ += "\r\n";
  return true;
}

asio::awaitable<bool> HttpConnection::respond(const Outgoing& out, bool keep_alive) {
  if (streaming_) co_return co_await end_stream(out);
  if (!build_head(out, keep_alive)) {
    const Outgoing failed = internal_error();
    co_return co_await respond(failed, keep_alive);
  }
  const bool bodiless = manner_.head_only || out.http_status == 204;
  const Parts parts{asio::buffer(head_), bodiless ? asio::const_buffer{} : asio::buffer(out.text)};
  const std::size_t total = asio::buffer_size(parts);
  const std::size_t at_once = write_now(socket_, parts);
  error_code error;
  if (at_once < total) error = co_await write_rest(parts, at_once);
  last_byte_ = monotonic_now();
  co_return !error;
}

asio::awaitable<error_code> HttpConnection::write_rest(Parts parts, std::size_t done) {
  beast::buffers_suffix<Parts> rest{parts};
  rest.consume(done);
  const auto [error, sent] = co_await asio::async_write(socket_, rest, as_result);
  co_return error;
}

asio::awaitable<void> HttpConnection::refuse(const Outgoing& out) {
  if (!socket_.is_open()) co_return;
  const bool sent = co_await respond(out, false);
  if (!sent) co_return;
  error_code error;
  socket_.shutdown(tcp::socket::shutdown_send, error);
  linger_.expires_after(linger_time);
  linger_.async_wait([self = shared_from_this()](const error_code& cancelled) {
    if (!cancelled) close_socket(self->socket_);
  });
  buffer_.clear();
  for (std::size_t total = 0; total < linger_bytes;) {
    const auto [read_error, n] = co_await socket_.async_read_some(buffer_.prepare(read_chunk_bytes), as_result);
    if (read_error) break;
    total += n;
  }
}

}  // namespace

std::unique_ptr<Listener> open_http(asio::io_context& io, const Url& url, const ServerLimits& limits,
                                    Handler& handler) {
  const auto make = [](tcp::socket socket, std::shared_ptr<SocketServer> server, ConnectionId id, std::string peer) {
    return std::make_shared<HttpConnection>(std::move(socket), std::move(server), id, std::move(peer));
  };
  return make_socket_listener(std::make_shared<SocketServer>(io, url, limits, handler, make));
}

}  // namespace tracetax::transport
