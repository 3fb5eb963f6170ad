#pragma once
// Private to the transport: one WebSocket, whichever end it is. One writer with a queue; reads under a limit of its
// own, because Beast's answers a message that is too long with a close at once, before anybody could say what was
// wrong.

#include <deque>
#include <functional>
#include <memory>
#include <string>

#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "harness/transport/net.h"

namespace tracetax::transport {

namespace websocket = beast::websocket;

inline constexpr auto ws_handshake_time = std::chrono::seconds(5);  // also for the closing handshake

class WsStream : public std::enable_shared_from_this<WsStream> {
 public:
  enum class Got : std::uint8_t { text, too_long, binary, end };

  WsStream(tcp::socket socket, beast::role_type role, std::uint64_t message_bytes);

  websocket::stream<tcp::socket>& stream() { return stream_; }
  tcp::socket& socket() { return stream_.next_layer(); }
  bool is_open() const { return stream_.next_layer().is_open(); }

  // The next message. After anything but `text` the stream can only be closed.
  asio::awaitable<Got> read(std::string& text);
  void send(std::string text);
  std::size_t unsent() const { return unsent_; }
  bool all_sent() const { return queue_.empty(); }
  asio::awaitable<void> close(websocket::close_code code);
  void abort() { close_socket(socket()); }

  // Hears of each message sent, and of the first error; not called after abort().
  std::function<void(error_code)> progress{};

 private:
  void write_front();

  websocket::stream<tcp::socket> stream_;
  std::uint64_t message_bytes_;
  beast::flat_buffer buffer_{};
  std::deque<std::string> queue_{};
  std::size_t unsent_ = 0;
};

}  // namespace tracetax::transport
