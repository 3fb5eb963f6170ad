// The opening handshake of a WebSocket over TLS, by Boost.Beast over the socket that the link goes on with.
#include <cerrno>
#include <cstring>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <poll.h>
#include <unistd.h>

#include "harness/session/address.h"
#include "harness/session/stream_link.h"
#include "harness/session/tls_socket.h"
#include "harness/session/ws_request.h"

namespace tracetax {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;

namespace {

// Whether it came to be so in time.
bool wait_until(int fd, short what, Nanos deadline) {
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - monotonic_now()).count();
    if (left <= 0) return false;
    pollfd waiting{fd, what, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(left));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

// A TLS socket as Beast's functions that wait want one: it waits itself, until the deadline.
class WaitingStream {
 public:
  using executor_type = asio::io_context::executor_type;

  WaitingStream(asio::io_context& io, TlsSocket& socket, int fd, Nanos deadline)
      : io_(io), socket_(socket), fd_(fd), deadline_(deadline) {}

  executor_type get_executor() { return io_.get_executor(); }

  template <class Buffers>
  std::size_t read_some(const Buffers& buffers, error_code& error) {
    const asio::mutable_buffer room = *asio::buffer_sequence_begin(buffers);
    return attempt(POLLIN, error, [&] { return socket_.receive({static_cast<char*>(room.data()), room.size()}); });
  }
  template <class Buffers>
  std::size_t write_some(const Buffers& buffers, error_code& error) {
    const asio::const_buffer bytes = *asio::buffer_sequence_begin(buffers);
    return attempt(POLLOUT, error, [&] {
      return socket_.send({static_cast<const char*>(bytes.data()), bytes.size()});
    });
  }
  template <class Buffers>
  std::size_t read_some(const Buffers& buffers) {
    return or_throw([&](error_code& error) { return read_some(buffers, error); });
  }
  template <class Buffers>
  std::size_t write_some(const Buffers& buffers) {
    return or_throw([&](error_code& error) { return write_some(buffers, error); });
  }

 private:
  template <class Step>
  std::size_t attempt(short what, error_code& error, Step step) {
    for (;;) {
      const ssize_t n = step();
      error = {};
      if (n > 0) return static_cast<std::size_t>(n);
      if (n == 0) {
        error = asio::error::eof;
      } else if (errno != EAGAIN) {
        error = error_code(errno, boost::system::system_category());
      } else if (!wait_until(fd_, what, deadline_)) {
        error = asio::error::timed_out;
      } else {
        continue;
      }
      return 0;
    }
  }
  template <class Step>
  static std::size_t or_throw(Step step) {
    error_code error;
    const std::size_t n = step(error);
    if (error) throw boost::system::system_error(error);
    return n;
  }

  asio::io_context& io_;
  TlsSocket& socket_;
  int fd_;
  Nanos deadline_;
};

// Empty: TLS is spoken; else why not.
std::string shake_hands(TlsSocket& socket, int fd, Nanos deadline) {
  for (;;) {
    const TlsSocket::Shake shake = socket.shake();
    if (shake == TlsSocket::Shake::done) return {};
    if (shake == TlsSocket::Shake::failed) return "no TLS: " + socket.trouble();
    if (!wait_until(fd, shake == TlsSocket::Shake::wants_read ? POLLIN : POLLOUT, deadline))
      return "no TLS: no answer to its handshake";
  }
}

struct Closing {
  ~Closing() {
    if (fd >= 0) ::close(fd);
  }
  int fd;
};

}  // namespace

TlsConnection open_wss(const transport::Url& url, const mcp::HeaderFields& headers,
                       const std::shared_ptr<TlsContext>& tls, Nanos time) {
  const Nanos deadline = monotonic_now() + time;
  const std::string name = "wss" + url.text().substr(url.text().find("://"));
  Closing connection{begin_connecting(resolve(url))};
  if (connection.fd < 0) cannot_connect(name, std::strerror(errno));
  if (!wait_until(connection.fd, POLLOUT, deadline)) cannot_connect(name, "no answer");
  if (const int error = connect_error(connection.fd); error != 0) cannot_connect(name, std::strerror(error));
  auto socket = std::make_unique<TlsSocket>(tls);  // goes before its descriptor
  socket->attach(connection.fd);
  if (const std::string why = shake_hands(*socket, connection.fd, deadline); !why.empty()) cannot_connect(name, why);

  asio::io_context io{1};
  beast::websocket::stream<WaitingStream> stream(io, *socket, connection.fd, deadline);
  stream.set_option(ask_for_mcp(headers));
  beast::websocket::response_type response;
  error_code error;
  const std::string authority = url.authority();
  // RFC 9110, 7.2: the scheme's own port is left out by everybody else, and some servers compare.
  const bool own_port = url.port == 443;
  stream.handshake(response, own_port ? authority.substr(0, authority.rfind(':')) : authority, url.path, error);
  if (error == beast::websocket::error::upgrade_declined) cannot_connect(name, declined(response));
  if (error == asio::error::timed_out) cannot_connect(name, "no answer to the WebSocket handshake");
  if (error) cannot_connect(name, error.message());
  // Beast reads no further than the handshake's end: nobody has been asked anything yet.
  return {std::exchange(connection.fd, -1), std::move(socket)};
}

}  // namespace tracetax
