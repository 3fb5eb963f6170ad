#include "harness/session/stream_link.h"

#include <cerrno>
#include <cstring>
#include <utility>
#include <variant>

#include <sys/socket.h>
#include <unistd.h>

#include "harness/base/rng.h"
#include "harness/mcp/framing.h"
#include "harness/session/address.h"
#include "harness/session/tls_socket.h"
#include "harness/session/ws_frames.h"
#include "harness/transport/line_io.h"

namespace tracetax {
namespace {

// How bytes get through the descriptors: as they are, or encrypted.
struct PlainWire {
  static ssize_t read(int fd, std::span<char> room) { return ::read(fd, room.data(), room.size()); }
  static ssize_t write(int fd, std::string_view bytes) { return ::write(fd, bytes.data(), bytes.size()); }
  static bool pending() { return false; }
  static void close() {}
};

struct TlsWire {
  std::unique_ptr<TlsSocket> socket;
  ssize_t read(int, std::span<char> room) { return socket->receive(room); }
  ssize_t write(int, std::string_view bytes) { return socket->send(bytes); }
  bool pending() const { return socket->pending(); }
  void close() { socket->detach(); }
};

template <class Wire>
class StreamLink : public Link, public EventLoop::Watcher {
 public:
  StreamLink(EventLoop& loop, LinkUser& user, int read_fd, int write_fd, Wire wire)
      : Link(user), loop_(loop), read_fd_(read_fd), write_fd_(write_fd), wire_(std::move(wire)), writer_(*this) {
    transport::ignore_broken_pipes();
    make_nonblocking(read_fd_);
    make_nonblocking(write_fd_);
    loop_.watch(read_fd_, *this, false);
  }
  ~StreamLink() override { close(); }

  bool free() const override { return true; }
  bool alive() const override { return read_fd_ >= 0; }
  void abandon(CallNumber) override {}  // an answer that comes too late belongs to no call

  void send(CallNumber call, std::string_view bytes) override {
    if (!alive()) return user().ended(call, Outcome::never_sent, 0);
    user().sent(call, monotonic_now());
    const bool waits = !out_.empty();
    frame(out_, bytes);
    if (!waits) flush();
  }

  void tell(std::string_view bytes) override {
    if (!alive()) return;
    const bool waits = !out_.empty();
    frame(out_, bytes);
    if (!waits) flush();
  }

  void ready(bool readable, bool writable) override {
    if (writable && alive()) flush();
    if (!readable) return;
    // What has left the kernel is not told of again.
    while (alive() && (read(), alive() && wire_.pending())) {
    }
  }

 protected:
  // One message, as it goes over the wire.
  virtual void frame(std::string& out, std::string_view text) = 0;
  // What has come; tells user() of the messages in it. False: the stream cannot be used further.
  virtual bool take(std::string_view bytes) = 0;

  std::string& out() { return out_; }
  void flush() {
    const ssize_t n = wire_.write(write_fd_, out_);
    if (n > 0) {
      out_.erase(0, static_cast<std::size_t>(n));
    } else if (errno != EAGAIN && errno != EINTR) {
      return end(std::string("writing failed: ") + std::strerror(errno));
    }
    watch_writing(!out_.empty());
  }
  void end(std::string why) {
    if (!alive()) return;
    trouble_ = {std::move(why)};
    close();
    user().ended(no_call, Outcome::disconnected, 0);  // whatever is in flight here
  }

 private:
  // A pipe to write to is a descriptor of its own, and one socket cannot be watched twice.
  struct Writer final : EventLoop::Watcher {
    explicit Writer(StreamLink& of) : link(of) {}
    void ready(bool, bool writable) override { link.ready(false, writable); }
    StreamLink& link;
  };

  void read() {
    const std::span<char> room = loop_.scratch();
    const ssize_t n = wire_.read(read_fd_, room);
    if (n > 0) {
      if (!take({room.data(), static_cast<std::size_t>(n)})) end("the peer broke the rules of the stream");
    } else if (n == 0) {
      end("the peer closed the connection");
    } else if (errno != EAGAIN && errno != EINTR) {
      end(std::string("reading failed: ") + std::strerror(errno));
    }
  }

  void watch_writing(bool on) {
    if (on == watches_writing_ || !alive()) return;
    watches_writing_ = on;
    if (write_fd_ == read_fd_) {
      loop_.change(read_fd_, *this, on);
    } else if (on) {
      loop_.watch(write_fd_, writer_, true);
    } else {
      loop_.forget(write_fd_);
    }
  }

  void close() {
    if (!alive()) return;
    loop_.forget(read_fd_);
    wire_.close();
    if (write_fd_ != read_fd_) {
      if (watches_writing_) loop_.forget(write_fd_);
      ::close(write_fd_);
    }
    ::close(read_fd_);
    read_fd_ = write_fd_ = -1;
    out_.clear();
  }

  EventLoop& loop_;
  int read_fd_;
  int write_fd_;
  Wire wire_;
  Writer writer_;
  bool watches_writing_ = false;
  std::string out_{};  // what the kernel has not taken yet
};

class StdioLink final : public StreamLink<PlainWire> {
 public:
  StdioLink(EventLoop& loop, LinkUser& user, int read_fd, int write_fd, std::uint64_t message_bytes)
      : StreamLink(loop, user, read_fd, write_fd, {}),
        limit_(message_bytes),
        lines_(static_cast<std::size_t>(message_bytes)) {}

 private:
  void frame(std::string& out, std::string_view text) override { out.append(text).append("\n"); }
  bool take(std::string_view bytes) override {
    lines_.push(bytes);
    while (auto line = lines_.next()) {
      auto* text = std::get_if<std::string>(&*line);
      if (text == nullptr) {
        // It does not say whose answer it is, and there may be no end to it.
        end("a line on stdout over the limit of " + std::to_string(limit_ >> 20) + " MiB");
        return true;
      }
      text->reserve(text->size() + json_padding);
      user().message(no_call, *text);
    }
    return true;
  }
  std::uint64_t limit_;
  mcp::LineFramer lines_;
};

template <class Wire>
class WsLink final : public StreamLink<Wire> {
  using Base = StreamLink<Wire>;

 public:
  WsLink(EventLoop& loop, LinkUser& user, int fd, std::uint64_t message_bytes, Wire wire = {})
      : Base(loop, user, fd, fd, std::move(wire)),
        frames_(static_cast<std::size_t>(message_bytes)),
        masks_(mix64(static_cast<std::uint64_t>(monotonic_now().count()))) {}

 private:
  void frame(std::string& out, std::string_view text) override {
    append_ws_frame(out, WsOpcode::text, text, next_mask());
  }
  bool take(std::string_view bytes) override {
    using Got = WsFrameReader::Got;
    frames_.push(bytes);
    for (;;) {
      const WsFrameReader::Message message = frames_.next();
      switch (message.got) {
        case Got::nothing:
          return true;
        case Got::text:
          this->user().message(no_call, message.payload);
          break;
        case Got::ping:
          append_ws_frame(this->out(), WsOpcode::pong, message.payload, next_mask());
          this->flush();
          if (!this->alive()) return true;
          break;
        case Got::close:
          this->end("the peer closed the connection");
          return true;
        case Got::broken:
          return false;
      }
    }
  }
  // RFC 6455, 5.3: not to be guessed from the one before by whoever chose the payload.
  std::uint32_t next_mask() { return static_cast<std::uint32_t>(mix64(++masks_) >> 32); }

  WsFrameReader frames_;
  std::uint64_t masks_;
};

}  // namespace

std::unique_ptr<Link> make_stdio_link(EventLoop& loop, LinkUser& user, int read_fd, int write_fd,
                                      std::uint64_t message_bytes) {
  return std::make_unique<StdioLink>(loop, user, read_fd, write_fd, message_bytes);
}

std::unique_ptr<Link> make_ws_link(EventLoop& loop, LinkUser& user, int fd, std::uint64_t message_bytes) {
  return std::make_unique<WsLink<PlainWire>>(loop, user, fd, message_bytes);
}

std::unique_ptr<Link> make_wss_link(EventLoop& loop, LinkUser& user, TlsConnection connection,
                                    std::uint64_t message_bytes) {
  return std::make_unique<WsLink<TlsWire>>(loop, user, connection.fd, message_bytes,
                                           TlsWire{std::move(connection.socket)});
}

}  // namespace tracetax
