#pragma once
// The server's end of the three transports. Moves texts of messages; knows nothing of JSON.
//
// All of it runs on the io_context that is given, which one thread runs. A peer that sends too much, too slowly or
// nonsense gets the transport's error and loses its own connection at most; other connections never notice.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "harness/base/time.h"
#include "harness/transport/headers.h"
#include "harness/transport/url.h"

namespace tracetax::transport {

namespace asio = boost::asio;

using ConnectionId = std::uint64_t;  // unique in the process, never reused

// The way back to whoever sent a message, for what is said before it is answered. Lives until handle() has its result.
class Caller {
 public:
  // One message, sent before the answer: over http as an event of a stream, which the answer then ends. False: it
  // cannot be said (HTTP/1.0, a connection that is over).
  virtual bool say(std::string text) = 0;

 protected:
  ~Caller() = default;
};

struct Incoming {
  ConnectionId connection = 0;
  Kind kind = Kind::stdio;
  std::string peer{};                        // "127.0.0.1:40312"; empty for stdio
  std::shared_ptr<const Headers> headers{};  // HTTP: the request's. ws: the handshake's. stdio: empty. Never null
  std::string http_method{};                 // "POST", "GET", "DELETE"; empty for stdio and ws
  std::string text{};                        // the body, line or frame
  bool too_long = false;                     // over the limit: `text` is empty, the handler makes the protocol's error
  bool loopback = false;                     // the listener's address is one of this machine's loopback; not for stdio
  Caller* caller = nullptr;                  // null: nothing can be said before the answer
};

struct Outgoing {
  std::string text{};     // empty: nothing is sent (stdio, ws), an empty body (http)
  int http_status = 200;  // http only
  Headers headers{};      // http only; Content-Type is application/json unless given
  bool silent = false;    // there is no answer: nothing is sent (stdio, ws), an event stream ends without one (http)
};

class Handler {
 public:
  virtual ~Handler() = default;
  virtual void opened(ConnectionId, Kind, const Headers&) {}
  // Called for each message, also while earlier ones of the same connection are still being handled; answers are sent
  // in the order in which they are ready (http: each on its own request). An exception answers 500 or closes.
  virtual asio::awaitable<Outgoing> handle(Incoming) = 0;
  // http: the peer has closed the connection while its request is being handled. Noticed after a tenth of a second or
  // two, for requests that take as long.
  virtual void abandoned(ConnectionId) {}
  virtual void closed(ConnectionId) {}
};

struct ServerLimits {
  std::uint64_t message_bytes = 4u << 20;
  std::uint32_t connections = 1024;        // further ones are closed at once
  std::uint32_t in_flight = 4096;          // messages being handled per connection; beyond, reading pauses
  std::uint64_t unsent_bytes = 64u << 20;  // answers queued per connection; a reader this slow is cut off
  Nanos idle = std::chrono::minutes(10);   // an http or ws connection without any byte is closed
};

class Listener {
 public:
  // Binds at once (port 0: the kernel chooses); throws boost::system::system_error with the URL in what().
  // stdio takes the process's stdin and stdout, and reports end of input through `stdin_ended`.
  static std::unique_ptr<Listener> open(asio::io_context&, const Url&, const ServerLimits&, Handler&,
                                        std::function<void()> stdin_ended = {});
  virtual ~Listener() = default;
  virtual std::string url() const = 0;  // with the port really bound
  virtual void start() = 0;
  // Stops accepting and reading; resolves when all answers in flight have been sent or `grace` has passed, then closes.
  virtual asio::awaitable<void> drain(Nanos grace) = 0;
};

}  // namespace tracetax::transport
