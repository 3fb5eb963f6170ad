#include "harness/transport/ws_stream.h"

#include <algorithm>

namespace tracetax::transport {

WsStream::WsStream(tcp::socket socket, beast::role_type role, std::uint64_t message_bytes)
    : stream_(std::move(socket)), message_bytes_(message_bytes) {
  websocket::stream_base::timeout timeout{};
  timeout.handshake_timeout = ws_handshake_time;
  timeout.idle_timeout = websocket::stream_base::none();  // the server sweeps
  timeout.keep_alive_pings = false;
  stream_.set_option(timeout);
  stream_.read_message_max(0);
  stream_.auto_fragment(false);
  // Clients mask what they send in a buffer of this size, one system call for each filling (allocated on first use).
  if (role == beast::role_type::client) stream_.write_buffer_bytes(32u << 10);
  stream_.text(true);
}

asio::awaitable<WsStream::Got> WsStream::read(std::string& text) {
  buffer_.clear();
  do {
    const std::uint64_t room = message_bytes_ + 1 - buffer_.size();
    const auto limit = static_cast<std::size_t>(std::min<std::uint64_t>(room, 64u << 10));
    const auto [error, n] = co_await stream_.async_read_some(buffer_, limit, as_result);
    if (error) co_return Got::end;
    if (stream_.got_binary()) co_return Got::binary;
    if (buffer_.size() > message_bytes_) co_return Got::too_long;
  } while (!stream_.is_message_done());
  text.assign(static_cast<const char*>(buffer_.data().data()), buffer_.size());
  co_return Got::text;
}

void WsStream::send(std::string text) {
  if (!is_open()) return;
  unsent_ += text.size();
  queue_.push_back(std::move(text));
  if (queue_.size() == 1) write_front();
}

void WsStream::write_front() {
  stream_.async_write(asio::buffer(queue_.front()), [self = shared_from_this()](const error_code& error, std::size_t) {
    self->unsent_ -= self->queue_.front().size();
    self->queue_.pop_front();
    if (error) {
      self->queue_.clear();
      self->unsent_ = 0;
    } else if (!self->queue_.empty()) {
      self->write_front();
    }
    if (self->is_open() && self->progress) self->progress(error);
  });
}

asio::awaitable<void> WsStream::close(websocket::close_code code) {
  const websocket::close_reason reason{code};
  co_await stream_.async_close(reason, as_result);
}

}  // namespace tracetax::transport
