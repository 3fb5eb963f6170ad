#include "harness/session/http_link.h"

#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/socket.h>
#include <unistd.h>

#include "harness/mcp/framing.h"
#include "harness/session/http_response.h"
#include "harness/session/plain_socket.h"
#include "harness/session/tls_socket.h"
#include "harness/transport/line_io.h"
#include "harness/transport/tcp_delivery.h"

namespace tracetax {
namespace {

constexpr std::uint32_t most_told_at_once = 64;  // responses to requests of the peer's

std::string mebibytes(std::uint64_t bytes) {
  return std::to_string(bytes >> 20) + " MiB";
}

template <class Socket>
class HttpLink;

// One template for both kinds of socket, so that plain http has no branch for the other's sake.
template <class Socket>
class Connection final : public EventLoop::Watcher {
 public:
  explicit Connection(HttpLink<Socket>& link) : link_(link), socket_(link.shared()) {}
  ~Connection() { close(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void send(CallNumber call, std::string_view bytes);
  void ready(bool readable, bool writable) override;
  void close();
  void give_up() {
    close();
    call_ = no_call;
  }
  CallNumber call() const { return call_; }

 private:
  // lingering: the call has its answer, and the event stream that it came in is not over.
  enum class State : std::uint8_t { closed, connecting, shaking, idle, busy, lingering };

  void connect(std::string_view bytes);
  void shake();
  void begin_call();
  void hand_over(std::string_view bytes);
  void flush();
  void read();
  void take(std::string_view bytes);
  bool take_events();
  void finish();
  void fail(Trouble trouble);
  void lost(int error);
  void end_call(Outcome outcome, int status);
  void watch_writing(bool on);

  HttpLink<Socket>& link_;
  Socket socket_;
  int fd_ = -1;
  State state_ = State::closed;
  bool watches_writing_ = false;
  bool used_ = false;      // has carried an exchange before
  bool any_byte_ = false;  // of the response
  CallNumber call_ = no_call;
  std::uint64_t written_before_ = 0;  // this call, bytes that the kernel had taken
  std::string out_{};                 // what it has not taken yet
  std::string in_{};                  // bytes that the reader wants to see again
  std::optional<HttpResponseReader> response_{};
  std::optional<mcp::SseParser> events_{};
};

// Hears nothing: what becomes of a response to a request of the peer's concerns no call.
class Nobody final : public LinkUser {
 public:
  void sent(CallNumber, Nanos) override {}
  bool message(CallNumber, std::string_view) override { return false; }
  void ended(CallNumber, Outcome, int) override {}
  void undelivered(CallNumber) override {}
  void room() override {}
};

template <class Socket>
class HttpLink final : public Link {
 public:
  using Shared = typename Socket::Shared;
  using OneConnection = Connection<Socket>;

  HttpLink(EventLoop& loop, LinkUser& user, const Address& address, std::uint32_t connections,
           std::uint64_t message_bytes, Shared shared)
      : Link(user),
        loop_(loop),
        address_(address),
        most_(connections > 0 ? connections : 1),
        message_bytes_(message_bytes),
        shared_(std::move(shared)) {}

  // Streams that linger have no part in the count: they carry no call.
  bool free() const override { return !idle_.empty() || all_.size() - lingering_.size() < most_; }
  bool alive() const override { return !expired_; }

  void send(CallNumber call, std::string_view bytes) override {
    if (idle_.empty()) {
      all_.push_back(std::make_unique<OneConnection>(*this));
      idle_.reserve(all_.size());
      idle_.push_back(all_.back().get());
    }
    OneConnection* connection = idle_.back();  // the one used last: the others may go stale
    idle_.pop_back();
    connection->send(call, bytes);
  }

  void tell(std::string_view bytes) override {
    if (!telling_) {
      telling_ = std::make_unique<HttpLink>(loop_, nobody_, address_, most_told_at_once, message_bytes_, shared_);
    }
    if (telling_->free()) telling_->send(0, bytes);
  }

  void abandon(CallNumber call) override {
    for (const auto& connection : all_) {
      if (connection->call() != call) continue;
      connection->give_up();
      idle_.push_back(connection.get());
      return;
    }
  }

  // For the connections.
  EventLoop& loop() { return loop_; }
  const Address& address() const { return address_; }
  const Shared& shared() const { return shared_; }
  std::uint64_t message_bytes() const { return message_bytes_; }
  LinkUser& to() { return user(); }
  void back(OneConnection& connection) { idle_.push_back(&connection); }
  void say(Trouble what) { trouble_ = std::move(what); }
  void remember_session(std::string_view id) {
    if (!id.empty()) session_id_ = id;
  }
  bool in_session() const { return !session_id_.empty(); }
  void expire() { expired_ = true; }
  void unusual_status(int status) { status_ = status; }
  // Its stream has given its answer and goes on. As many as there may be connections do so in peace.
  void linger(OneConnection& connection) {
    lingering_.push_back(&connection);
    if (lingering_.size() <= most_) return;
    OneConnection* const oldest = lingering_.front();
    lingering_.erase(lingering_.begin());
    oldest->give_up();
    idle_.push_back(oldest);
  }
  void linger_no_more(const OneConnection& connection) { std::erase(lingering_, &connection); }

 private:
  EventLoop& loop_;
  Address address_;
  std::size_t most_;
  std::uint64_t message_bytes_;
  Shared shared_;
  bool expired_ = false;
  std::vector<std::unique_ptr<OneConnection>> all_{};  // a closed one connects again
  std::vector<OneConnection*> idle_{};
  std::vector<OneConnection*> lingering_{};  // the oldest first
  Nobody nobody_{};
  std::unique_ptr<HttpLink> telling_{};
};

template <class Socket>
void Connection<Socket>::send(CallNumber call, std::string_view bytes) {
  call_ = call;
  any_byte_ = false;
  if (fd_ < 0) {
    connect(bytes);
    return;
  }
  state_ = State::busy;
  written_before_ = socket_.written();
  hand_over(bytes);
}

template <class Socket>
void Connection<Socket>::connect(std::string_view bytes) {
  used_ = false;
  written_before_ = 0;
  fd_ = begin_connecting(link_.address());
  if (fd_ < 0) {
    link_.say({std::string("cannot connect: ") + std::strerror(errno)});
    end_call(Outcome::never_sent, 0);
    return;
  }
  state_ = State::connecting;
  out_ = bytes;
  watches_writing_ = true;
  link_.loop().watch(fd_, *this, true);
}

template <class Socket>
void Connection<Socket>::hand_over(std::string_view bytes) {
  link_.to().sent(call_, monotonic_now());
  const ssize_t n = socket_.send(bytes);
  const std::size_t taken = n > 0 ? static_cast<std::size_t>(n) : 0;
  if (taken == bytes.size()) return;
  // A peer that refuses a request half-way closes after its answer, which is there to be read; and if it is not,
  // reading says what happened.
  if (n < 0 && errno != EAGAIN && errno != EINTR) return;
  out_.assign(bytes.substr(taken));
  watch_writing(true);
}

template <class Socket>
void Connection<Socket>::watch_writing(bool on) {
  if (watches_writing_ == on) return;
  watches_writing_ = on;
  link_.loop().change(fd_, *this, on);
}

template <class Socket>
void Connection<Socket>::flush() {
  if (state_ == State::connecting) {
    if (const int error = connect_error(fd_); error != 0) {
      link_.say({std::string("cannot connect: ") + std::strerror(error)});
      close();
      end_call(Outcome::never_sent, 0);
      return;
    }
    socket_.attach(fd_);
    if constexpr (Socket::encrypts) {
      state_ = State::shaking;
      return shake();
    } else {
      return begin_call();
    }
  }
  const ssize_t n = socket_.send(out_);
  if (n > 0) {
    out_.erase(0, static_cast<std::size_t>(n));
  } else if (errno != EAGAIN && errno != EINTR) {
    out_.clear();
  }
  if (out_.empty()) watch_writing(false);
}

// The connection is made, and the call that it was made for can be sent.
template <class Socket>
void Connection<Socket>::begin_call() {
  state_ = State::busy;
  watch_writing(false);
  written_before_ = socket_.written();
  const std::string bytes = std::exchange(out_, {});
  hand_over(bytes);
}

template <class Socket>
void Connection<Socket>::shake() {
  if constexpr (Socket::encrypts) {
    switch (socket_.shake()) {
      case Socket::Shake::done:
        return begin_call();
      case Socket::Shake::wants_read:
        return watch_writing(false);
      case Socket::Shake::wants_write:
        return watch_writing(true);
      case Socket::Shake::failed:
        break;
    }
    link_.say({"no TLS: " + socket_.trouble()});
    close();
    end_call(Outcome::never_sent, 0);
  }
}

template <class Socket>
void Connection<Socket>::ready(bool readable, bool writable) {
  if (fd_ < 0) return;
  if constexpr (Socket::encrypts) {
    if (state_ == State::shaking) return shake();
  }
  if (writable) flush();
  if (readable && fd_ >= 0 && state_ != State::connecting) {
    if constexpr (Socket::encrypts) {
      if (state_ == State::shaking) return;
      do read();
      while (fd_ >= 0 && socket_.pending());
    } else {
      read();
    }
  }
}

template <class Socket>
void Connection<Socket>::read() {
  const std::span<char> room = link_.loop().scratch();
  const ssize_t n = socket_.receive(room);
  if (n < 0) {
    if (errno != EAGAIN && errno != EINTR) lost(errno);
    return;
  }
  if (n == 0) {
    if (state_ != State::idle && response_ && any_byte_) {
      response_->put_end();
      if (response_->state() == HttpResponseReader::State::done) return finish();
    }
    return lost(0);
  }
  if (state_ == State::idle) return lost(0);  // nobody asked
  any_byte_ = true;
  if (in_.empty()) return take({room.data(), static_cast<std::size_t>(n)});
  std::string all = std::exchange(in_, {});
  all.reserve(all.size() + static_cast<std::size_t>(n) + json_padding);
  all.append(room.data(), static_cast<std::size_t>(n));
  take(all);
}

template <class Socket>
void Connection<Socket>::take(std::string_view bytes) {
  using Got = HttpResponseReader::State;
  if (!response_) response_.emplace(link_.message_bytes());
  for (;;) {
    const std::size_t used = response_->put(bytes);
    bytes.remove_prefix(used);
    if (response_->header_done() && response_->status() / 100 != 1 && response_->is_event_stream() && !take_events()) {
      return;
    }
    if (response_->state() == Got::bad) {
      return fail(response_->is_too_large()
                      ? Trouble{"an answer over the limit",
                                "of " + mebibytes(link_.message_bytes()) + " for a body, 16 KiB for its head"}
                      : Trouble{"an answer that is malformed HTTP", response_->error()});
    }
    if (response_->state() == Got::more) {
      in_ = bytes;
      if (call_ == no_call && state_ == State::busy) {
        state_ = State::lingering;
        link_.linger(*this);
      }
      return;
    }
    if (response_->status() / 100 != 1) break;
    response_->begin();
    if (bytes.empty()) return;
  }
  in_ = bytes;  // never a pipelined answer: finish() closes
  finish();
}

// False: the connection is gone.
template <class Socket>
bool Connection<Socket>::take_events() {
  if (!events_) {
    // What opens a session may go on before its stream is over.
    link_.remember_session(response_->session_id());
    events_.emplace(static_cast<std::size_t>(link_.message_bytes()));
  }
  events_->push(response_->body());
  response_->drop_body();
  if (response_->is_encoded()) return true;  // finish() says so
  while (auto event = events_->next()) {
    const auto* message = std::get_if<mcp::SseParser::Event>(&*event);
    if (call_ == no_call) continue;
    if (message == nullptr) {
      fail({"an event over the limit", "of " + mebibytes(link_.message_bytes())});
      return false;
    }
    std::string text = message->data;
    text.reserve(text.size() + json_padding);
    // Answered; the rest of the stream is read for the connection's sake alone.
    if (link_.to().message(call_, text)) call_ = no_call;
  }
  return fd_ >= 0;
}

// The exchange cannot be gone on with.
template <class Socket>
void Connection<Socket>::fail(Trouble trouble) {
  link_.say(std::move(trouble));
  const int status = response_->status();
  if (state_ == State::lingering) link_.linger_no_more(*this);
  close();
  end_call(Outcome::protocol_error, status);
}

template <class Socket>
void Connection<Socket>::finish() {
  const HttpResponseReader& response = *response_;
  const bool reusable = response.keep_alive() && in_.empty() && out_.empty() && fd_ >= 0;
  if (state_ == State::lingering) link_.linger_no_more(*this);
  link_.remember_session(response.session_id());
  const CallNumber call = call_;
  const int status = response.status();
  const auto answer = [&] {
    return HttpAnswer{status,          response.is_json(), response.is_event_stream(),
                      response.body(), response.fields(),  link_.in_session()};
  };
  if (status != 200) {
    link_.unusual_status(status);
    if (says_session_is_over(answer())) link_.expire();
  }
  const bool answered = call == no_call || (!response.is_event_stream() && response.is_json() &&
                                            !response.is_encoded() && link_.to().message(call, response.body()));
  if (!answered) link_.say(trouble_of(answer()));
  link_.unusual_status(200);
  response_->begin();
  events_.reset();
  if (reusable) {
    used_ = true;
    state_ = State::idle;
    call_ = no_call;
    link_.back(*this);
    if (!answered) link_.to().ended(call, Outcome::protocol_error, status);
    if (call == no_call) link_.to().room();
    return;
  }
  close();
  call_ = answered ? no_call : call;
  end_call(Outcome::protocol_error, status);
}

// The connection has ended. An idle one that the peer has closed: its FIN was on the way before our request was. Its
// kernel has then not acknowledged one byte of it, so nobody can have acted on it. Anything less certain is not
// repeated: a tools/call may have been executed.
template <class Socket>
void Connection<Socket>::lost(int error) {
  if (state_ == State::idle) return close();
  if (state_ == State::lingering) link_.linger_no_more(*this);
  constexpr std::uint64_t syn = 1;
  bool undelivered = false;
  if (error == 0 && used_ && !any_byte_ && call_ != no_call) {
    const auto acknowledged = transport::acknowledged_bytes(fd_);
    undelivered = acknowledged && *acknowledged <= written_before_ + syn;
  }
  const CallNumber call = call_;
  const bool connected = state_ != State::connecting;
  link_.say({any_byte_ ? "the connection ended within the answer" : "the connection ended before the answer",
             error != 0 ? std::strerror(error) : ""});
  close();
  if (!undelivered) return end_call(connected ? Outcome::disconnected : Outcome::never_sent, 0);
  call_ = no_call;
  link_.back(*this);
  link_.to().undelivered(call);
}

// The connection is closed and can carry another call, whatever became of this one.
template <class Socket>
void Connection<Socket>::end_call(Outcome outcome, int status) {
  const CallNumber call = std::exchange(call_, no_call);
  link_.back(*this);
  if (call == no_call) return link_.to().room();
  link_.to().ended(call, outcome, status);
}

template <class Socket>
void Connection<Socket>::close() {
  if (fd_ >= 0) {
    link_.loop().forget(fd_);
    socket_.detach();
    ::close(fd_);
  }
  fd_ = -1;
  state_ = State::closed;
  watches_writing_ = false;
  out_.clear();
  in_.clear();
  if (response_) response_->begin();
  events_.reset();
}

}  // namespace

std::unique_ptr<Link> make_http_link(EventLoop& loop, LinkUser& user, const Address& address, std::uint32_t connections,
                                     std::uint64_t message_bytes) {
  return std::make_unique<HttpLink<PlainSocket>>(loop, user, address, connections, message_bytes,
                                                 PlainSocket::Shared{});
}

std::unique_ptr<Link> make_https_link(EventLoop& loop, LinkUser& user, const Address& address,
                                      std::uint32_t connections, std::uint64_t message_bytes,
                                      std::shared_ptr<TlsContext> tls) {
  transport::ignore_broken_pipes();
  return std::make_unique<HttpLink<TlsSocket>>(loop, user, address, connections, message_bytes, std::move(tls));
}

}  // namespace tracetax
