#include "tests/support/plain_server.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tracetax::test {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

void watch(int epoll, int fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  if (::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
}

std::int64_t number_behind(std::string_view text, std::string_view key) {
  const std::size_t at = text.find(key);
  if (at == std::string_view::npos) return 0;
  std::int64_t value = 0;
  const char* first = text.data() + at + key.size();
  while (first < text.data() + text.size() && *first == ' ') ++first;
  std::from_chars(first, text.data() + text.size(), value);
  return value;
}

}  // namespace

std::string PlainServer::http(const std::string& body, std::string_view type) {
  return "HTTP/1.1 200 OK\r\nContent-Type: " + std::string(type) +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\nConnection: keep-alive\r\n\r\n" + body;
}

std::string PlainServer::answer(std::int64_t id) {
  static const std::string before = R"({"jsonrpc":"2.0","id":)";
  static const std::string behind = R"(,"result":{"resultType":"complete","content":[{"type":"text","text":")" +
                                    std::string(512, 'x') + R"("}],"isError":false}})";
  return http(before + std::to_string(id) + behind);
}

PlainServer::PlainServer(Options options) : options_(std::move(options)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (listener_ < 0) fail("socket");
  const int on = 1;
  ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(options_.port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("bind");
  if (::listen(listener_, 4096) != 0) fail("listen");
  socklen_t length = sizeof address;
  ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
  port_ = ntohs(address.sin_port);
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  watch(epoll_, listener_);
  if (options_.keep_arrivals) arrivals_.reserve(1 << 20);
  thread_ = std::thread([this] { run(); });
}

PlainServer::~PlainServer() {
  stop();
  for (const auto& [fd, in] : open_) ::close(fd);
  ::close(listener_);
  ::close(epoll_);
}

std::vector<Nanos> PlainServer::stop() {
  over_ = true;
  if (thread_.joinable()) thread_.join();
  return std::move(arrivals_);
}

void PlainServer::stall_if_due() {
  if (options_.stall_every <= Nanos{}) return;
  const Nanos now = monotonic_now();
  if (next_stall_ == Nanos{}) next_stall_ = now;
  if (now < next_stall_) return;
  const Nanos until = next_stall_ + options_.stall_for;
  while (monotonic_now() < until) ::usleep(100);
  next_stall_ += options_.stall_every;
}

void PlainServer::run() {
  std::array<epoll_event, 256> events;
  while (!over_) {
    // Looked at often enough for a stall to begin on time.
    const int n =
        ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), options_.stall_every > Nanos{} ? 1 : 50);
    stall_if_due();
    for (int i = 0; i < n; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd == listener_) {
        accept_all();
      } else if (!serve(fd)) {
        ::close(fd);
        open_.erase(fd);
      }
    }
  }
}

void PlainServer::accept_all() {
  for (;;) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    open_[fd];
    ++connections_;
    watch(epoll_, fd);
  }
}

bool PlainServer::serve(int fd) {
  std::array<char, 64 << 10> room;
  const ssize_t n = ::recv(fd, room.data(), room.size(), 0);
  if (n == 0 || (n < 0 && errno != EAGAIN)) return false;
  if (n < 0) return true;
  std::string& in = open_[fd];
  in.append(room.data(), static_cast<std::size_t>(n));
  return answer_all(fd, in);
}

bool PlainServer::answer_all(int fd, std::string& in) {
  for (;;) {
    const std::size_t end = in.find("\r\n\r\n");
    if (end == std::string::npos) return true;
    const std::size_t head_size = end + 4;
    const std::string_view all = in;
    const std::string_view head = all.substr(0, head_size);
    const auto length = static_cast<std::size_t>(number_behind(head, "\r\nContent-Length:") +
                                                 number_behind(head, "\r\ncontent-length:"));
    if (in.size() < head_size + length) return true;
    const std::string_view body = all.substr(head_size, length);
    if (options_.keep_arrivals && arrivals_.size() < arrivals_.capacity()) arrivals_.push_back(monotonic_now());
    const Request request{number_behind(body, "\"id\":"), requests_++, head, body};
    const Reply reply = options_.reply ? options_.reply(request) : Reply{answer(request.id)};
    std::size_t sent = 0;
    while (sent < reply.bytes.size()) {
      const ssize_t n = ::send(fd, reply.bytes.data() + sent, reply.bytes.size() - sent, MSG_NOSIGNAL);
      if (n < 0 && errno != EAGAIN) return false;
      if (n > 0) sent += static_cast<std::size_t>(n);
    }
    if (reply.close) return false;
    in.erase(0, head_size + length);
  }
}

}  // namespace tracetax::test
