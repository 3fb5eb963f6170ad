#include "mock_servers/common/admin.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <unordered_set>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "harness/transport/url.h"

namespace tracetax::service {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

constexpr std::size_t most_connections = 64;
constexpr std::uint32_t most_header_bytes = 8u << 10;
constexpr std::uint64_t most_body_bytes = 1u << 20;
constexpr auto idle = std::chrono::seconds(60);

tcp::endpoint endpoint_of(const std::string& where) {
  const auto url = transport::parse_url("http://" + where + "/");
  if (!url) throw std::invalid_argument("admin address '" + where + "': expected HOST:PORT, e.g. 127.0.0.1:0");
  const std::string host = url->host == "localhost" ? "127.0.0.1" : url->host;
  boost::system::error_code error;
  const auto address = asio::ip::make_address(host, error);
  if (error) throw std::invalid_argument("admin address '" + where + "': expected an IP address or localhost");
  return {address, url->port};
}

AdminResponse failed_read(const boost::system::error_code& error) {
  if (error == http::error::body_limit) return {413, "text/plain; charset=utf-8", "body over 1 MiB\n"};
  if (error == http::error::header_limit) return {431, "text/plain; charset=utf-8", "header over 8 KiB\n"};
  return {400, "text/plain; charset=utf-8", "not an HTTP request\n"};
}

}  // namespace

struct AdminServer::State : std::enable_shared_from_this<AdminServer::State> {
  State(asio::io_context& context, AdminHandler answer) : io(context), acceptor(context), handler(std::move(answer)) {}

  asio::io_context& io;
  tcp::acceptor acceptor;
  AdminHandler handler;
  std::unordered_set<beast::tcp_stream*> open{};

  // A connection's error ends that connection and is its peer's matter; anything else is told to the operator.
  static void hear(std::exception_ptr failure) {
    if (!failure) return;
    try {
      std::rethrow_exception(failure);
    } catch (const boost::system::system_error&) {
    } catch (const std::exception& error) {
      std::fprintf(stderr, "admin endpoint: %s\n", error.what());
    }
  }

  static asio::awaitable<void> accept(std::shared_ptr<State> self) {
    while (self->acceptor.is_open()) {
      boost::system::error_code error;
      tcp::socket socket = co_await self->acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
      if (error == asio::error::operation_aborted || !self->acceptor.is_open()) co_return;
      if (error) {
        // Out of file descriptors and the like: it passes, but not at once.
        asio::steady_timer pause(self->io, std::chrono::milliseconds(100));
        co_await pause.async_wait(asio::use_awaitable);
        continue;
      }
      if (self->open.size() >= most_connections) continue;  // closes it
      asio::co_spawn(self->io, serve(self, std::move(socket)), hear);
    }
  }

  asio::awaitable<AdminResponse> answer(AdminRequest request) {
    AdminResponse response;
    try {
      response = co_await handler(std::move(request));
    } catch (const std::exception& error) {
      response = {500, "text/plain; charset=utf-8", std::string(error.what()) + "\n"};
    }
    co_return response;
  }

  static asio::awaitable<void> serve(std::shared_ptr<State> self, tcp::socket socket) {
    beast::tcp_stream stream(std::move(socket));
    self->open.insert(&stream);
    const auto forget = std::shared_ptr<void>(nullptr, [&](void*) { self->open.erase(&stream); });
    beast::flat_buffer buffer;
    for (bool more = true; more;) {
      http::request_parser<http::string_body> parser;
      parser.header_limit(most_header_bytes);
      parser.body_limit(most_body_bytes);
      stream.expires_after(idle);
      boost::system::error_code error;
      co_await http::async_read(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, error));
      AdminResponse answer;
      more = !error && parser.get().keep_alive();
      if (error) {
        // Beast's own errors are about what was sent; all others mean that nobody is there to hear.
        const bool senders_fault = error.category() == http::make_error_code(http::error::body_limit).category();
        if (!senders_fault || error == http::error::end_of_stream) co_return;
        answer = failed_read(error);
      } else {
        const std::string_view target(parser.get().target().data(), parser.get().target().size());
        AdminRequest request{std::string(parser.get().method_string()), std::string(target.substr(0, target.find('?'))),
                             std::move(parser.get().body())};
        stream.expires_never();
        answer = co_await self->answer(std::move(request));
      }
      http::response<http::string_body> response{static_cast<http::status>(answer.status), 11};
      response.set(http::field::content_type, answer.content_type);
      response.set(http::field::cache_control, "no-store");
      response.keep_alive(more);
      response.body() = std::move(answer.body);
      response.prepare_payload();
      stream.expires_after(idle);
      co_await http::async_write(stream, response, asio::use_awaitable);
    }
    boost::system::error_code ignored;
    stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
  }
};

AdminServer::AdminServer(asio::io_context& io, const std::string& where, AdminHandler handler)
    : state_(std::make_shared<State>(io, std::move(handler))) {
  const auto endpoint = endpoint_of(where);
  try {
    state_->acceptor.open(endpoint.protocol());
    state_->acceptor.set_option(tcp::acceptor::reuse_address(true));
    state_->acceptor.bind(endpoint);
    state_->acceptor.listen();
  } catch (const boost::system::system_error& error) {
    throw boost::system::system_error(error.code(), "admin " + where);
  }
  asio::co_spawn(io, State::accept(state_), State::hear);
}

AdminServer::~AdminServer() {
  boost::system::error_code ignored;
  state_->acceptor.close(ignored);
  for (auto* stream : state_->open) stream->socket().close(ignored);
}

std::string AdminServer::url() const {
  const auto local = state_->acceptor.local_endpoint();
  const auto host = local.address().is_v6() ? "[" + local.address().to_string() + "]" : local.address().to_string();
  return "http://" + host + ":" + std::to_string(local.port());
}

std::string ready_line(const std::string& service, const std::vector<std::string>& listen,
                       const std::string& admin_url) {
  // The order in which docs and people expect the members.
  nlohmann::ordered_json line{{"event", "ready"}, {"service", service}, {"listen", listen}};
  line["admin"] = admin_url.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(admin_url);
  line["pid"] = getpid();
  return line.dump() + "\n";
}

std::shared_ptr<void> on_stop_signal(asio::io_context& io, std::function<void()> stop) {
  std::signal(SIGPIPE, SIG_IGN);
  auto signals = std::make_shared<asio::signal_set>(io, SIGTERM, SIGINT);
  signals->async_wait([raw = signals.get(), stop = std::move(stop)](const boost::system::error_code& error, int) {
    if (error) return;
    raw->async_wait([](const boost::system::error_code& again, int) {
      if (!again) _exit(130);
    });
    stop();
  });
  return signals;
}

int report_failure(const std::string& service, const std::string& what) {
  std::fprintf(stderr, "%s: %s\n", service.c_str(), what.c_str());
  return 4;
}

}  // namespace tracetax::service
