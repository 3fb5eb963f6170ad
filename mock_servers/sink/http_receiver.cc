#include "mock_servers/sink/http_receiver.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <optional>
#include <stdexcept>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "mock_servers/sink/http_answer.h"

namespace tracetax::sink {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t most_connections = 256;
constexpr std::uint32_t most_header_bytes = 8u << 10;
constexpr auto idle = std::chrono::seconds(60);
constexpr auto handshake_time = std::chrono::seconds(10);

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

// A connection's own errors end it; anything else is told to the operator.
void hear(std::exception_ptr failure) {
  if (!failure) return;
  try {
    std::rethrow_exception(failure);
  } catch (const boost::system::system_error&) {
  } catch (const std::exception& error) {
    std::fprintf(stderr, "otlp-sink: http: %s\n", error.what());
  }
}

// The texts have been checked by read_tls().
void set_up(asio::ssl::context& context, const TlsPems& tls) {
  context.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                      asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
  context.use_certificate_chain(asio::buffer(tls.cert));
  context.use_private_key(asio::buffer(tls.key), asio::ssl::context::pem);
  if (tls.client_ca.empty()) return;
  context.add_certificate_authority(asio::buffer(tls.client_ca));
  context.set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
}

}  // namespace

struct HttpReceiver::State {
  State(Store& s, Faults& f) : store(s), faults(f) {}

  Store& store;
  Faults& faults;
  std::optional<asio::ssl::context> tls{};
  asio::io_context io{1};
  tcp::acceptor acceptor{io};
  std::size_t open = 0;
  std::string url{};
  std::thread thread{};

  asio::awaitable<void> accept() {
    for (;;) {
      error_code error;
      tcp::socket socket = co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
      if (error) {
        // Out of file descriptors and the like: it passes, but not at once.
        asio::steady_timer pause(io, std::chrono::milliseconds(100));
        co_await pause.async_wait(asio::use_awaitable);
        continue;
      }
      if (open >= most_connections) continue;  // closes it
      asio::co_spawn(io, serve(std::move(socket)), hear);
    }
  }

  asio::awaitable<void> serve(tcp::socket socket) {
    ++open;
    const auto leave = std::shared_ptr<void>(nullptr, [this](void*) { --open; });
    socket.set_option(tcp::no_delay(true));
    error_code ignored;
    if (tls) {
      beast::ssl_stream<beast::tcp_stream> stream(std::move(socket), *tls);
      beast::get_lowest_layer(stream).expires_after(handshake_time);
      // A client that does not know our authority, or that we do not let in, ends here.
      co_await stream.async_handshake(asio::ssl::stream_base::server, asio::use_awaitable);
      co_await converse(stream);
      beast::get_lowest_layer(stream).expires_after(handshake_time);
      if (beast::get_lowest_layer(stream).socket().is_open()) {
        co_await stream.async_shutdown(asio::redirect_error(asio::use_awaitable, ignored));
      }
    } else {
      beast::tcp_stream stream(std::move(socket));
      co_await converse(stream);
      stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
    }
  }

  template <class Stream>
  asio::awaitable<void> converse(Stream& stream) {
    beast::flat_buffer buffer;
    bool more = true;
    while (more) more = co_await exchange(stream, buffer);
  }

  // Closes with RST, as a receiver that died does.
  static void reset(tcp::socket& socket) {
    error_code ignored;
    socket.set_option(asio::socket_base::linger(true, 0), ignored);
    socket.close(ignored);
  }

  // Until the sender closes. What it says in the meantime is read and dropped.
  template <class Stream>
  static asio::awaitable<void> wait_for_end(Stream& stream) {
    beast::get_lowest_layer(stream).expires_never();
    std::array<char, 4096> dropped{};
    error_code error;
    while (!error) {
      co_await stream.async_read_some(asio::buffer(dropped), asio::redirect_error(asio::use_awaitable, error));
    }
  }

  // One request and its answer; false when the connection is to be closed.
  template <class Stream>
  asio::awaitable<bool> exchange(Stream& stream, beast::flat_buffer& buffer) {
    auto& connection = beast::get_lowest_layer(stream);
    http::request_parser<http::string_body> parser;
    parser.header_limit(most_header_bytes);
    parser.body_limit(most_request_bytes);
    connection.expires_after(idle);
    error_code error;
    co_await http::async_read_header(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, error));
    // curl waits for this a second before it sends a large body.
    if (!error && parser.get()[http::field::expect] == "100-continue") {
      http::response<http::empty_body> go_on{http::status::continue_, 11};
      co_await http::async_write(stream, go_on, asio::use_awaitable);
    }
    if (!error) co_await http::async_read(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, error));
    auto& request = parser.get();
    bool keep = !error && request.keep_alive();
    ExportAnswer answer;
    if (error) {
      // Beast's own errors are about what was sent; for all others nobody is there to hear.
      const bool senders_fault = error.category() == http::make_error_code(http::error::body_limit).category();
      if (!senders_fault || error == http::error::end_of_stream || error == http::error::partial_message) {
        co_return false;
      }
      answer = unread(error, is_json(view(request[http::field::content_type])));
    } else {
      ExportRequest what{view(request.method_string()), view(request.target()),
                         view(request[http::field::content_type]), view(request[http::field::content_encoding]),
                         std::move(request.body())};
      answer = answer_export(std::move(what), store, faults);
    }
    if (answer.end == ExportAnswer::End::reset) {
      reset(connection.socket());
      co_return false;
    }
    if (answer.end == ExportAnswer::End::hang) {
      co_await wait_for_end(stream);
      co_return false;
    }
    if (answer.delay > Nanos::zero()) {
      connection.expires_never();
      asio::steady_timer wait(io, answer.delay);
      co_await wait.async_wait(asio::use_awaitable);
    }
    http::response<http::string_body> response{static_cast<http::status>(answer.status), 11};
    response.set(http::field::content_type, answer.content_type);
    if (answer.retry_after_s) response.set(http::field::retry_after, std::to_string(*answer.retry_after_s));
    response.keep_alive(keep);
    response.body() = std::move(answer.body);
    response.prepare_payload();
    connection.expires_after(idle);
    co_await http::async_write(stream, response, asio::use_awaitable);
    co_return keep;
  }

  ExportAnswer unread(const error_code& error, bool json) {
    if (error == http::error::body_limit) {
      store.count_refused();
      return export_error(413, 8, "the body is over " + std::to_string(most_request_bytes) + " bytes", json);
    }
    store.count_malformed();
    return export_error(400, 3, "not an HTTP request: " + error.message(), json);
  }
};

HttpReceiver::HttpReceiver(const ListenAt& where, Store& store, Faults& faults, const TlsPems& tls)
    : state_(std::make_unique<State>(store, faults)) {
  if (where.tls) set_up(state_->tls.emplace(asio::ssl::context::tls_server), tls);
  const std::string text = without_port(where) + ":" + std::to_string(where.port);
  std::string host = where.host == "localhost" ? "127.0.0.1" : where.host;
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  try {
    const tcp::endpoint endpoint(asio::ip::make_address(host), where.port);
    state_->acceptor.open(endpoint.protocol());
    state_->acceptor.set_option(tcp::acceptor::reuse_address(true));
    state_->acceptor.bind(endpoint);
    state_->acceptor.listen();
  } catch (const boost::system::system_error& error) {
    throw std::runtime_error("cannot listen on " + text + ": " + error.code().message());
  }
  state_->url = without_port(where) + ":" + std::to_string(state_->acceptor.local_endpoint().port());
  asio::co_spawn(state_->io, state_->accept(), hear);
  state_->thread = std::thread([state = state_.get()] { state->io.run(); });
}

HttpReceiver::~HttpReceiver() {
  state_->io.stop();
  state_->thread.join();
}

std::string HttpReceiver::url() const {
  return state_->url;
}

}  // namespace tracetax::sink
