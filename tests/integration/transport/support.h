#pragma once
// Both ends of a transport on one io_context, over real sockets and pipes.

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "harness/transport/client.h"
#include "harness/transport/server.h"

namespace tracetax::transport {

using asio::ip::tcp;

// Runs the coroutine to its end on `io`, with everything else that is there; rethrows what it throws.
void run(asio::io_context& io, asio::awaitable<void> work);

// Lets everything else go on until `condition` holds. No clock: the test's time limit ends a wait in vain.
asio::awaitable<void> until(std::function<bool()> condition);
// Many turns of the loop: long enough for anything that is already possible to happen, as far as a test can tell.
asio::awaitable<void> let_things_happen();

// Answers as `method` says: "echo" params back · "hold" when released · "throw" · "big" params.bytes of text ·
// "talk" params.times notifications before, about the request ·
// "silent" without an answer · notifications nothing. Too long a message: -32600 without id, status 413.
class TestHandler : public Handler {
 public:
  void opened(ConnectionId id, Kind, const Headers& headers) override;
  asio::awaitable<Outgoing> handle(Incoming incoming) override;
  void abandoned(ConnectionId id) override { abandoned_by.insert(id); }
  void closed(ConnectionId id) override;

  std::size_t held() const { return held_.size(); }
  void release_newest();
  void forget_held() { held_.clear(); }  // before the io_context goes
  void release_all() {
    while (!held_.empty()) release_newest();
  }

  std::set<ConnectionId> open{};
  std::set<ConnectionId> abandoned_by{};
  std::size_t said = 0;  // by "talk", and taken by the transport
  std::size_t most_open = 0;
  std::size_t opened_count = 0;
  std::size_t in_flight = 0;
  std::size_t most_in_flight = 0;
  std::size_t handled = 0;
  std::size_t too_long = 0;
  Headers handshake{};  // of the last connection opened
  Incoming last{};      // without its text
  std::string last_text{};
  int status_to_give = 200;

 private:
  std::vector<std::shared_ptr<asio::steady_timer>> held_{};
};

// A listener on a port of the kernel's choice, or on a pair of pipes, and a channel to it.
class Bench {
 public:
  explicit Bench(Kind of, const ServerLimits& limits = {});
  ~Bench();
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  asio::awaitable<std::unique_ptr<Channel>> connect(ChannelOptions options = {});
  Url url() const { return *parse_url(listener->url()); }

  Kind kind;
  TestHandler handler{};
  asio::io_context io{};
  bool stdin_ended = false;
  std::unique_ptr<Listener> listener{};

 private:
  int client_read_ = -1;
  int client_write_ = -1;
};

struct Pipe {
  Pipe();
  int read = -1;
  int write = -1;
};

Call make_call(std::int64_t id, std::string_view method, const std::string& params = "{}");
Call call_with_text(std::int64_t id, std::size_t bytes);  // "echo" of that many bytes
// The text that "echo" gave back, or what went wrong.
std::string echoed(const Answer& answer);

// Spawns a call; the answer arrives in the slot.
struct Pending {
  bool done = false;
  Answer answer{};
};
std::shared_ptr<Pending> spawn_call(asio::io_context& io, Channel& channel, Call call);

// A peer without any of our code.
class RawPeer {
 public:
  explicit RawPeer(asio::io_context& io) : socket(io) {}
  asio::awaitable<void> connect(const Url& url);
  asio::awaitable<void> write(std::string_view bytes);
  asio::awaitable<std::string> read_until(std::string_view end);  // also returns at the end of the stream
  asio::awaitable<std::string> read_bytes(std::size_t count);     // likewise
  asio::awaitable<std::string> read_all() { return read_until({}); }
  tcp::socket socket;

 private:
  asio::awaitable<bool> read_more();
  std::string buffer_{};
};

// A server that a test scripts: accepts on a port of the kernel's choice.
class RawServer {
 public:
  explicit RawServer(asio::io_context& io, Kind of = Kind::http);
  Url url() const;
  asio::awaitable<std::unique_ptr<RawPeer>> accept();
  asio::awaitable<std::string> read_http_request(RawPeer& peer);

 private:
  asio::io_context& io_;
  Kind kind_;
  tcp::acceptor acceptor_;
};

std::string http_post(std::string_view path, std::string_view body, std::string_view more_headers = {});
std::string http_answer(std::string_view body, std::string_view more_headers = {});
std::string ws_upgrade(std::string_view path, std::string_view more_headers = {});
std::string ws_frame(std::uint8_t first_byte, std::string_view payload, bool masked = true);

}  // namespace tracetax::transport
