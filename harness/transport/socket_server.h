#pragma once
// Private to the transport: the part of a server that http and ws share. Accepts, counts, sweeps idle connections and
// drains; a connection speaks its protocol.

#include <functional>
#include <memory>
#include <unordered_map>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "harness/transport/net.h"
#include "harness/transport/server.h"
#include "harness/transport/wakeup.h"

namespace tracetax::transport {

ConnectionId next_connection_id();

// How often peers of messages in work are looked at. One timer for all, armed only while there are some: what it costs
// does not grow with their rate.
inline constexpr auto watch_interval = std::chrono::milliseconds(100);

class ServerConnection {
 public:
  virtual ~ServerConnection() = default;
  virtual void start() = 0;
  virtual void drain() = 0;                  // takes no further message; ends when all in flight is answered
  virtual void abort() = 0;                  // closes the socket now and leave()s the server; may be called again
  virtual bool idle_since(Nanos) const = 0;  // no byte and no message in flight since then
  // Looks whether the peer of a message that is being handled has gone, and tells the handler. False: none is handled.
  virtual bool look_at_peer() { return false; }
};

// Connections and the coroutines hold it by shared_ptr; the Listener's end is `close()`.
class SocketServer : public std::enable_shared_from_this<SocketServer> {
 public:
  using MakeConnection = std::function<std::shared_ptr<ServerConnection>(tcp::socket, std::shared_ptr<SocketServer>,
                                                                         ConnectionId, std::string peer)>;

  SocketServer(asio::io_context& io, const Url& url, const ServerLimits& limits, Handler& handler,
               MakeConnection make_connection);
  void start();
  asio::awaitable<void> drain(Nanos grace);
  void close();  // after this the handler is not called again

  void leave(ConnectionId id);  // the connection is over: it is forgotten, and the handler told when it was announced
  void announce(ConnectionId id, const Headers& headers);  // tells the handler that the connection is open

  const ServerLimits& limits() const { return limits_; }
  Handler* handler() const { return handler_; }  // null after close()
  const Url& url() const { return url_; }
  bool draining() const { return draining_; }
  bool loopback() const { return loopback_; }
  void watch_peers();  // a message is being handled: connections are looked at every watch_interval until none is
  bool serves(std::string_view target) const;  // the path of a request target is this listener's

 private:
  struct Entry {
    std::shared_ptr<ServerConnection> connection;
    bool announced = false;
  };

  static asio::awaitable<void> accept_loop(std::shared_ptr<SocketServer> self);
  void take(tcp::socket socket);
  void sweep_later();
  void look_at_peers();
  void abort_all();

  Url url_;
  ServerLimits limits_;
  Handler* handler_;
  MakeConnection make_connection_;
  tcp::acceptor acceptor_;
  asio::steady_timer sweep_timer_;
  asio::steady_timer watch_timer_;
  bool watching_ = false;
  bool loopback_ = false;
  asio::steady_timer accept_pause_;
  std::unordered_map<ConnectionId, Entry> connections_;
  bool draining_ = false;
  Wakeup all_left_;
};

// The Listener over a SocketServer.
std::unique_ptr<Listener> make_socket_listener(std::shared_ptr<SocketServer> server);

std::unique_ptr<Listener> open_http(asio::io_context&, const Url&, const ServerLimits&, Handler&);
std::unique_ptr<Listener> open_ws(asio::io_context&, const Url&, const ServerLimits&, Handler&);

}  // namespace tracetax::transport
