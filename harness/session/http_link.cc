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
#include "harness/transport/tcp_delivery.h"

namespace tracetax {
namespace {

constexpr std::size_t quoted_bytes = 200;  // of a strange answer

class HttpLink;

class Connection final : public EventLoop::Watcher {
 public:
  explicit Connection(HttpLink& link) : link_(link) {}
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
  enum class State : std::uint8_t { closed, connecting, idle, busy };

  void connect(std::string_view bytes);
  void hand_over(std::string_view bytes);
  void flush();
  void read();
  void take(std::string_view bytes);
  bool take_events();
  void finish();
  void lost(int error);
  void end_call(Outcome outcome, int status);
  void watch_writing(bool on);

  HttpLink& link_;
  int fd_ = -1;
  State state_ = State::closed;
  bool watches_writing_ = false;
  bool used_ = false;      // has carried an exchange before
  bool any_byte_ = false;  // of the response
  CallNumber call_ = no_call;
  std::uint64_t written_ = 0;  // bytes the kernel has taken so far
  std::uint64_t written_before_ = 0;
  std::string out_{};  // what it has not taken yet
  std::string in_{};   // bytes that the reader wants to see again
  std::optional<HttpResponseReader> response_{};
  std::optional<mcp::SseParser> events_{};
};

class HttpLink final : public Link {
 public:
  HttpLink(EventLoop& loop, LinkUser& user, const Address& address, std::uint32_t connections,
           std::uint64_t message_bytes)
      : Link(user),
        loop_(loop),
        address_(address),
        most_(connections > 0 ? connections : 1),
        message_bytes_(message_bytes) {}

  bool free() const override { return !idle_.empty() || all_.size() < most_; }
  bool alive() const override { return true; }

  void send(CallNumber call, std::string_view bytes) override {
    if (idle_.empty()) {
      all_.push_back(std::make_unique<Connection>(*this));
      idle_.reserve(all_.size());
      idle_.push_back(all_.back().get());
    }
    Connection* connection = idle_.back();  // the one used last: the others may go stale
    idle_.pop_back();
    connection->send(call, bytes);
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
  std::uint64_t message_bytes() const { return message_bytes_; }
  LinkUser& to() { return user(); }
  void back(Connection& connection) { idle_.push_back(&connection); }
  void say(std::string what) { trouble_ = std::move(what); }
  void remember_session(std::string_view id) {
    if (!id.empty()) session_id_ = id;
  }

 private:
  EventLoop& loop_;
  Address address_;
  std::size_t most_;
  std::uint64_t message_bytes_;
  std::vector<std::unique_ptr<Connection>> all_{};  // no more than `most_`; a closed one connects again
  std::vector<Connection*> idle_{};
};

void Connection::send(CallNumber call, std::string_view bytes) {
  call_ = call;
  any_byte_ = false;
  if (fd_ < 0) {
    connect(bytes);
    return;
  }
  state_ = State::busy;
  written_before_ = written_;
  hand_over(bytes);
}

void Connection::connect(std::string_view bytes) {
  used_ = false;
  written_ = written_before_ = 0;
  fd_ = begin_connecting(link_.address());
  if (fd_ < 0) {
    link_.say(std::string("cannot connect: ") + std::strerror(errno));
    end_call(Outcome::never_sent, 0);
    return;
  }
  state_ = State::connecting;
  out_ = bytes;
  watches_writing_ = true;
  link_.loop().watch(fd_, *this, true);
}

void Connection::hand_over(std::string_view bytes) {
  link_.to().sent(call_, monotonic_now());
  const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  const std::size_t taken = n > 0 ? static_cast<std::size_t>(n) : 0;
  written_ += taken;
  if (taken == bytes.size()) return;
  // A peer that refuses a request half-way closes after its answer, which is there to be read; and if it is not,
  // reading says what happened.
  if (n < 0 && errno != EAGAIN && errno != EINTR) return;
  out_.assign(bytes.substr(taken));
  watch_writing(true);
}

void Connection::watch_writing(bool on) {
  if (watches_writing_ == on) return;
  watches_writing_ = on;
  link_.loop().change(fd_, *this, on);
}

void Connection::flush() {
  if (state_ == State::connecting) {
    if (const int error = connect_error(fd_); error != 0) {
      link_.say(std::string("cannot connect: ") + std::strerror(error));
      close();
      end_call(Outcome::never_sent, 0);
      return;
    }
    state_ = State::busy;
    watch_writing(false);
    const std::string bytes = std::exchange(out_, {});
    hand_over(bytes);
    return;
  }
  const ssize_t n = ::send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (n > 0) {
    written_ += static_cast<std::size_t>(n);
    out_.erase(0, static_cast<std::size_t>(n));
  } else if (errno != EAGAIN && errno != EINTR) {
    out_.clear();
  }
  if (out_.empty()) watch_writing(false);
}

void Connection::ready(bool readable, bool writable) {
  if (fd_ < 0) return;
  if (writable) flush();
  if (readable && fd_ >= 0 && state_ != State::connecting) read();
}

void Connection::read() {
  const std::span<char> room = link_.loop().scratch();
  const ssize_t n = ::recv(fd_, room.data(), room.size(), MSG_DONTWAIT);
  if (n < 0) {
    if (errno != EAGAIN && errno != EINTR) lost(errno);
    return;
  }
  if (n == 0) {
    if (call_ != no_call && response_ && any_byte_) {
      response_->put_end();
      if (response_->state() == HttpResponseReader::State::done) return finish();
    }
    return lost(0);
  }
  if (state_ != State::busy) return lost(0);  // nobody asked
  any_byte_ = true;
  if (in_.empty()) return take({room.data(), static_cast<std::size_t>(n)});
  std::string all = std::exchange(in_, {});
  all.reserve(all.size() + static_cast<std::size_t>(n) + json_padding);
  all.append(room.data(), static_cast<std::size_t>(n));
  take(all);
}

void Connection::take(std::string_view bytes) {
  using Got = HttpResponseReader::State;
  if (!response_) response_.emplace(link_.message_bytes());
  for (;;) {
    const std::size_t used = response_->put(bytes);
    bytes.remove_prefix(used);
    if (response_->header_done() && response_->status() / 100 != 1 && response_->is_event_stream() && !take_events()) {
      return;
    }
    if (response_->state() == Got::bad) {
      link_.say("the answer is malformed HTTP: " + response_->error());
      const int status = response_->status();
      close();
      return end_call(Outcome::protocol_error, status);
    }
    if (response_->state() == Got::more) {
      in_ = bytes;
      return;
    }
    if (response_->status() / 100 != 1) break;
    response_->begin();
    if (bytes.empty()) return;
  }
  if (!bytes.empty()) link_.say("bytes behind the answer");
  in_ = bytes;  // never a pipelined answer: finish() closes
  finish();
}

// False: the connection is gone.
bool Connection::take_events() {
  if (!events_) events_.emplace(static_cast<std::size_t>(link_.message_bytes()));
  events_->push(response_->body());
  response_->drop_body();
  while (auto event = events_->next()) {
    const auto* message = std::get_if<mcp::SseParser::Event>(&*event);
    if (message == nullptr || call_ == no_call) continue;
    std::string text = message->data;
    text.reserve(text.size() + json_padding);
    // Answered; the rest of the stream is read for the connection's sake alone.
    if (link_.to().message(call_, text)) call_ = no_call;
  }
  return fd_ >= 0;
}

void Connection::finish() {
  const HttpResponseReader& response = *response_;
  const bool reusable = response.keep_alive() && in_.empty() && out_.empty() && fd_ >= 0;
  link_.remember_session(response.session_id());
  const CallNumber call = call_;
  const int status = response.status();
  const bool answered = call == no_call || (!response.is_event_stream() && response.is_json() &&
                                            link_.to().message(call, response.body()));
  if (!answered) {
    const std::string_view body = response.body();
    std::string what = "HTTP " + std::to_string(status);
    if (response.is_event_stream()) {
      what += ", an event stream that ended without the answer";
    } else if (body.empty()) {
      what += " without a body";
    } else {
      what += ": " + std::string(body.substr(0, quoted_bytes));
    }
    link_.say(std::move(what));
  }
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
void Connection::lost(int error) {
  if (state_ == State::idle) return close();
  constexpr std::uint64_t syn = 1;
  bool undelivered = false;
  if (error == 0 && used_ && !any_byte_ && call_ != no_call) {
    const auto acknowledged = transport::acknowledged_bytes(fd_);
    undelivered = acknowledged && *acknowledged <= written_before_ + syn;
  }
  const CallNumber call = call_;
  const bool connected = state_ != State::connecting;
  link_.say(std::string("the connection ended before the answer") +
            (error != 0 ? std::string(": ") + std::strerror(error) : ""));
  close();
  if (!undelivered) return end_call(connected ? Outcome::disconnected : Outcome::never_sent, 0);
  call_ = no_call;
  link_.back(*this);
  link_.to().undelivered(call);
}

// The connection is closed and can carry another call, whatever became of this one.
void Connection::end_call(Outcome outcome, int status) {
  const CallNumber call = std::exchange(call_, no_call);
  link_.back(*this);
  if (call == no_call) return link_.to().room();
  link_.to().ended(call, outcome, status);
}

void Connection::close() {
  if (fd_ >= 0) {
    link_.loop().forget(fd_);
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
  return std::make_unique<HttpLink>(loop, user, address, connections, message_bytes);
}

}  // namespace tracetax
